/** The scripted agent's language. */
import assert from "node:assert/strict";
import test from "node:test";
import { scriptOf } from "../../../src/adapters/agents/script.ts";
import { durationMs, sizeBytes } from "../../../src/adapters/agents/scripted-units.ts";
import { briefWith } from "./runs.ts";

test("a flat script serves every attempt, a script by attempts each its own", () => {
  const byAttempt = briefWith("attempts:", "  - [crash]", "  - [{done: second}]");
  const ofAttempt = (number: number): object =>
    scriptOf(byAttempt.replace("Attempt: 1", `Attempt: ${number}`));

  assert.deepEqual(scriptOf(briefWith("- hang", "- done: ok")).steps, ["hang", { done: "ok" }]);
  assert.deepEqual([1, 2, 9].map(ofAttempt), [
    { attempt: 1, base: null, steps: ["crash"] },
    { attempt: 2, base: null, steps: [{ done: "second" }] },
    { attempt: 9, base: null, steps: [{ done: "second" }] },
  ]);
});

test("the first script counts, also inside another block", () => {
  const inner = briefWith("- done: inner");
  const brief = `# Brief\n\n\`\`\`\`\`markdown\n${inner}\n\`\`\`\`\`\n\n${briefWith("- hang")}`;

  assert.deepEqual(scriptOf(brief).steps, [{ done: "inner" }]);
  assert.deepEqual(scriptOf("Say `yardmaster-script`."), { attempt: 1, base: null, steps: null });
});

test("the commit that is to be merged is the brief's own, whatever the issue says", () => {
  const named = (...lines: readonly string[]): string | null => scriptOf(lines.join("\n")).base;
  const one = "1".repeat(40);

  assert.equal(named(`Base commit: ${one}`, "", `Base commit: ${"2".repeat(40)}`), one);
  assert.equal(named("Base commit: --all"), null);
});

test("who is to find out why, or to hand over, follows a script of its own", () => {
  const script = ["attempts:", "  - [crash]", "research:", "  - found: The moon."];
  const research = briefWith(...script).replace(/^/, "# Find out why issue #7 failed\n\n");

  assert.deepEqual(scriptOf(research).steps, [{ found: "The moon." }]);
  assert.deepEqual(scriptOf("# Find out why\n").steps, [
    { found: "The script says nothing about its failures." },
  ]);
  assert.deepEqual(scriptOf("# Hand over now\n").steps, [
    { handover: "The script was interrupted." },
  ]);
});

test("a fault in a script is told with its place", () => {
  const failing = (...lines: readonly string[]): string =>
    JSON.stringify(scriptOf(briefWith(...lines)).steps);

  assert.match(failing("- hang", "- wait: long"), /"fail":.*at \[1\]/);
  assert.match(failing("attempts: []"), /"fail":.*at attempts/);
  assert.match(failing("just words"), /"fail":.*Invalid input/);
});

test("numbers are read with their units", () => {
  assert.deepEqual(["200ms", "2s"].map(durationMs), [200, 2_000]);
  assert.deepEqual(["64KB", "10MB"].map(sizeBytes), [64_000, 10_000_000]);
});
