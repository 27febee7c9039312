/** Effects on this machine: worktrees, Workers and their commits. */
import type { Effect } from "../core/effect.ts";
import type { AssignmentId, WorkerId } from "../core/ids.ts";
import type { Agents, Clock, Git, Job, Log, Store, Worker } from "../ports.ts";
import type { Answer } from "./answer.ts";
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

/** All live Workers of this process. */
export type Crew = {
  readonly work: (job: Job<"attempts">) => Promise<void>;
  /** Leaves Workers running for the next start to adopt, and forgets their jobs. */
  readonly release: () => void;
};

export function createCrew(parts: Parts): Crew {
  const live = new Map<WorkerId, Promise<Worker>>();
  let release = (): void => {};
  const released = new Promise<"released">((resolve) => {
    release = () => resolve("released");
  });

  const runWorker = async (effect: Start, job: Job<"attempts">): Promise<Answer | "released"> => {
    const starting = parts.agents.start(effect, parts.git.worktreePath(effect));
    live.set(effect.worker, starting);
    const worker = await starting;
    const started: Answer = { type: "worker.started", attempt: effect.attempt };
    const { worker: name, issueNumber: issue, attempt } = effect;
    parts.log.info({ worker: name, issue, attempt }, "worker started");
    await parts.loop.take([eventOf(parts, effect, started)], null);
    if (!isWanted(parts.loop, effect.assignment, effect.attempt)) await worker.stop();
    const stopBeating = keepBeating(parts, job, () => {
      parts.log.warn({ worker: effect.worker }, "worker lost its lease and is stopped");
      void worker.stop();
    });
    try {
      const exit = await Promise.race([worker.exited, released]);
      if (exit === "released") return exit;
      parts.log.info({ worker: effect.worker, outcome: exit.outcome }, "worker exited");
      return { type: "worker.exited", attempt: effect.attempt, ...exit };
    } finally {
      stopBeating();
      live.delete(effect.worker);
    }
  };

  return {
    release,
    work: async (job) => {
      const effect = job.work;
      if (effect.type === "worker.start") {
        let isReleased = false;
        await answerJob(
          { ...parts, loop: unlessReleased(parts.loop, () => isReleased) },
          job,
          async () => {
            const answer = await runWorker(effect, job);
            isReleased = answer === "released";
            return answer === "released" ? null : answer;
          },
        );
        return;
      }
      await answerJob(parts, job, async () => performHere(parts, live, effect));
    },
  };
}

/** A released Worker's job must stay unanswered: it is claimed again by whoever adopts the Worker. */
const unlessReleased = (loop: Loop, isReleased: () => boolean): Loop => ({
  ...loop,
  take: async (events, answered) => {
    if (!isReleased()) await loop.take(events, answered);
  },
});

/** Fences a start that was overtaken by a stop, for example while the service was down. */
function isWanted(loop: Loop, assignment: AssignmentId, attempt: number): boolean {
  const phase = loop.board().get(assignment)?.phase;
  return phase?.name === "working" && phase.attempt.number === attempt;
}

async function performHere(
  { git, log }: Parts,
  live: ReadonlyMap<WorkerId, Promise<Worker>>,
  effect: Exclude<Effect, { type: "worker.start" }>,
): Promise<Answer | null> {
  switch (effect.type) {
    case "worktree.create": {
      const { base } = await git.createWorktree(effect);
      return { type: "worktree.ready", attempt: effect.attempt, base };
    }
    case "worker.stop":
      // The answer is the exit of the Worker; one that is not here has exited, or is stopped when it is adopted.
      await (await live.get(effect.worker))?.stop();
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
    case "worktree.remove":
      return { type: "worktree.removed", saved: await git.removeWorktrees(effect) };
    case "issue.inspect":
    case "status.publish":
    case "pull.open":
    case "pull.inspect":
    case "pull.merge":
      log.error({ effect: effect.type }, "effect is in the wrong queue");
      throw new Error(`${effect.type} belongs to GitHub's queue`);
  }
}
