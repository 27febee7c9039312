/** Effects on this machine: worktrees, Workers and their commits. */
import type { Effect } from "../core/effect.ts";
import type { AssignmentId } from "../core/ids.ts";
import type { Agents, Clock, Git, Job, Log, Store, Worker } from "../ports.ts";
import type { Answer, Performed } from "./answer.ts";
import { answerJob, eventOf, keepBeating } from "./answer.ts";
import type { Loop } from "./loop.ts";

type Parts = {
  readonly git: Git;
  readonly agents: Agents;
  readonly store: Store;
  readonly loop: Loop;
  readonly clock: Clock;
  readonly log: Log;
};

type Start = Extract<Effect, { type: "worker.start" }>;
type Stop = Extract<Effect, { type: "worker.stop" }>;

/** All live Workers of this process. */
export type Crew = {
  readonly work: (job: Job<"attempts">) => Promise<void>;
  /** Leaves Workers running for the next start to adopt, and their jobs unanswered. */
  readonly release: () => void;
};

/** Live Workers by attempt. Worker ids would not do: two repositories may give the same one in the same second. */
type Live = Map<string, Promise<Worker>>;

const attemptOf = ({ assignment, attempt }: Start | Stop): string => `${assignment}/${attempt}`;

/** A crew without Workers. */
export function createCrew(parts: Parts): Crew {
  const live: Live = new Map();
  const released = Promise.withResolvers<"released">();
  return {
    release: () => released.resolve("released"),
    work: (job) =>
      answerJob(parts, job, async (effect) => {
        if (effect.type !== "worker.start") return performHere(parts, live, effect);
        const starting = parts.agents.start(effect, parts.git.workplace(effect));
        live.set(attemptOf(effect), starting);
        try {
          return await accompany(parts, job, effect, await starting, released.promise);
        } finally {
          live.delete(attemptOf(effect));
        }
      }),
  };
}

/** From a Worker's start to its exit, or to the moment when it is left to the next service. */
async function accompany(
  parts: Parts,
  job: Job<"attempts">,
  { assignment, worker: name, issueNumber: issue, attempt }: Start,
  worker: Worker,
  released: Promise<"released">,
): Promise<Performed> {
  const { loop, log } = parts;
  log.info({ worker: name, issue, attempt }, "worker started");
  await loop.take([eventOf(parts, { assignment }, { type: "worker.started", attempt })], null);
  if (!isWanted(loop, assignment, attempt)) await worker.stop();
  const stopBeating = keepBeating(parts, job, () => {
    log.warn({ worker: name, issue }, "worker lost its lease and is stopped");
    void worker.stop();
  });
  const exit = await Promise.race([worker.exited, released]).finally(stopBeating);
  if (exit === "released") return "unanswered";
  log.info({ worker: name, issue, outcome: exit.outcome }, "worker exited");
  return { type: "worker.exited", attempt, ...exit };
}

/** Fences a start that was overtaken by a stop, for example while the service was down. */
function isWanted(loop: Loop, assignment: AssignmentId, attempt: number): boolean {
  const phase = loop.board().get(assignment)?.phase;
  return phase?.name === "working" && phase.attempt.number === attempt;
}

async function performHere(
  { git, agents, log }: Parts,
  live: Live,
  effect: Exclude<Effect, { type: "worker.start" }>,
): Promise<Answer | null> {
  switch (effect.type) {
    case "worktree.create": {
      const { base } = await git.createWorktree(effect);
      return { type: "worktree.ready", attempt: effect.attempt, base };
    }
    case "worker.stop":
      // The answer is the exit of the Worker; one that is not here has exited, or is stopped when it is adopted.
      await (await live.get(attemptOf(effect)))?.stop();
      return null;
    case "work.import":
      return {
        type: "work.imported",
        attempt: effect.attempt,
        work: await git.importWork(effect),
      };
    case "branch.push": {
      const answer = await git.pushBranch(effect);
      return answer.pushed
        ? { type: "branch.pushed", attempt: effect.attempt, head: effect.head }
        : {
            type: "branch.refused",
            attempt: effect.attempt,
            branch: effect.branch,
            isTaken: answer.isTaken,
            why: answer.why,
          };
    }
    case "worktree.remove": {
      const saved = await git.removeWorktrees(effect);
      for (const { attempt } of effect.attempts) {
        await agents.release(git.workplace({ ...effect, attempt }));
      }
      return { type: "worktree.removed", saved };
    }
    case "issue.inspect":
    case "status.publish":
    case "pull.open":
    case "pull.inspect":
    case "pull.merge":
      log.error({ effect: effect.type }, "effect is in the wrong queue");
      throw new Error(`${effect.type} belongs to GitHub's queue`);
  }
}
