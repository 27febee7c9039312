/** The sentences of our check run: in one line, why a pull request is not merged. */
import type { Pull } from "./assignment.ts";
import type { ChecksVerdict } from "./pull-state.ts";
import { entryText, thrownOutText } from "./queue-text.ts";
import type { Check } from "./showing.ts";
import type { Verdict } from "./verdict.ts";

/** Title and summary for a verdict; null means that the merge is under way. */
export function checkText(
  verdict: Verdict | null,
  pull: Pull,
): Pick<Check, "conclusion" | "title" | "summary"> {
  const by = pull.worker === null ? "for all" : `by \`${pull.worker}\`, attempt ${pull.attempt}`;
  const summary = `Opened ${by}, from \`${pull.head.slice(0, 12)}\`.`;
  return { ...line(verdict), summary };
}

function line(verdict: Verdict | null): Pick<Check, "conclusion" | "title"> {
  if (verdict === null) return { conclusion: "success", title: "Merging" };
  switch (verdict.kind) {
    case "inspecting":
      return { conclusion: "neutral", title: "Asking GitHub" };
    case "waiting-for-person":
      return { conclusion: "neutral", title: "Waits for a person to review and merge it" };
    case "checks":
      return { conclusion: "neutral", title: checksTitle(verdict.checks) };
    case "conflict":
      return { conclusion: "action_required", title: "Conflicts with its base branch" };
    case "on-hold":
      return { conclusion: "neutral", title: `Put on hold by ${verdict.by}` };
    case "foreign-head":
      return {
        conclusion: "neutral",
        title: "Holds commits that Yardmaster did not push; a person has taken over",
      };
    case "in-line":
      return {
        conclusion: "neutral",
        title: `Waits for its turn: another pull request is merged into ${verdict.base} first`,
      };
    case "updating":
      return {
        conclusion: "neutral",
        title: "Waits for its branch to be brought up to date, and then for checks",
      };
    case "armed":
      return {
        conclusion: "neutral",
        title: "Waits for what its base branch still requires; GitHub then merges it",
      };
    case "in-queue":
      return { conclusion: "neutral", title: entryText(verdict.state, verdict.base) };
    case "thrown-out": {
      const conclusion = verdict.by === null ? "action_required" : "neutral";
      return { conclusion, title: thrownOutText(verdict.why, verdict.by).slice(0, 250) };
    }
    case "review": {
      const conclusion = verdict.isWaiting ? "neutral" : "action_required";
      return { conclusion, title: `Not merged: ${verdict.why}`.slice(0, 250) };
    }
    case "refused":
      return { conclusion: "action_required", title: `Not merged: ${verdict.why}`.slice(0, 250) };
  }
}

function checksTitle(checks: ChecksVerdict): string {
  switch (checks) {
    case "none":
      return "Waits for a first check; without one nothing is merged automatically";
    case "pending":
      return "Waits for checks";
    case "passing":
      return "Checks are green";
    case "failing":
      return "Not merged: a check failed";
  }
}
