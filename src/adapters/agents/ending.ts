/** From the end of a process and the agent's last words to the Worker's exit: the part that all agents share. */
import type { Outcome } from "../../core/handover.ts";
import type { Millis } from "../../core/ids.ts";
import { millis } from "../../core/ids.ts";
import type { KillReason, ParsedExit, RunEnd } from "./adapter.ts";
import { handoverFrom, type Report } from "./handover.ts";

/** What an agent's own output says about its end. */
export type LastWords = {
  readonly outcome: Outcome;
  /** Used where the outcome is a failure. */
  readonly why: string;
  readonly report: Report | null;
  readonly lastText: string;
  /** The agent's own session, once it has told of one. */
  readonly session: string | null;
  /** When a provider that refused takes requests again, where the agent tells. */
  readonly retryAt?: Millis | null;
};

/** The exit of a run: what we know of its end goes before what the agent says of it. */
export function exitOf(end: RunEnd, words: LastWords): ParsedExit {
  const { outcome, why } = known(end) ?? words;
  const handover = handoverFrom({ ...words, outcome, why });
  const retryAt = outcome === "refused-by-provider" ? (words.retryAt ?? null) : null;
  return { outcome, retryAt, handover, session: words.session };
}

/** Seconds since 1970 as agents tell them, where they can be a time. */
export const timeOf = (seconds: number | null | undefined): Millis | null =>
  seconds != null && Number.isSafeInteger(seconds) && seconds > 0 && seconds < latestSeconds
    ? millis(seconds * 1000)
    : null;

/** In the year 2100: later ones are milliseconds, or no times at all. */
const latestSeconds = 4_102_444_800;

/** Does the provider's answer speak of the one request rather than of all that this agent may ask? */
export const isOfRequest = (status: number | null | undefined): boolean =>
  status === 400 || status === 404 || status === 413 || status === 422;

/** An exit code in words. */
export function exitCause(code: number): string {
  if (code === 126 || code === 127) return "The agent's program could not be started.";
  if (code > 128) return `The agent was killed by signal ${code - 128}.`;
  return `The agent exited with code ${code} and no result.`;
}

function known(end: RunEnd): { readonly outcome: Outcome; readonly why: string } | null {
  switch (end.by) {
    case "itself":
      return null;
    case "us":
      return killed[end.reason];
    case "unknown":
      return {
        outcome: "lost",
        why: "The agent's process is gone and left no record of its end.",
      };
  }
}

const killed: Readonly<Record<KillReason, { readonly outcome: Outcome; readonly why: string }>> = {
  stopped: { outcome: "stopped", why: "The agent was stopped before its end." },
  "timed-out": { outcome: "timed-out", why: "The agent's time was used up." },
  silent: { outcome: "silent", why: "The agent gave no sign of life for too long." },
  "turns-exhausted": { outcome: "turns-exhausted", why: "The agent's turns were used up." },
  "budget-exhausted": { outcome: "budget-exhausted", why: "The agent's budget was used up." },
  "funds-exhausted": { outcome: "funds-exhausted", why: "There is no money left for models." },
  flooded: { outcome: "flooded", why: "The agent was stopped because it wrote too much output." },
};
