/** Tasks of other systems on their way into a plan. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { carriedOver, mayBeUnmerged } from "../../src/core/takeover.ts";
import type { Fate, FoundTask } from "../../src/core/takeover.ts";

const task = (id: string, more: Partial<FoundTask> = {}): FoundTask => ({
  id,
  description: `Do ${id}`,
  prompts: [],
  fate: { kind: "to do" },
  needs: [],
  role: null,
  priority: null,
  failure: null,
  branch: null,
  worktree: null,
  ...more,
});

const inReview: Fate = { kind: "in review", reference: "acme/web#12" };
const leftOut: Fate = { kind: "left out", why: "it was destroyed" };

test("what is to do and what is completed stands in the plan, the rest does not", () => {
  const found = [
    task("A"),
    task("B", { fate: inReview }),
    task("C", { fate: { kind: "completed" }, needs: ["A"] }),
    task("D", { fate: leftOut }),
  ];

  const { tasks } = carriedOver(found);

  assert.deepEqual(
    tasks.map(({ id, isCompleted, needs }) => [id, isCompleted, needs]),
    [
      ["A", false, []],
      ["C", true, []],
    ],
  );
});

test("what depends on a task waits for its issue, or for its pull request, and nobody is left to guess what is lost", () => {
  const found = [
    task("A"),
    task("B", { fate: inReview }),
    task("C", { fate: leftOut }),
    task("D", { needs: ["A", "B", "C", "E"] }),
  ];

  const { tasks, notes } = carriedOver(found);

  const last = tasks.at(-1);
  assert.deepEqual(last?.needs, ["A"]);
  assert.equal(last.description, "Do D\n\nDepends on: acme/web#12");
  assert.deepEqual(notes, [
    "D waited for C, which is left out: the plan does not make it wait.",
    "D waited for E, which is not there: the plan does not make it wait.",
  ]);
});

test("an issue says what the task was, what people asked for besides, and where it was begun", () => {
  const found = task("PRD-3", {
    description: "Pay by card ",
    prompts: ["/implement-prd PRD-3", "Pay by card", "Use the new API.", " "],
    failure: "tests fail\n~~~~~~\n@mona #1",
    branch: "prd/PRD-3-pay",
  });

  const [carried] = carriedOver([found]).tasks;

  assert.equal(
    carried?.description,
    [
      "Pay by card",
      "What it has to be is told by `prd/PRD-3*.md`.",
      "Use the new API.",
      "The last worker on it failed:",
      "~~~~~~\ntests fail\n~~~~~\n@mona #1\n~~~~~~",
      "A worker began it on the branch `prd/PRD-3-pay`, as far as that was pushed.",
    ].join("\n\n"),
  );
});

test("whatever is not known to be merged may hold work", () => {
  const begun = { branch: "b" };

  assert.equal(mayBeUnmerged(task("A")), false);
  assert.equal(mayBeUnmerged(task("A", begun)), true);
  assert.equal(mayBeUnmerged(task("A", { ...begun, fate: inReview })), true);
  assert.equal(mayBeUnmerged(task("A", { ...begun, fate: { kind: "completed" } })), false);
  assert.equal(mayBeUnmerged(task("A", { worktree: "/w", fate: leftOut })), true);
});
