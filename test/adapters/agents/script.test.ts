/** The scripted agent's language. */
import assert from "node:assert/strict";
import test from "node:test";
import {
  attemptOf,
  durationMs,
  sizeBytes,
  stepsOf,
  type Step,
} from "../../../src/adapters/agents/script.ts";
import { briefWith } from "./runs.ts";

const fallback: Step[] = [{ done: "fallback" }];

test("a flat script serves every attempt, a script by attempts each its own", () => {
  const byAttempt = ["attempts:", "  - [crash]", "  - [{done: second}]"];

  assert.deepEqual(stepsOf(briefWith("- hang", "- done: ok"), fallback), ["hang", { done: "ok" }]);
  const brief = briefWith(...byAttempt);
  assert.deepEqual(stepsOf(brief, fallback), ["crash"]);
  assert.deepEqual(stepsOf(brief.replace("Attempt: 1", "Attempt: 2"), fallback), [
    { done: "second" },
  ]);
  assert.deepEqual(stepsOf(brief.replace("Attempt: 1", "Attempt: 9"), fallback), [
    { done: "second" },
  ]);
});

test("the first script counts, also inside another block", () => {
  const inner = briefWith("- done: inner");
  const brief = `# Brief\n\n\`\`\`\`\`markdown\n${inner}\n\`\`\`\`\`\n\n${briefWith("- hang")}`;

  assert.deepEqual(stepsOf(brief, fallback), [{ done: "inner" }]);
  assert.deepEqual(stepsOf("Say `yardmaster-script`.", fallback), fallback);
});

test("a fault in a script is told with its place", () => {
  assert.throws(() => stepsOf(briefWith("- hang", "- wait: long"), fallback), /at \[1\]/);
  assert.throws(() => stepsOf(briefWith("attempts: []"), fallback), /at attempts/);
  assert.throws(() => stepsOf(briefWith("just words"), fallback), /Invalid input/);
});

test("numbers are read with their units", () => {
  assert.equal(attemptOf("Worker\nAttempt: 3\nAttempt: 4"), 3);
  assert.equal(attemptOf("no number"), 1);
  assert.deepEqual(["200ms", "2s"].map(durationMs), [200, 2_000]);
  assert.deepEqual(["64KB", "10MB"].map(sizeBytes), [64_000, 10_000_000]);
});
