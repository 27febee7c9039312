/** What the checks of one head add up to. */
import type { ChecksVerdict } from "../../core/pull-state.ts";
import type { CheckContext } from "./pull-documents.ts";

const passed: readonly string[] = ["SUCCESS", "NEUTRAL", "SKIPPED"];
const undecided: readonly string[] = ["PENDING", "EXPECTED"];

/** Ours is left out, or it would wait for itself. Whatever is not known to be good is bad. */
export function verdictOf(contexts: readonly CheckContext[], appId: number): ChecksVerdict {
  const verdicts = contexts
    .filter(({ checkSuite }) => checkSuite?.app?.databaseId !== appId)
    .map(singleVerdict);
  if (verdicts.includes("failing")) return "failing";
  if (verdicts.includes("pending")) return "pending";
  return verdicts.length === 0 ? "none" : "passing";
}

/** What one check says. */
export const singleVerdict = ({ status, conclusion, state }: CheckContext): Single =>
  status === undefined ? ofStatus(state) : ofRun(status, conclusion);

type Single = Exclude<ChecksVerdict, "none">;

function ofRun(status: string, conclusion: string | null | undefined): Single {
  if (status !== "COMPLETED") return "pending";
  return conclusion != null && passed.includes(conclusion) ? "passing" : "failing";
}

function ofStatus(state: string | undefined): Single {
  if (state === undefined || undecided.includes(state)) return "pending";
  return passed.includes(state) ? "passing" : "failing";
}
