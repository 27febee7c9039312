import assert from "node:assert/strict";
import { test } from "node:test";

import { bodyWith, change } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** The status comment says this. */
async function shows(yard: Yardmaster, number: number, text: string): Promise<void> {
  await yard.until(`#${number} to show “${text}”`, () =>
    yard.seen.ours(number).some(({ body }) => body.includes(text)),
  );
}

/** Opens an issue with such lines above its text, and asks for it. */
async function asked(yard: Yardmaster, lines: string, path: string): Promise<number> {
  const body = `${lines}\n\n${bodyWith(change(path))}`;
  const number = await yard.issue("", { body });
  await yard.as("wren", "label", { number, label: "agent:go" });
  return number;
}

test("what keeps issues waiting", async (t) => {
  const yard = await yardmasterForTest(t);

  await t.test("an issue begins when what its text and whoever asked name is closed", async () => {
    const first = await yard.issue("- hang");
    const second = await yard.issue("- hang");

    const body = `Depends on: #${first}, #999\n\n${bodyWith(change("after.txt"))}`;
    const number = await yard.issue("", { body });
    const command = `/agent dispatch --depends-on #${second}`;
    await yard.as("wren", "comment", { number, body: command });
    await shows(yard, number, `Waits until #${first}, #${second} are closed.`);
    await shows(yard, number, "said to wait for `#\u200b999`, which does not exist");
    await yard.quiet();
    assert.equal(yard.seen.column(number), "Ready");
    assert.deepEqual(yard.seen.blockers(number), [second], "GitHub itself knows of what was asked");
    await yard.as("mona", "close-issue", { number: first });
    await shows(yard, number, `Waits until #${second} is closed.`);
    await yard.as("mona", "close-issue", { number: second });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "after.txt");
  });

  await t.test("an epic begins when its last sub-issue is merged", async () => {
    const child = await yard.issue(change("child.txt"));
    const epic = await yard.issue(change("epic.txt"));
    await yard.as("mona", "add-sub-issue", { number: epic, child });

    await yard.as("wren", "label", { number: epic, label: "agent:go" });
    await shows(yard, epic, `Waits until #${child} is closed.`);
    await yard.as("wren", "label", { number: child, label: "agent:go" });
    await yard.ends(epic, "done");

    await assertMerged(yard, child, "child.txt");
    await assertMerged(yard, epic, "epic.txt");
  });

  await t.test("a circle is told on its issues until somebody takes an edge away", async () => {
    const first = await yard.issue(change("first.txt"));
    const second = await asked(yard, `Depends on: #${first}`, "second.txt");
    const body = `Blocked by: #${second}\n\n${bodyWith(change("first.txt"))}`;
    await yard.as("mona", "edit-issue", { number: first, body });

    await yard.as("wren", "label", { number: first, label: "agent:go" });
    const told = (at: number, other: number): string =>
      `They wait for each other in a circle, #${at} → #${other} → #${at}`;
    await shows(yard, first, told(first, second));
    await shows(yard, second, told(second, first));
    await yard.as("mona", "edit-issue", {
      number: first,
      body: bodyWith(change("first.txt")),
    });
    await yard.ends(second, "done");

    await assertMerged(yard, first, "first.txt");
    await assertMerged(yard, second, "second.txt");
  });

  await t.test("issues that declare the same paths are worked on one after the other", async () => {
    const first = await yard.issue("- hang", { body: `Touches: src/**\n\n${bodyWith("- hang")}` });
    await yard.as("wren", "label", { number: first, label: "agent:go" });
    await yard.reaches(first, "working");

    const second = await asked(yard, "Touches: `/src/valve.txt`", "src/valve.txt");
    await shows(
      yard,
      second,
      `Waits for #${first}, which is being worked on and touches \`/src/valve.txt\` too.`,
    );
    await yard.as("mona", "close-issue", { number: first });
    await yard.ends(second, "done");

    await assertMerged(yard, second, "src/valve.txt");
  });
});
