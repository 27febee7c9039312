/** Tells the loop the time when some pause on the board ends. */
import type { Millis } from "../core/ids.ts";
import { millis } from "../core/ids.ts";
import type { Clock, Log } from "../ports.ts";

/** One alarm at a time. */
export type Ticker = {
  /** Sets the alarm in place of an earlier one; null sets none. */
  readonly arm: (due: Millis | null) => void;
  readonly stop: () => void;
};

/** After a tick that could not be taken, for example because the database is away. */
const retryMs = 5_000;

/** `tick` is called once for each alarm; one that fails is repeated. */
export function createTicker(clock: Clock, log: Log, tick: () => Promise<void>): Ticker {
  let cancel = (): void => {};
  const arm = (due: Millis | null): void => {
    cancel();
    cancel = due === null ? () => {} : clock.at(due, ring);
  };
  const ring = (): void => {
    tick().catch((error: unknown) => {
      log.error({ err: error }, "clock tick was not taken");
      arm(millis(clock.now() + retryMs));
    });
  };
  return { arm, stop: () => cancel() };
}
