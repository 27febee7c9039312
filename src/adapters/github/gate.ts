/** Keeps requests back after GitHub has asked for a pause. REST and GraphQL have separate limits, and so has each installation. */
import type { Millis } from "../../core/ids.ts";
import type { Clock } from "../../ports.ts";
import { ForgeFault } from "./fault.ts";

/** One limit of GitHub's. */
export type Gate = {
  /** Throws ForgeFault `rate-limited` while the pause lasts. */
  readonly pass: (what: string) => void;
  readonly closeUntil: (time: Millis) => void;
};

/** A gate that is open. */
export function createGate(clock: Clock): Gate {
  let until = -Infinity as Millis;
  return {
    pass: (what) => {
      if (clock.now() >= until) return;
      throw new ForgeFault("rate-limited", `${what}: GitHub asked for a pause`, { retryAt: until });
    },
    closeUntil: (time) => {
      if (time > until) until = time;
    },
  };
}
