/** A clock that tests turn by hand. */
import type { Millis } from "../../src/core/ids.ts";
import { millis } from "../../src/core/ids.ts";
import type { Clock } from "../../src/ports.ts";

/** The Clock port, and the hand. */
export type HandClock = Clock & {
  /** Moves on, calling back whatever has become due, oldest first. */
  readonly turn: (ms: number) => void;
};

/** Starts at the machine's time, since a database compares with its own. */
export function handClock(): HandClock {
  let now = Date.now();
  const alarms = new Set<{ readonly time: Millis; readonly wake: () => void }>();
  return {
    now: () => millis(now),
    at: (time, wake) => {
      const alarm = { time, wake };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    turn: (ms) => {
      now += ms;
      const due = [...alarms]
        .filter(({ time }) => time <= now)
        .toSorted((one, other) => one.time - other.time);
      for (const alarm of due) {
        alarms.delete(alarm);
        alarm.wake();
      }
    },
  };
}
