/** What people are told of work that is on hold. */
import type { Assignment } from "./assignment.ts";
import type { Policy } from "./policy.ts";
import { plain } from "./quote.ts";

/** Lines for the status; none when it is not on hold. */
export const holdLines = (assignment: Assignment, policy: Policy): readonly string[] => {
  const line = holdLine(assignment, policy);
  return line === null ? [] : ["", line];
};

/** Who put it on hold, why, and how it goes on; null when it is not on hold. */
export function holdLine(
  { hold }: Assignment,
  { commandPrefix }: Pick<Policy, "commandPrefix">,
): string | null {
  if (hold === null) return null;
  const why = hold.reason === "" ? "" : ` (${plain(hold.reason)})`;
  return `Put on hold by ${hold.by}${why}: a worker that runs goes on, nothing else starts and nothing is merged until somebody comments \`/${commandPrefix} unhold\`.`;
}
