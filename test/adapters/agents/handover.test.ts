/** Last words as handovers. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Handover, Outcome } from "../../../src/core/handover.ts";
import { capped, handoverFrom, reportIn } from "../../../src/adapters/agents/handover.ts";
import { runs } from "../../support/fuzz.ts";

const block = (report: object): string => `\`\`\`json\n${JSON.stringify(report)}\n\`\`\``;
const completed = { status: "COMPLETED", summary: "All done", testing: "npm test" };

const handed = (message: string, outcome: Outcome = "finished"): unknown =>
  handoverFrom({ outcome, report: reportIn(message), lastText: message, why: "It broke." });

test("each status of the report has its handover", () => {
  const report = { summary: "S", question: "Q?", notes: "N" };

  assert.deepEqual(handed(block(completed)), {
    kind: "ready",
    summary: "All done",
    testing: "npm test",
    replies: [],
  });
  assert.deepEqual(handed(block({ ...report, status: "BLOCKED" })), {
    kind: "blocked",
    question: "Q?",
  });
  assert.deepEqual(handed(block({ ...report, status: "HANDOVER" })), {
    kind: "unfinished",
    notes: "N",
    report: null,
  });
  assert.deepEqual(handed(block({ ...report, status: "FAILED" })), { kind: "failed", why: "S" });
});

test("the last valid report counts, and text around it does not", () => {
  const message = [
    "Words.",
    block({ status: "FAILED", summary: "an example" }),
    "1. And so it ends:",
    "   ```json",
    `   ${JSON.stringify(completed)}`,
    "   ```",
    block({ status: "PERFECT", summary: "no such status" }),
    "```json",
    "{ cut off",
  ].join("\n");

  const { status, summary, testing } = reportIn(message)!;
  assert.deepEqual({ status, summary, testing }, completed);
});

test("a handover with its parts is a report, whatever form its lines have", () => {
  const message = block({
    status: "HANDOVER",
    summary: "Half of it.",
    tests: "3 of 4 pass",
    done: ["the parser", 7, { file: "a.ts" }],
    in_progress: "the printer",
    remaining: null,
    next_steps: Array.from({ length: 50 }, (_, index) => `step ${index}`),
    gotchas: 12,
  });

  const handover = handed(message) as Handover;

  assert.ok(handover.kind === "unfinished" && handover.report !== null);
  const { report, notes } = handover;
  assert.equal(notes, "Half of it.");
  assert.deepEqual(report.done, ["the parser", "7", '{"file":"a.ts"}']);
  assert.deepEqual(report.inProgress, ["the printer"]);
  assert.deepEqual([report.remaining, report.gotchas], [[], []]);
  assert.equal(report.nextSteps.length, 20);
});

test("whoever was to look hands over what was found", () => {
  const message = block({
    status: "COMPLETED",
    findings: ["The clock is local."],
    relevant_files: ["src/clock.ts"],
    recommendation: "Count in UTC.",
  });

  assert.deepEqual(handed(message), {
    kind: "found",
    findings: {
      findings: ["The clock is local."],
      relevantFiles: ["src/clock.ts"],
      patterns: [],
      concerns: [],
      recommendation: "Count in UTC.",
    },
  });
});

test("a report may leave out or null what its status does not need", () => {
  assert.deepEqual(handed(block({ status: "BLOCKED", question: "Q?", summary: null })), {
    kind: "blocked",
    question: "Q?",
  });
  assert.deepEqual(handed(block({ status: "COMPLETED" })), {
    kind: "ready",
    summary: "The agent finished without a summary.",
    testing: "",
    replies: [],
  });
});

test("answers to reviewers are read as far as they can be, and close a thread only in so many words", () => {
  const threads = [
    { id: "T_1", outcome: "fixed", reply: "Done." },
    { id: "T_2", outcome: "resolved" },
    { outcome: "fixed" },
    "T_4",
  ];
  const handover = handed(block({ ...completed, threads })) as Handover;
  assert.ok(handover.kind === "ready");

  assert.deepEqual(handover.replies, [
    { thread: "T_1", outcome: "fixed", text: "Done." },
    { thread: "T_2", outcome: "pushed-back", text: "" },
  ]);
  const strange = handed(block({ ...completed, threads: "none" })) as Handover;
  assert.ok(strange.kind === "ready" && strange.replies.length === 0);
});

test("a report outside a JSON block is none", () => {
  const json = JSON.stringify(completed);

  for (const message of [
    json,
    `\`${json}\``,
    `\`\`\`\n${json}\n\`\`\``,
    `> \`\`\`json\n> ${json}`,
  ]) {
    assert.equal(reportIn(message), null);
  }
});

test("without a report the outcome decides", () => {
  assert.deepEqual(handed("Looks good."), {
    kind: "ready",
    summary: "Looks good.",
    testing: "",
    replies: [],
  });
  const cutOff = [
    "turns-exhausted",
    "budget-exhausted",
    "funds-exhausted",
    "timed-out",
    "silent",
  ] as const;
  for (const outcome of cutOff) {
    assert.deepEqual(handed("Half.", outcome), {
      kind: "unfinished",
      notes: "Half.",
      report: null,
    });
    assert.deepEqual(handed("", outcome), {
      kind: "unfinished",
      notes: "The agent left no notes.",
      report: null,
    });
  }
  const failures = ["flooded", "stopped", "refused-by-provider", "crashed", "lost"] as const;
  for (const outcome of failures) {
    assert.deepEqual(handed("Fine.", outcome), { kind: "failed", why: "It broke." });
  }
});

test("work that was cut off is not ready, whatever the report says", () => {
  assert.deepEqual(handed(block(completed), "timed-out"), {
    kind: "unfinished",
    notes: "All done",
    report: null,
  });
  assert.deepEqual(handed(block(completed), "crashed"), { kind: "failed", why: "It broke." });
});

test("texts are capped between characters and fit for the store", () => {
  assert.equal(capped("a".repeat(4_000)).length, 4_000);
  assert.equal(capped(`a${"😀".repeat(3_000)}`).at(-1), "…");
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 9_000, size: "max" }), (text) => {
      const kept = capped(text);
      assert.ok(kept.length <= 4_000 && kept.isWellFormed() && !kept.includes("\0"));
    }),
    runs(30),
  );
  assert.equal(capped("\ud800x\0"), "\ufffdx\ufffd");
});

test("a message written to be slow to read is read in a moment", () => {
  for (const unit of ["1. ", "> ", "*a_", "- a\n"]) {
    const began = performance.now();

    assert.equal(reportIn(unit.repeat(500_000)), null);

    assert.ok(performance.now() - began < 5_000, unit);
  }
});

test("no message makes the search throw", () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom("```json\n", "\n```\n", "~~~", "> ", "- ", block(completed), "<!--"),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const report = reportIn(parts.join(""));
      assert.ok(report === null || report.summary !== undefined);
    }),
    runs(),
  );
});
