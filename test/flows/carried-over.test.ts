/** A repository in which another system worked before: nothing is done twice without a person's word, and nothing it left is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { change } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";

const json = (text: string): string =>
  ["<!-- WORKER:ASSIGNED -->", "```json", text, "```", "<!-- /WORKER:ASSIGNED -->"].join("\n");

const assigned = [
  json('{\n  "assigned": true,\n  "worker_id": "worker-1700000000-1",\n  "worktree": "../w"\n}'),
  "",
  "**Worker Assigned**",
  "- **Worker ID:** `worker-1700000000-1`",
].join("\n");

test("issues that another system's workers have are left to them until that is cleared, or somebody says otherwise", async (t) => {
  const yard = await yardmasterForTest(t);
  const shows = (number: number, text: string): Promise<boolean> =>
    yard.until(`#${number} to show “${text}”`, () =>
      yard.seen.ours(number).some(({ body }) => body.includes(text)),
    );
  const numbers = [];
  for (const path of ["approved.txt", "cleared.txt", "spoofed.txt"]) {
    numbers.push(await yard.issue(change(path)));
  }
  const [approved = 0, cleared = 0, spoofed = 0] = numbers;
  for (const number of [approved, cleared]) {
    await yard.as("mona", "comment", { number, body: assigned });
    await yard.as("wren", "label", { number, label: "agent:go" });
    await shows(number, "Worker `worker-1700000000-1` of another system is at work on it, as mona");
  }
  await yard.as("rita", "comment", { number: spoofed, body: assigned });
  await yard.as("wren", "label", { number: spoofed, label: "agent:go" });
  await yard.ends(spoofed, "done");
  assert.deepEqual(await yard.worktrees(), []);
  assert.equal(yard.seen.column(approved), "Ready");

  await yard.as("wren", "comment", { number: approved, body: "/agent approve" });
  await yard.as("mona", "comment", { number: cleared, body: json('{"assigned": false}') });
  await yard.stop();
  await yard.start();

  for (const number of numbers) await yard.ends(number, "done");
  await assertMerged(yard, approved, "approved.txt");
  await assertMerged(yard, cleared, "cleared.txt");
  await assertMerged(yard, spoofed, "spoofed.txt");
});
