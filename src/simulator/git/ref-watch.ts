/** Every write to a repository takes its turn here; what it did to the refs is reported before the writer hears of success. */

import { listRefs } from "./refs.ts";

/** A ref that is not where it was. */
export interface RefChange {
  readonly ref: string;
  /** Undefined: the ref was not there. */
  readonly before: string | undefined;
  /** Undefined: the ref is gone. */
  readonly after: string | undefined;
}

/** Told about the branches and tags that a writer moved, still within the writer's turn. */
export type RefListener<Actor> = (
  gitDir: string,
  changes: readonly RefChange[],
  actor: Actor,
) => Promise<void>;

/** Writers of one repository, one after the other. */
export interface RefWatch<Actor> {
  /** Runs a writer alone in its repository and reports the refs it moved; turns must not be nested. */
  readonly write: <Answer>(
    gitDir: string,
    actor: Actor,
    work: () => Promise<Answer>,
  ) => Promise<Answer>;
}

/** Makes the watch; the listener must write to the repository directly, never through the watch. */
export function createRefWatch<Actor>(listener: RefListener<Actor>): RefWatch<Actor> {
  const turns = new Map<string, Promise<unknown>>();

  async function watched<Answer>(
    gitDir: string,
    actor: Actor,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const before = listRefs(gitDir);
    try {
      return await work();
    } finally {
      // Also after a failure: a writer may have moved some refs before it broke.
      const changes = difference(before, listRefs(gitDir));
      if (changes.length > 0) await listener(gitDir, changes, actor);
    }
  }

  return {
    write: async (gitDir, actor, work) => {
      const previous = turns.get(gitDir) ?? Promise.resolve();
      const turn = previous.then(
        async () => await watched(gitDir, actor, work),
        async () => await watched(gitDir, actor, work),
      );
      turns.set(gitDir, turn);
      try {
        return await turn;
      } finally {
        if (turns.get(gitDir) === turn) turns.delete(gitDir);
      }
    },
  };
}

/** What changed between two readings, in the order of the names; refs/pull is GitHub's own and left out. */
export function difference(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): RefChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names
    .filter((ref) => !ref.startsWith("refs/pull/") && before.get(ref) !== after.get(ref))
    .map((ref) => ({ ref, before: before.get(ref), after: after.get(ref) }));
}
