/** The machine's clock as the Clock port. */
import { millis } from "../core/ids.ts";
import type { Clock } from "../ports.ts";

/** `setTimeout` fires at once for longer waits than this, so they are cut. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => millis(Date.now()),
  at: (time, wake) => {
    const timer = setTimeout(wake, Math.min(longestTimerMs, Math.max(0, time - Date.now())));
    return () => clearTimeout(timer);
  },
};
