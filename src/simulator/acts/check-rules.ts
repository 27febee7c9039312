/** What GitHub takes for a check run, and what it says about the rest. */
import { characters } from "./text-limits.ts";
import { malformed } from "../refusal.ts";
import type { CheckAnnotation, CheckConclusion, CheckRun, CheckStatus } from "../world/pulls.ts";

/** What an App says about a check run; undefined leaves a part as it is. */
export interface CheckRunDraft {
  readonly name: string | undefined;
  readonly status: CheckStatus | undefined;
  readonly conclusion: CheckConclusion | undefined;
  readonly externalId: string | undefined;
  readonly detailsUrl: string | undefined;
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly output: CheckOutput | undefined;
  readonly actions: CheckRun["actions"] | undefined;
}

/** The text half of a check run. */
export interface CheckOutput {
  readonly title: string | null;
  readonly summary: string;
  readonly text: string | null;
  readonly annotations: readonly CheckAnnotation[];
}

const TEXT_CHARACTERS = 65_535;
const MOST_ANNOTATIONS = 50;
const MOST_ACTIONS = 3;
const ACTION_CHARACTERS = { label: 20, description: 40, identifier: 20 } as const;

/** Throws 422 for what GitHub does not take. */
export function refuseCheckRun(draft: CheckRunDraft): void {
  if (draft.status === "completed" && draft.conclusion === undefined) {
    throw malformed('"conclusion" wasn\'t supplied.');
  }
  if (draft.conclusion === "stale") {
    throw malformed("For 'properties/conclusion', \"stale\" is not a possible value.");
  }
  if (draft.output !== undefined) {
    refuseText(draft.output.summary);
    refuseText(draft.output.text ?? "");
    refuseCount(draft.output.annotations.length, MOST_ANNOTATIONS);
  }
  if (draft.actions === undefined) return;
  refuseCount(draft.actions.length, MOST_ACTIONS);
  for (const action of draft.actions) {
    refuseText(action.label, ACTION_CHARACTERS.label);
    refuseText(action.description, ACTION_CHARACTERS.description);
    refuseText(action.identifier, ACTION_CHARACTERS.identifier);
  }
}

function refuseText(text: string, limit = TEXT_CHARACTERS): void {
  const count = characters(text);
  if (count > limit) {
    throw malformed(`Only ${limit} characters are allowed; ${count} were supplied.`);
  }
}

function refuseCount(count: number, limit: number): void {
  if (count > limit) {
    throw malformed(`No more than ${limit} items are allowed; ${count} were supplied.`);
  }
}
