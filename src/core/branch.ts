/** Names that end up as git refs and paths, safe for any title. */
import type { Assignment } from "./assignment.ts";
import type { Issue } from "./issue.ts";

const slugLength = 40;

/** The branch of an issue: `<prefix><number>-<slug>`, with `-2`, `-3` … where the plain name is taken. */
function branchName(prefix: string, issue: Pick<Issue, "number" | "title">, nth: number): string {
  const name = `${prefix}${issue.number}-${slug(issue.title)}`;
  return nth > 1 ? `${name}-${nth}` : name;
}

/** Lower-case letters and digits of a title joined by single hyphens, at most 40 characters; `task` when none is left. */
export function slug(title: string): string {
  let words = "";
  for (const character of title.toLowerCase()) {
    if (words.length >= slugLength) break;
    if (isPlain(character)) words += character;
    else if (words !== "" && !words.endsWith("-")) words += "-";
  }
  const trimmed = words.endsWith("-") ? words.slice(0, -1) : words;
  return trimmed === "" ? "task" : trimmed;
}

const isPlain = (character: string): boolean =>
  (character >= "a" && character <= "z") || (character >= "0" && character <= "9");

/** The branch that an assignment's commits are pushed to: the one that they are on, whatever title and prefix have become since; of an integration plan its own. */
export const branchOf = (
  {
    policy,
    branchTry,
    pushed,
    integration,
  }: Pick<Assignment, "policy" | "branchTry" | "pushed" | "integration">,
  issue: Pick<Issue, "number" | "title">,
): string =>
  pushed?.branch ?? integration?.branch ?? branchName(policy.branchPrefix, issue, branchTry);
