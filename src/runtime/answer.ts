/** One job from claim to answer: perform, then tell the loop, or put the job back when trying again can help. */
import type { Effect } from "../core/effect.ts";
import type { AnswerEvent, Event } from "../core/event.ts";
import type { Clock, Job, Log, QueueName, Store } from "../ports.ts";
import { isFault, isGone, reasonOf, retryTime } from "./fault.ts";
import type { Loop } from "./loop.ts";

/** What an effect came to, less the assignment, which the effect names. */
export type Answer = AnswerEvent extends infer Each
  ? Each extends AnswerEvent
    ? Omit<Each, "assignment">
    : never
  : never;

type Parts = {
  readonly store: Store;
  readonly loop: Loop;
  readonly clock: Clock;
  readonly log: Log;
};

/** What performing an effect gave: its answer, null when the answer comes by another way, or nothing yet: the job stays held. */
export type Performed = Answer | null | "unanswered";

/** Performs and answers. */
export async function answerJob(
  parts: Parts,
  job: Job<"github" | "attempts">,
  perform: (effect: Effect, again: boolean) => Promise<Performed>,
): Promise<void> {
  const effect = job.work;
  try {
    const answer = await perform(effect, job.tries > 0);
    if (answer === "unanswered") return;
    await parts.loop.take(answer === null ? [] : [eventOf(parts, effect, answer)], job);
  } catch (error) {
    await answerFault(parts, job, error);
  }
}

/** An answer as the event that it is. */
export const eventOf = (
  { clock }: Pick<Parts, "clock">,
  effect: Pick<Effect, "assignment">,
  answer: Answer,
): Event => ({ ...answer, assignment: effect.assignment, at: clock.now() });

async function answerFault(
  parts: Parts,
  job: Job<"github" | "attempts">,
  error: unknown,
): Promise<void> {
  const { store, loop, clock, log } = parts;
  const effect = job.work;
  const fields = { effect: effect.type, key: effect.key, tries: job.tries };
  if (isFault(error) && error.kind === "fenced") {
    log.warn(fields, "job was taken over by somebody else");
    return;
  }
  if (isFault(error) && error.retryable) {
    const until = retryTime(error, job.tries, clock.now());
    log.warn({ ...fields, why: error.message, until }, "effect is tried again later");
    await store.postpone(job, until, error.message);
    return;
  }
  log.error({ ...fields, err: error }, "effect failed");
  const failed: Answer = {
    type: "effect.failed",
    effect: effect.type,
    key: effect.key,
    why: reasonOf(error),
    isGone: isGone(error),
  };
  await loop.take([eventOf(parts, effect, failed)], job);
}

/** How often a long job is renewed; the store gives it up after a minute without. */
const beatMs = 15_000;

/** Renews a job until the returned function is called; `lost` is called once when the job is no longer ours. */
export function keepBeating(
  { store, clock, log }: Pick<Parts, "store" | "clock" | "log">,
  job: Job<QueueName>,
  lost: () => void,
): () => void {
  let cancel = (): void => {};
  let isOver = false;
  const arm = (): void => {
    cancel = clock.at((clock.now() + beatMs) as ReturnType<Clock["now"]>, () => void beat());
  };
  const beat = async (): Promise<void> => {
    const isOurs = await store.beat(job).catch((error: unknown) => {
      log.warn({ err: error, job: job.id }, "beat failed");
      return true;
    });
    if (isOver) return;
    if (isOurs) arm();
    else lost();
  };
  arm();
  return () => {
    isOver = true;
    cancel();
  };
}
