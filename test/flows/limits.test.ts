import assert from "node:assert/strict";
import { test } from "node:test";

import { change } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";

test("a provider's usage limit makes everybody wait who uses the agent, and then all go on", async (t) => {
  const yard = await yardmasterForTest(t, { environment: { YARDMASTER_SLOTS: "1" } });
  const first = await yard.issue(
    [
      "attempts:",
      '  - - edit: {path: half.txt, content: "half\\n"}',
      '    - commit: "feat: begin"',
      "    - limit: 4s",
      '  - - edit: {path: rest.txt, content: "done\\n"}',
      '    - commit: "feat: finish"',
      "    - done: Sealed the rest.",
    ].join("\n"),
  );
  const second = await yard.issue(change("other.txt"));
  const waits = /The provider of the agent `scripted` refuses it, so nobody uses it before 20/;
  const saysSo = (number: number): boolean =>
    yard.seen.ours(number).some(({ body }) => waits.test(body));

  await yard.as("wren", "label", { number: first, label: "agent:go" });
  await yard.reaches(first, "working");
  await yard.as("wren", "label", { number: second, label: "agent:go" });

  await yard.until("both to wait and say so", () => saysSo(first) && saysSo(second));
  assert.deepEqual(await yard.agents(), []);
  assert.equal(yard.seen.column(first), "Ready");
  await yard.ends(first, "done");
  await yard.ends(second, "done");

  await assertMerged(yard, first, "rest.txt");
  await assertMerged(yard, second, "other.txt");
  assert.equal(await yard.seen.file("half.txt"), "half\n");
  const status = yard.seen.ours(first).filter(({ body }) => body.includes("### Yardmaster"));
  assert.equal(status.length, 1, "one notice, edited in place");
  const refused = yard.log.filter(
    ({ message, fields }) =>
      message === "worker exited" && fields["outcome"] === "refused-by-provider",
  );
  assert.deepEqual(
    new Set(refused.map(({ fields }) => fields["issue"] ?? first)),
    new Set([first]),
  );
});
