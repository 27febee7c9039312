/** Stored deliveries to events: what cannot be read is said once in the log and is done with. */
import type { GitHubEvent } from "../core/event.ts";
import type { Clock, Delivery, Job, Log } from "../ports.ts";
import type { Loop } from "./loop.ts";

/** What a delivery means to us: events, or why it cannot be understood. */
export type Translation = readonly GitHubEvent[] | { readonly fault: string };

/** Answers one delivery's job. */
export function createIntake(
  loop: Loop,
  translate: (delivery: Delivery) => Translation,
  clock: Clock,
  log: Log,
): (job: Job<"deliveries">) => Promise<void> {
  return async (job) => {
    const { guid: delivery, event } = job.work;
    const translation = translate(job.work);
    if ("fault" in translation) {
      log.warn({ delivery, event, why: translation.fault }, "delivery was not understood");
      await loop.take([], job);
      return;
    }
    const at = clock.now();
    await loop.take(
      translation.map((known) => ({ ...known, at })),
      job,
    );
  };
}
