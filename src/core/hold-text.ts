/** What people are told of work that is on hold, or blocked. */
import type { Assignment } from "./assignment.ts";
import type { Policy } from "./policy.ts";
import { plain } from "./quote.ts";

/** Lines for the status; none when it is neither. */
export const holdLines = (assignment: Assignment, policy: Policy): readonly string[] =>
  stopSentences(assignment, policy).flatMap((line) => ["", line]);

/** Who put it on hold, or blocked it, why, and how it goes on; null when nobody did. */
export function holdLine(assignment: Assignment, policy: Policy): string | null {
  const lines = stopSentences(assignment, policy);
  return lines.length === 0 ? null : lines.join(" ");
}

function stopSentences(
  { hold, block, phase }: Assignment,
  { commandPrefix }: Pick<Policy, "commandPrefix">,
): readonly string[] {
  const until = (verb: string): string => `until somebody comments \`/${commandPrefix} ${verb}\`.`;
  // What is parked for that says so itself.
  const isSaid = phase.name === "parked" && phase.reason.kind === "blocked";
  const sentences: string[] = [];
  if (block !== null && !isSaid) {
    const by = `Blocked by ${block.by}${because(block.reason)}`;
    sentences.push(`${by}: nothing starts and nothing is merged ${until("unblock")}`);
  }
  if (hold !== null) {
    const by = `Put on hold by ${hold.by}${because(hold.reason)}`;
    const what = "a worker that runs goes on, nothing else starts and nothing is merged";
    sentences.push(`${by}: ${what} ${until("unhold")}`);
  }
  return sentences;
}

const because = (reason: string): string => (reason === "" ? "" : ` (${plain(reason)})`);
