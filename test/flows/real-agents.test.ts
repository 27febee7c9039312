/** The real Claude Code and Codex with a scripted model, through the whole service: from an issue to merged work, with one follow-up. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";

import { runProgram } from "../cli/run-program.ts";
import { assertMerged } from "../support/merged.ts";
import { realKey } from "../support/model-agents.ts";
import { runs, says } from "../support/model-scenario.ts";
import type { ModelReply, Scenario } from "../support/model-scenario.ts";
import { startModelServer } from "../support/model-server.ts";
import type { ModelServer } from "../support/model-server.ts";
import { realClaude, realCodex } from "../support/real-agents.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

const agents = [
  {
    name: "claude",
    real: realClaude,
    settings: (program: string, url: string) => ({
      YARDMASTER_CLAUDE: program,
      ANTHROPIC_API_KEY: realKey,
      ANTHROPIC_BASE_URL: url,
    }),
    token: /^ANTHROPIC_AUTH_TOKEN=(.+)$/mu,
  },
  {
    name: "codex",
    real: realCodex,
    settings: (program: string, url: string) => ({
      YARDMASTER_CODEX: program,
      OPENAI_API_KEY: realKey,
      OPENAI_BASE_URL: url,
    }),
    token: /^YARDMASTER_GATEWAY_TOKEN=(.+)$/mu,
  },
] as const;

const report = (summary: string): ModelReply =>
  says(
    `Done.\n\n\`\`\`json\n${JSON.stringify({ status: "COMPLETED", summary, testing: "looked at it" })}\n\`\`\``,
  );

const commits = (file: string): ModelReply =>
  runs(`echo done > ${file} && git add ${file} && git commit -qm 'feat: seal the ${file}'`);

/** Everything that can be read in the sandbox goes to a file of its home. */
const looks = runs(
  "{ env; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'; cat /proc/net/dev; cat ~/.codex/* ~/.claude/* ~/.claude.json; } > ~/loot.txt 2>/dev/null; true",
);

/** The first run looks around and commits; the one that was sent a message commits once more. */
const scenario: Scenario = ({ results, tools, text }) => {
  if (tools.length === 0) return says("A title");
  const steps = text.includes("Close the lid too.")
    ? [commits("lid.txt"), report("Closed the lid.")]
    : [looks, commits("tank.txt"), report("Sealed the tank.")];
  const first = text.includes("Close the lid too.") ? 2 : 0;
  return steps[Math.min(results - first, steps.length - 1)] ?? report("Nothing was to be done.");
};

suite("real agents", { concurrency: 2 }, () => {
  for (const { name, real, settings, token } of agents) {
    test(
      `${name} takes an issue to a pull request, hears a message, and is merged`,
      {
        skip: real.skip,
      },
      async (t) => {
        const models = await startModelServer(t, scenario, { key: realKey });
        const yard = await yardmasterForTest(t, {
          isSandboxed: true,
          repositoryFile: "board: { project: 1 }\n",
          environment: {
            YARDMASTER_AGENT: name,
            ...settings(await real.program(), models.url),
          },
        });
        const { number } = await yard.as("mona", "open-issue", {
          title: "Tank leaks",
          body: "Please.",
        });
        await yard.as("mona", "label", { number, label: "agent:go" });
        await yard.ends(number, "reviewing");
        const before = models.requests.length;
        const session = await sessionOf(yard, number);

        await yard.as("wren", "comment", { number, body: "/agent send Close the lid too." });
        await yard.reaches(number, "working");
        await yard.ends(number, "reviewing");

        const told = models.requests.slice(before).map(({ text }) => text);
        assert.equal(await sessionOf(yard, number), session, "it is the same session");
        assert.ok(told.length >= 2, "the model was asked again");
        assert.ok(
          told.every(
            (text) => text.includes("seal the tank.txt") && text.includes("Sealed the tank."),
          ),
          "the model is told of the earlier conversation",
        );
        await assertKeptSecret(yard, models, token);
        await assertCharged(yard, number, models.requests.length);

        const [pull] = yard.seen.pulls();
        assert.match(pull?.body ?? "", /Closed the lid\.|Sealed the tank\./u);
        await yard.as("mona", "merge", { pull: pull?.number });
        await yard.ends(number, "done");

        await assertMerged(yard, number, "tank.txt");
        assert.equal(await yard.seen.file("lid.txt"), "done\n");
        assert.equal(yard.seen.column(number), "Done");
      },
    );
  }
});

async function sessionOf(yard: Yardmaster, number: number): Promise<string> {
  const asked = await runProgram(["status", String(number), "--json", "--data", yard.dataFolder]);
  const session: unknown = JSON.parse(asked.stdout).task.session_id;
  assert.ok(typeof session === "string" && session !== "", asked.stdout);
  return session;
}

/** Outside the provider is told the key, inside the gateway the run's token, and neither ever is where the other belongs. */
async function assertKeptSecret(
  yard: Yardmaster,
  models: ModelServer,
  token: RegExp,
): Promise<void> {
  const inside = await textsIn(yard.dataFolder, (path) => path.endsWith("/loot.txt"));
  const given = token.exec(inside)?.[1] ?? assert.fail("the agent did not look around");
  assert.deepEqual(new Set(models.requests.map((one) => one.key)), new Set([realKey]));
  const sent = models.requests.map(({ headers, text }) => JSON.stringify(headers) + text);
  assert.ok(!sent.join("\n").includes(given), "the run's token stays here");
  assert.ok(!inside.includes(realKey), "the key is nowhere in the sandbox");
  const interfaces = [...inside.matchAll(/^ *(\w+): +\d+ +\d+ +\d+/gmu)].map(([, one]) => one);
  assert.deepEqual(new Set(interfaces), new Set(["lo"]), "there is no network but the loopback");
  // Its briefs, its output, its home with the session, and what we say of it.
  const kept = await textsIn(yard.dataFolder, () => true);
  assert.ok(kept.includes("Sealed the tank."), "its output was looked at");
  assert.ok(!kept.includes(realKey), "the key is in no file");
  assert.ok(!JSON.stringify(yard.log).includes(realKey), "the key is in no log");
}

/** Every request is in the ledger, and the status comment tells what they came to. */
async function assertCharged(yard: Yardmaster, number: number, requests: number): Promise<void> {
  const told = await runProgram(["spending", "--json", "--data", yard.dataFolder]);
  const { sums } = JSON.parse(told.stdout);
  assert.equal(sums.length, 1);
  assert.deepEqual([sums[0].name, sums[0].requests], [`acme/rocket#${number}`, requests]);
  const status = yard.seen.ours(number).find(({ body }) => body.includes("### Yardmaster"))?.body;
  const tokens: number = sums[0].input_tokens + sums[0].output_tokens;
  assert.ok(status?.includes(`${sums[0].usd.toFixed(2)} USD for ${tokens} tokens`), status);
  assert.ok(sums[0].usd > 0);
}

/** Texts of the files below a folder that are meant. */
async function textsIn(folder: string, isMeant: (path: string) => boolean): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(isMeant);
  const texts = await Promise.all(paths.map((path) => readFile(path, "latin1")));
  return texts.join("\n");
}
