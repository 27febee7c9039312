/** Workers on this machine: from their start to their exit, or to the moment when the next service adopts them. */
import { withGuidance } from "../core/brief.ts";
import type { Effect } from "../core/effect.ts";
import { mapTexts } from "../core/handover.ts";
import type { AssignmentId } from "../core/ids.ts";
import { isOf } from "../core/standing.ts";
import type { Agents, Clock, Git, Job, Ledger, Log, Store, Worker } from "../ports.ts";
import type { Performed } from "./answer.ts";
import { answerJob, eventOf, keepBeating } from "./answer.ts";
import { performChore } from "./chores.ts";
import type { Loop } from "./loop.ts";

type Parts = {
  readonly git: Git;
  readonly agents: Agents;
  readonly ledger: Ledger;
  /** A text without any secret of the service. */
  readonly redact: (text: string) => string;
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
        if (effect.type === "worker.stop") {
          // The answer is the exit of the Worker; one that is not here has exited, or is stopped when it is adopted.
          await (await live.get(attemptOf(effect)))?.stop();
          return null;
        }
        if (effect.type !== "worker.start") return performChore(parts, effect);
        const starting = start(parts, effect);
        live.set(attemptOf(effect), starting);
        try {
          return await accompany(parts, job, effect, await starting, released.promise);
        } finally {
          live.delete(attemptOf(effect));
        }
      }),
  };
}

/** What the repository tells agents is read as it was before this one began. */
async function start({ agents, git }: Parts, order: Start): Promise<Worker> {
  const guidance = order.session === null ? await git.guidance(order, order.base) : null;
  const brief = guidance === null ? order.brief : withGuidance(order.brief, guidance);
  return agents.start({ ...order, brief }, git.workplace(order));
}

/** From a Worker's start to its exit, or to the moment when it is left to the next service. */
async function accompany(
  parts: Parts,
  job: Job<"attempts">,
  { assignment, worker: name, issueNumber: issue, attempt, run }: Start,
  worker: Worker,
  released: Promise<"released">,
): Promise<Performed> {
  const { loop, log, redact } = parts;
  log.info({ worker: name, issue, attempt, run }, "worker started");
  await loop.take([eventOf(parts, { assignment }, { type: "worker.started", attempt, run })], null);
  if (!isWanted(loop, assignment, { attempt, run })) await worker.stop();
  const stopBeating = keepBeating(parts, job, () => {
    log.warn({ worker: name, issue }, "worker lost its lease and is stopped");
    void worker.stop();
  });
  const exit = await Promise.race([worker.exited, released]).finally(stopBeating);
  if (exit === "released") return "unanswered";
  log.info({ worker: name, issue, outcome: exit.outcome }, "worker exited");
  // What an agent says is published and stored, so it must not hold what it should never have seen.
  return {
    type: "worker.exited",
    attempt,
    run,
    ...exit,
    handover: mapTexts(exit.handover, redact),
  };
}

/** Fences a start that was overtaken by a stop or a handover, for example while the service was down. */
function isWanted(
  loop: Loop,
  assignment: AssignmentId,
  one: { readonly attempt: number; readonly run: number },
): boolean {
  const phase = loop.board().get(assignment)?.phase;
  return phase?.name === "working" && isOf(phase, one) && phase.relief === null;
}
