/** What a Worker says that has reviewed a pull request. */
import type { Handover } from "../../src/core/handover.ts";
import { criteria } from "../../src/core/review-report.ts";
import type { ReviewFinding } from "../../src/core/review-report.ts";

/** Two findings, of which the first is deferred. From a Worker that was not sent to review it counts as a word that its work is done. */
export const reviewedWith = (state: ReviewFinding["state"]): Handover => ({
  kind: "reviewed",
  report: {
    scope: "MINOR",
    isSensitive: true,
    judged: criteria,
    inapplicable: [],
    isBlocked: false,
    findings: (["deferred", state] as const).map((each, index) => ({
      id: `F-2-${index + 1}`,
      severity: "low",
      criterion: "Style",
      place: "",
      text: "It is wrong.",
      state: each,
      why: "",
      category: "separate-concern",
      acceptance: [],
    })),
  },
});
