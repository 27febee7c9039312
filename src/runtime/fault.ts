/** How the runtime reads what adapters throw: a fault that says whether trying again can help, or a bug. */
import type { Millis } from "../core/ids.ts";
import { millis } from "../core/ids.ts";

/** What every adapter's fault says of itself. */
export type Fault = Error & {
  readonly kind: string;
  readonly retryable: boolean;
  /** When trying again makes sense, if the outside named a time. */
  readonly retryAt?: Millis | null;
};

/** Anything else that is thrown is a bug of ours. */
export const isFault = (error: unknown): error is Fault =>
  error instanceof Error && "kind" in error && "retryable" in error;

/** The thing acted upon is gone for good, as opposed to being out of reach. */
export const isGone = (error: unknown): boolean =>
  isFault(error) && (error.kind === "gone" || error.kind === "not-found");

/** What people are told of an error: a fault's own words, and no more than that it happened of a bug. */
export const reasonOf = (error: unknown): string =>
  isFault(error) ? error.message : "an error inside Yardmaster; the log has it";

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** When to try again: at the named time, else after a pause that doubles up to a minute. */
export function retryTime(error: Fault, tries: number, now: Millis): Millis {
  if (error.retryAt !== undefined && error.retryAt !== null) return error.retryAt;
  return millis(now + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)));
}
