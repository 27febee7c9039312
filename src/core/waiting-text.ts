/** What a queued issue waits for, in the words of its status comment. */
import type { Claim, Issue } from "./issue.ts";
import { iso } from "./iso.ts";
import type { Policy } from "./policy.ts";
import { code } from "./quote.ts";
import type { Waiting } from "./waiting.ts";

/** What has to happen first, and what about that needs a person. */
export const waitingLines = (waiting: Waiting, issue: Issue | null): readonly string[] => [
  waitingLine(waiting),
  ...circleLines(waiting),
  ...unknownLines(issue),
];

function waitingLine(waiting: Waiting): string {
  switch (waiting.for) {
    case "inspection":
      return "GitHub is being asked whether everything is still as it was approved.";
    case "slot":
      return "All workers are busy; it starts as soon as one is free.";
    case "blockers":
      return `Waits until ${waiting.references.join(", ")} ${waiting.references.length > 1 ? "are" : "is"} closed.`;
    case "unhold":
      return "It waits to be let go.";
    case "overlap":
      return `Waits for ${waiting.with}, which is being worked on and touches ${code(waiting.path)} too.`;
    case "reviews":
      return `${waiting.open} pull ${waiting.open === 1 ? "request waits" : "requests wait"} for people here; it starts when there are fewer.`;
    case "plan":
      return "GitHub is being asked about the issue that this one is part of.";
    case "parts":
      return partsLine(waiting.references);
    case "integration":
      return "All sub-issues are closed; GitHub is being asked for the pull request of what they bring.";
    case "approval":
      return "Somebody with write access must look at the text first.";
    case "claim":
      return claimLine(waiting.claim);
    case "revert":
      return "GitHub is being asked for the pull request that takes the work back.";
    case "machine":
      return "What was asked for is being done.";
    case "time":
      return `The last attempt failed; the next one starts at ${iso(waiting.until)}.`;
    case "provider":
      return `The provider of the agent ${code(waiting.agent)} refuses it, so nobody uses it before ${iso(waiting.until)}.`;
    case "breaker":
      return breakerLine(waiting);
  }
}

function partsLine(references: readonly string[]): string {
  if (references.length === 0) return "It is an integration plan, and waits for its sub-issues.";
  const are = references.length > 1 ? "are" : "is";
  return `It is an integration plan: what its sub-issues bring is opened as one pull request when ${references.join(", ")} ${are} closed.`;
}

function claimLine({ worker, by, at }: Claim): string {
  const whose = worker === "" ? "A worker" : `Worker ${code(worker)}`;
  return `${whose} of another system is at work on it, as ${by} recorded at ${iso(at)}.`;
}

/** What makes it go on although it waits for another system's Worker. */
export const claimCure = ({ commandPrefix }: Pick<Policy, "commandPrefix">): string =>
  `It starts when that is recorded as cleared or the comment is hidden. To have it worked on all the same, comment \`/${commandPrefix} approve\`.`;

const causeShown = 120;

/** One sentence: why nothing starts, and until when. */
function breakerLine({ cause, until }: Extract<Waiting, { for: "breaker" }>): string {
  const why = `Workers of several issues failed for the same cause (${code(cause.slice(0, causeShown).toWellFormed())})`;
  return until === null
    ? `${why}, so only one is tried, and the others start when it gets further.`
    : `${why}, so nothing starts before ${iso(until)}, and then only one to see whether that is over.`;
}

const circleLines = (waiting: Waiting): readonly string[] =>
  waiting.for === "blockers" && waiting.circle !== null
    ? [
        "",
        `They wait for each other in a circle, ${waiting.circle.join(" → ")}: somebody must take one of these dependencies away.`,
      ]
    : [];

const unknownShown = 20;

/** Told while it waits: once work is under way it has changed nothing. */
function unknownLines(issue: Issue | null): readonly string[] {
  const unknown = issue?.unknownBlockers ?? [];
  if (unknown.length === 0) return [];
  const rest = unknown.length - unknownShown;
  const named = [
    ...unknown.slice(0, unknownShown).map(code),
    ...(rest > 0 ? [`${rest} more`] : []),
  ];
  return [
    "",
    `It is said to wait for ${named.join(", ")}, which ${unknown.length > 1 ? "do" : "does"} not exist or cannot be seen from here, and that is not waited for.`,
  ];
}
