/** Remembers that a provider refuses a run because too much was asked of it, and until when. */
import type { Clock } from "../../ports.ts";
import type { Millis } from "../../core/ids.ts";
import { millis } from "../../core/ids.ts";

/** What is remembered of one run. */
export type Limit = {
  until(): Millis | null;
  /** A provider answered. */
  note(status: number | null, retryAfter: string | null): void;
};

/** Nothing was refused yet. */
export function trackLimit(clock: Pick<Clock, "now">): Limit {
  let until: Millis | null = null;
  return {
    until: () => until,
    note: (status, retryAfter) => {
      until = status === 429 ? timeIn(retryAfter, clock.now()) : null;
    },
  };
}

/** Seconds from now, or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function timeIn(text: string | null, now: Millis): Millis | null {
  if (text === null) return null;
  const time = /^\d{1,9}$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(time) ? null : millis(time);
}
