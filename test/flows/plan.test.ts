/** A plan through the whole service: one command, and its issues end merged in order. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { runProgram } from "../cli/run-program.ts";
import { bodyWith, change } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

const taskText = (id: string, needs: readonly string[]): string =>
  [
    `  - id: ${id}`,
    `    depends_on: [${needs.join(", ")}]`,
    "    description: |",
    ...["Tank leaks", "", bodyWith(change(`${id}.txt`))]
      .join("\n")
      .split("\n")
      .map((line) => `      ${line}`),
  ].join("\n");

const plan = [
  "session_name: leak",
  "repository: acme/rocket",
  "tasks:",
  taskText("paint", ["seal", "rinse"]),
  taskText("seal", []),
  taskText("rinse", ["seal"]),
  "",
].join("\n");

const apply = async ({ simulator, dataFolder }: Yardmaster, as: string): Promise<string> => {
  const file = join(dataFolder, "plan.yml");
  await writeFile(file, plan);
  const { card } = simulator;
  const ran = await runProgram(["plan", "apply", file, "--as", as], {
    APP_ID: String(card.appId),
    PRIVATE_KEY_PATH: card.privateKeyPath,
    WEBHOOK_SECRET: card.webhookSecret,
    GITHUB_API_URL: card.url,
    YARDMASTER_DATA: dataFolder,
    YARDMASTER_AGENT: "scripted",
  });
  assert.equal(ran.stderr, "");
  return ran.stdout;
};

test("a plan's issues are merged one after the other as they depend on each other", async (t) => {
  const yard = await yardmasterForTest(t, { isSandboxed: true });

  const first = await apply(yard, "wren");
  for (const number of [1, 2, 3]) await yard.reaches(number, "done");
  await yard.quiet();
  const again = await apply(yard, "wren");

  assert.match(first, /3 tasks, 0 completed; 3 asked for now\.$/u);
  assert.match(again, /3 tasks, 3 completed; 0 asked for now\.$/u);
  const numbers = [1, 2, 3];
  const files = ["seal.txt", "rinse.txt", "paint.txt"];
  for (const [index, number] of numbers.entries()) {
    await assertMerged(yard, number, files[index] ?? "");
  }
  const steps = yard.log
    .filter(({ message }) => message === "assignment changed")
    .map(({ fields }) => `${String(fields["issue"])} ${String(fields["phase"])}`);
  const at = (step: string): number => steps.indexOf(step);
  assert.ok(at("1 working") >= 0);
  assert.ok(at("1 done") >= 0 && at("1 done") < at("3 working"));
  assert.ok(at("2 working") > at("1 working") && at("3 working") > at("2 working"), String(steps));
});
