/** What random stories' Workers and GitHub say, good or bad. */
import type { AnswerEvent, Finding } from "../../src/core/event.ts";
import type { FlowState } from "../../src/core/flow.ts";
import type { PullState } from "../../src/core/pull-state.ts";
import type { Handover } from "../../src/core/handover.ts";
import { commit } from "../support/answers.ts";
import { reviewedWith } from "../support/reviews.ts";

export const handovers: readonly Handover[] = [
  { kind: "ready", summary: "Done.", testing: "", replies: [] },
  reviewedWith("unaddressed"),
  { kind: "ready", summary: "Done.", testing: "", replies: [] },
  { kind: "unfinished", notes: "Half of it.", report: null },
  { kind: "blocked", question: "Which colour?" },
  { kind: "failed", why: "The tests are red." },
];

export const exits: readonly Partial<Extract<AnswerEvent, { type: "worker.exited" }>>[] = [
  {},
  {},
  {},
  { session: null },
  { outcome: "turns-exhausted" },
  { outcome: "funds-exhausted" },
  { outcome: "silent", session: null },
  { outcome: "refused-by-provider" },
  { outcome: "crashed" },
];

export const flows: readonly FlowState[] = [
  { isThere: false },
  { isThere: true, head: commit(3), isConflicting: true, hasWork: true },
  { isThere: true, head: commit(3), isConflicting: false, hasWork: false },
];

export const findings: readonly Finding[] = [
  { kind: "protected-path", where: ".github/ci.yml", what: "is protected", isFinal: false },
  { kind: "secret", where: "a.txt", what: "a key of this service", isFinal: true },
];

export const states: readonly Partial<PullState>[] = [
  {},
  { state: "merged" },
  { state: "closed" },
  { checks: "pending" },
  { isBehind: true },
  { queue: { kind: "out", removal: null } },
  { queue: { kind: "in", state: "awaiting-checks", isOurs: true, removal: null } },
  {
    queue: {
      kind: "out",
      removal: { id: "E_1", reason: "failed_checks", by: null, failures: [] },
    },
  },
  { queue: { kind: "out", removal: { id: "E_2", reason: "manual", by: "wren", failures: [] } } },
  { head: commit(4) },
  { mergeable: "conflicting" },
  { mergeable: "conflicting" },
  { mergeable: "conflicting" },
  { checks: "failing", failures: [{ name: "unit", text: "1 of 9 failed" }] },
  { critiques: [{ id: "R_1", by: "wren", place: null, thread: null, text: "Use a valve." }] },
  { critiques: [{ id: "R_2", by: "wren", place: "a.ts:1", thread: "T_2", text: "And a tap." }] },
];
