/** Agents whose provider refuses them: until when nobody uses them. Derived from those who wait for that. */
import type { Assignment } from "./assignment.ts";
import type { EndedAttempt } from "./attempt.ts";
import type { Board } from "./board.ts";
import type { Millis } from "./ids.ts";
import { millis } from "./ids.ts";
import type { Policy } from "./policy.ts";
import { isRefused } from "./standing.ts";
import type { Waiting } from "./waiting.ts";

/** An assignment that waits for its agent's provider, and by that makes everybody wait who would use the agent. */
export type Suspension = Extract<Waiting, { for: "provider" }>;

/** Whoever says when may be wrong, and what an agent says is only an agent's word. */
const longestMs = 24 * 60 * 60_000;
const mostDoublings = 10;

/** How long the agent of a refused attempt is not used; null when it was refused too often without a word of when. */
export function suspensionAfter(
  { attempts, attemptsBefore, policy: { maxAttempts } }: Assignment,
  last: EndedAttempt,
  at: Millis,
  policy: Policy,
): Suspension | null {
  const tries = attempts.slice(attemptsBefore);
  const others = tries.findLastIndex((one) => !isRefused(one) || one.agent !== last.agent);
  const refusals = tries.slice(others + 1);
  const doubled = 2 ** Math.min(refusals.length - 1, mostDoublings);
  const isTold = last.retryAt !== null && last.retryAt > at;
  const isEndless = refusals.every(({ retryAt, endedAt }) => (retryAt ?? endedAt) <= endedAt);
  if (!isTold && isEndless && refusals.length >= maxAttempts) return null;
  // A provider that refuses again as soon as it may be asked is asked less and less often.
  const pause = isTold
    ? Math.max(last.retryAt - at, policy.backoffMs * doubled)
    : policy.providerPauseMs * doubled;
  const until = millis(at + Math.min(pause, longestMs));
  return { for: "provider", agent: last.agent, until };
}

/** Until when nobody uses the agent; null when it may be used. */
export function suspendedUntil(board: Board, agent: string, at: Millis): Millis | null {
  let until: Millis | null = null;
  for (const { phase } of board.values()) {
    if (phase.name !== "queued" || phase.waiting.for !== "provider") continue;
    const { waiting } = phase;
    if (waiting.agent !== agent || waiting.until <= at) continue;
    if (until === null || waiting.until > until) until = waiting.until;
  }
  return until;
}
