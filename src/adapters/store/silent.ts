/** The log of a store that nobody listens to. */
import type { Log } from "../../ports.ts";

/** Says nothing. */
export const silent: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
