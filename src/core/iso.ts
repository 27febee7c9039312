/** Times in GitHub's notation. */
import type { Millis } from "./ids.ts";

/** `2026-11-21T05:30:00Z`. */
export const iso = (at: Millis): string =>
  // oxlint-disable-next-line no-restricted-globals -- a given time in another notation; the clock is not read
  `${new Date(at).toISOString().slice(0, 19)}Z`;
