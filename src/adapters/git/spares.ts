/** When spares are made and looked through: only while git has nothing else to do. */
import type { RepositoryLayout } from "./layout.ts";
import type { GitLog } from "./log.ts";
import { replenish, sweep } from "./tend-spares.ts";
import type { SpareLimits } from "./tend-spares.ts";

/** What holds where nothing else is said. */
export const defaultSpareLimits: SpareLimits = {
  perRepository: 1,
  leastFiles: 2_000,
  // Longer than from a worktree to its agent's start, and than the gaps within a burst.
  quietMs: 10_000,
  unusedMs: 24 * 60 * 60_000,
  leastFree: 0.1,
};

/** Keeper of the spares of all repositories. */
export type Spares = {
  /** Does work that spares wait for. */
  readonly during: <Answer>(work: () => Promise<Answer>) => Promise<Answer>;
  /** Says that a worktree was made from a branch: another may be wanted. */
  readonly expect: (repository: RepositoryLayout, branch: string) => void;
  /** Removes what must go and makes what is expected, as happens by itself when all is quiet; never rejects. */
  readonly tend: () => Promise<void>;
  /** Ends what is under way; nothing begins afterwards. */
  readonly close: () => Promise<void>;
};

/** Makes a keeper; it touches nothing before the first quiet time. */
export function createSpares(ground: {
  readonly root: string;
  readonly limits: SpareLimits;
  readonly log: GitLog;
}): Spares {
  const expected = new Map<string, { layout: RepositoryLayout; branch: string }>();
  const end = new AbortController();
  let underWay = 0;
  let tending: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  function plan(delayMs: number): void {
    clearTimeout(timer);
    if (end.signal.aborted) return;
    // No reason for a process to go on.
    timer = setTimeout(() => void tend(), delayMs).unref();
  }

  function tend(): Promise<void> {
    tending ??= round().finally(() => {
      tending = null;
      plan(expected.size > 0 ? ground.limits.quietMs : betweenRoundsMs);
    });
    return tending;
  }

  async function round(): Promise<void> {
    const warn = (error: unknown): void =>
      ground.log.warn({ why: String(error) }, "spare worktrees were not tended");
    await sweep(ground).catch(warn);
    for (const [key, { layout, branch }] of expected) {
      if (underWay > 0 || end.signal.aborted) return;
      expected.delete(key);
      await replenish(ground, layout, branch, end.signal).catch((error: unknown) => {
        if (!end.signal.aborted) warn(error);
      });
    }
  }

  plan(betweenRoundsMs);
  return {
    tend,
    during: async (work) => {
      underWay += 1;
      clearTimeout(timer);
      try {
        return await work();
      } finally {
        underWay -= 1;
        if (underWay === 0) plan(ground.limits.quietMs);
      }
    },
    expect: (layout, branch) => void expected.set(layout.folder, { layout, branch }),
    close: async () => {
      end.abort();
      clearTimeout(timer);
      await tending;
    },
  };
}

// The unused ones go some time after their day.
const betweenRoundsMs = 60 * 60_000;
