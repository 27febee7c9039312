import assert from "node:assert/strict";
import { test } from "node:test";
import { handoverFrom, reportIn } from "../../../src/adapters/agents/handover.ts";
import type { Handover } from "../../../src/core/handover.ts";
import { criteria } from "../../../src/core/review-report.ts";

const finding = {
  severity: "HIGH",
  criterion: "security",
  place: "src/a.ts:1",
  finding: " It leaks. ",
  state: "Deferred",
  why: "It is everywhere.",
  category: "breaking-change",
  acceptance: ["It holds", ""],
};
const review = {
  scope: "minor",
  security_sensitive: true,
  criteria: Object.fromEntries(criteria.map((name) => [name.toUpperCase(), "PASS"])),
  findings: [finding],
};

function said(report: object): Handover {
  const message = ["I am done.", "```json", JSON.stringify(report), "```"].join("\n");
  const report0 = reportIn(message);
  return handoverFrom({ outcome: "finished", report: report0, lastText: message, why: "" });
}

test("a review is read whole, however its words are written", () => {
  assert.deepEqual(said({ status: "COMPLETED", summary: "Done.", review }), {
    kind: "reviewed",
    report: {
      scope: "MINOR",
      isSensitive: true,
      isBlocked: false,
      judged: criteria,
      inapplicable: [],
      findings: [
        {
          id: "",
          severity: "high",
          criterion: "Security",
          place: "src/a.ts:1",
          state: "deferred",
          why: "It is everywhere.",
          category: "breaking-change",
          text: "It leaks.",
          acceptance: ["It holds"],
        },
      ],
    },
  });
});

test("a criterion that it leaves out is not judged", () => {
  const some = { ...review, criteria: { Style: "N/A", Clarity: "PASS", Taste: "PASS" } };

  const handover = said({ status: "COMPLETED", review: some });

  assert.ok(handover.kind === "reviewed");
  assert.deepEqual(handover.report.judged, ["Clarity", "Style"]);
  assert.deepEqual(handover.report.inapplicable, ["Style"]);
});

test("with a finding that cannot be understood it is no review, so that none is lost", () => {
  const bad: readonly object[] = [
    { ...finding, severity: "so-so" },
    { ...finding, state: "open" },
    { ...finding, finding: "" },
    { ...finding, criterion: "Taste" },
  ];
  for (const one of bad) {
    const handover = said({
      status: "COMPLETED",
      summary: "Done.",
      review: { ...review, findings: [finding, one] },
    });
    assert.equal(handover.kind, "ready");
  }
});
