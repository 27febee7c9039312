/** The machine's clock as the Clock port. */
import { millis } from "../core/ids.ts";
import type { Clock } from "../ports.ts";

/** `setTimeout` fires at once for longer waits than this, so they are cut. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => millis(Date.now()),
  at: (time, wake) => {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = time - Date.now();
      timer = setTimeout(look, Math.min(longestTimerMs, Math.max(0, left)));
    };
    // A timer goes by another clock than the time of day, and can be a millisecond ahead of it: who is woken too soon finds
    // nothing due, and would never be woken again.
    const look = (): void => (Date.now() < time ? wait() : wake());
    wait();
    return () => clearTimeout(timer);
  },
};
