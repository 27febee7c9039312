/** What people are told who asked for what a Worker printed, or for the end of worktrees. */
import type { Cleared, RunLog } from "./aside-order.ts";
import { quoted } from "./quote.ts";
import { savedLine } from "./status-text.ts";

/** Folded, for it is long, and of use to few. */
export function logText(log: RunLog | null): string {
  if (log === null) return "No worker of this issue has printed anything that is still there.";
  const worker = `<code>${log.worker}</code>`;
  const shown = shownOf(log.lines);
  if (shown.length === 0) return `Worker ${worker} has printed nothing.`;
  const count = shown.length === 1 ? "The last line" : `The last ${shown.length} lines`;
  return [
    `<details><summary>${count} of worker ${worker}</summary>`,
    "",
    // Each for itself: a long text is cut at its end, and here the end counts.
    ...shown.map(quoted),
    "",
    "</details>",
  ].join("\n");
}

const lineAtMost = 400;
/** What makes it harmless may make it five times as long, and a comment holds 65,536. */
const allAtMost = 10_000;

/** The last ones that there is room for. */
function shownOf(lines: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let room = allAtMost;
  for (const line of lines.toReversed()) {
    const isLong = line.length > lineAtMost;
    const text = isLong ? `${line.slice(0, lineAtMost).toWellFormed()} …` : line;
    room -= text.length + 1;
    if (room < 0) break;
    shown.unshift(text);
  }
  return shown;
}

/** Which worktrees are gone, and where what was in them is. */
export function clearedText({ attempts, saved }: Cleared): string {
  if (attempts.length === 0) return "No worktree is kept for this issue.";
  const isOne = attempts.length === 1;
  const what = isOne
    ? `The worktree of attempt ${attempts.join()} is removed.`
    : `The worktrees of attempts ${attempts.join(", ")} are removed.`;
  const where = isOne ? "it" : "them";
  return saved.length === 0
    ? `${what} Nothing was changed in ${where}.`
    : [`${what} What was in ${where} is saved:`, "", ...saved.map(savedLine)].join("\n");
}
