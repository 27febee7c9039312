/** Plans: what cannot be brought in order is refused by name, everything else comes in waves. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { openTasks, planFaults, waves } from "../../src/core/plan.ts";
import type { PlanTask } from "../../src/core/plan.ts";
import { planTitle } from "../../src/core/plan-text.ts";

/** From `b: a c` to the task b that needs a and c. */
const tasksOf = (text: string): readonly PlanTask[] =>
  text.split(",").map((part) => {
    const [id = "", needs = ""] = part.split(":").map((word) => word.trim());
    return {
      id,
      description: `Do ${id}.`,
      agent: null,
      role: null,
      priority: null,
      hours: null,
      needs: needs === "" ? [] : needs.split(" "),
      isCompleted: id.endsWith("!"),
    };
  });

const orders: readonly (readonly [tasks: string, waves: string])[] = [
  ["a", "a"],
  ["a, b, c", "a b c"],
  ["a, b: a, c: b", "a | b | c"],
  ["c: b, b: a, a", "a | b | c"],
  ["a, b: a, c: a, d: b c", "a | b c | d"],
  ["d: a c, a, b: a, c", "a c | d b"],
];

for (const [tasks, expected] of orders) {
  test(`the tasks ${tasks} come as ${expected}`, () => {
    assert.equal(
      waves(tasksOf(tasks))
        .map((wave) => wave.join(" "))
        .join(" | "),
      expected,
    );
    assert.deepEqual(planFaults(tasksOf(tasks)), []);
  });
}

const faulty: readonly (readonly [tasks: string, faults: readonly string[]])[] = [
  ["a: a", ["0.needs tasks wait for each other: a → a"]],
  ["a: b, b: a", ["0.needs tasks wait for each other: a → b → a"]],
  ["z: a, a: c, b: a, c: b", ["1.needs tasks wait for each other: a → c → b → a"]],
  [
    "a: x b, b: a, x: y, y: x",
    [
      "2.needs tasks wait for each other: x → y → x",
      "0.needs tasks wait for each other: a → b → a",
    ],
  ],
  ["a: q, b: a r", ["0.needs there is no task q", "1.needs there is no task r"]],
  ["a: a, a", ["1.id a is there twice", "0.needs tasks wait for each other: a → a"]],
  ["a, a", ["1.id a is there twice"]],
];

for (const [tasks, expected] of faulty) {
  test(`the tasks ${tasks} are refused: ${expected.join("; ")}`, () => {
    assert.deepEqual(
      planFaults(tasksOf(tasks)).map(({ path, why }) => `${path.join(".")} ${why}`),
      expected,
    );
  });
}

test("whoever stands behind a circle is in no wave, and is not said to be in it", () => {
  assert.deepEqual(waves(tasksOf("a: b, b: a, c: a, d")), [["d"]]);
});

test("a completed task gets no issue and nobody waits for it", () => {
  const plan = {
    session: "s",
    parent: null,
    context: { facts: [], chapters: [] },
    tasks: tasksOf("b: a!, c: b, a!"),
  };

  assert.deepEqual(
    openTasks(plan).map(({ id, needs }) => [id, needs]),
    [
      ["b", []],
      ["c", ["b"]],
    ],
  );
});

test("a title is the beginning of the first line, in whole characters", () => {
  const [task] = tasksOf("a");

  assert.equal(planTitle({ ...task!, description: "\n Seal it. \nThen test." }), "Seal it.");
  const long = planTitle({ ...task!, description: "🚀".repeat(101) });
  assert.equal(long, `${"🚀".repeat(99)}…`);
});
