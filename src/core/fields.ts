/** What fields of a board beside its columns tell of an issue, where the board has them: whether its pull request holds, and its criteria. */
import type { Assignment } from "./assignment.ts";
import type { Event } from "./event.ts";
import type { Millis } from "./ids.ts";
import { iso } from "./iso.ts";
import type { Card } from "./issue.ts";
import type { PullState } from "./pull-state.ts";
import { isReviewed, reviewGate } from "./review-gate.ts";
import { pullOf } from "./standing.ts";

/** The seed's names of the fields that we write. */
const fieldNames = [
  "Verification",
  "Criteria Met",
  "Criteria Total",
  "Last Verified",
  "Verified By",
] as const;

export type FieldName = (typeof fieldNames)[number];

/** Options by their names, numbers, and a day as `2026-11-21`. */
export type FieldValues = Readonly<Partial<Record<FieldName, string | number>>>;
export type FieldValue = { readonly name: FieldName; readonly value: string | number };

/** What checks and, where one is wanted, a review said of the pull request when GitHub was last asked. */
export type Verified = {
  readonly result: "Not Verified" | "Failing" | "Partial" | "Passing";
  readonly by: "ci" | "agent";
  /** When it was first found so. */
  readonly at: Millis;
};

/** What the board should tell of it. Without checkboxes in its text people's own numbers stand. */
export function fieldValues({ issue, verified }: Assignment): FieldValues {
  const { met, total } = issue?.criteria ?? { met: 0, total: 0 };
  const result = verified?.result ?? "Not Verified";
  return {
    Verification: result,
    ...(total === 0 ? {} : { "Criteria Met": met, "Criteria Total": total }),
    ...(verified === null || result === "Not Verified"
      ? {}
      : { "Last Verified": iso(verified.at).slice(0, 10), "Verified By": verified.by }),
  };
}

/** Those of the values that the board can hold and that it was not told before. */
export const newValues = (
  card: Card | null,
  before: FieldValues,
  values: FieldValues,
): readonly FieldValue[] =>
  fieldNames.flatMap((name) => {
    const value = values[name];
    if (value === undefined || value === before[name]) return [];
    const field = card?.fields[name];
    if (field === undefined) return [];
    const isHeld = field.options === null || field.options[String(value)] !== undefined;
    return isHeld ? [{ name, value }] : [];
  });

type Inspected = Extract<Event, { type: "pull.inspected" }>;

/** After GitHub has told the state of the pull request, and that has been judged. */
export function verifiedBy(judged: Assignment, { state, at }: Inspected): Assignment {
  if (state.state !== "open") return judged;
  const found = resultOf(judged, state);
  const { verified } = judged;
  return verified?.result === found.result && verified.by === found.by
    ? judged
    : { ...judged, verified: { ...found, at } };
}

function resultOf(assignment: Assignment, { checks }: PullState): Omit<Verified, "at"> {
  switch (checks) {
    case "none":
    case "pending":
      return { result: "Not Verified", by: "ci" };
    case "failing":
      return { result: "Failing", by: "ci" };
    case "passing": {
      const pull = pullOf(assignment);
      const gate = pull === null ? null : reviewGate(assignment, pull);
      if (gate !== null) return { result: "Partial", by: "ci" };
      return { result: "Passing", by: isReviewed(assignment) ? "agent" : "ci" };
    }
  }
}
