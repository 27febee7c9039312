/** Logs for tests. */
import type { Log } from "../../src/ports.ts";

/** Says nothing. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
