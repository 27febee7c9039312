/** What providers of models and their prices can do to an issue: refusals, loops, silence, the end of the money. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { TestContext } from "node:test";

import { claudeCode, realKey, smallAgent } from "../support/model-agents.ts";
import { fails, runs, says } from "../support/model-scenario.ts";
import type { ModelReply, ModelTurn, Scenario } from "../support/model-scenario.ts";
import { startModelServer } from "../support/model-server.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** Who works, and how that one ends where the model does not play along. */
const agents = [
  {
    ...smallAgent,
    // What a program's exit means nobody knows but its operator.
    refused: "crashed",
    says: () => "The last one said:\n\n> The agent exited with code 1",
    // It counts no turns, so that its loop ends with the money of the run.
    looped: ["budget-exhausted"],
    rounds: "5\n",
  },
  {
    ...claudeCode,
    refused: "refused-by-provider",
    says: (code: number) =>
      `and does not say until when. The last worker said:\n\n> The model provider refused (${code})`,
    // It is called back to hand over, and does not stop for that either.
    looped: ["turns-exhausted", "turns-exhausted"],
    rounds: "6\n",
  },
] as const;
type Agent = (typeof agents)[number];

async function yardWith(
  t: TestContext,
  agent: Agent,
  scenario: Scenario,
  file: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Yardmaster> {
  const models = await startModelServer(t, scenario, { key: realKey });
  return yardmasterForTest(t, {
    isSandboxed: true,
    repositoryFile: `board: { project: 1 }\nmodel: claude-sonnet-5-5\n${file}`,
    environment: {
      ...(await agent.settings()),
      ANTHROPIC_API_KEY: realKey,
      ANTHROPIC_BASE_URL: models.url,
      ...more,
    },
  });
}

const asked = async (yard: Yardmaster, body: string): Promise<number> => {
  const { number } = await yard.as("mona", "open-issue", { title: "Tank leaks", body });
  await yard.as("mona", "label", { number, label: "agent:go" });
  return Number(number);
};

const status = ({ seen }: Yardmaster, number: number): string =>
  seen.ours(number).find(({ body }) => body.includes("### Yardmaster"))?.body ?? "";

/** How the runs for an issue ended, in order. */
const outcomes = ({ log }: Yardmaster, number: number): readonly unknown[] =>
  log
    .filter(({ message, fields }) => message === "worker exited" && fields["issue"] === number)
    .map(({ fields }) => fields["outcome"]);

/** What all agents wrote, to be told where one did something else. */
async function outputs({ dataFolder }: Yardmaster): Promise<string> {
  const folder = join(dataFolder, "runs");
  const files = (await readdir(folder, { recursive: true })).filter((file) =>
    /\/(?:events\.jsonl|stderr\.log)$/u.test(file),
  );
  const texts = files.map(
    async (file) => `${file}:\n${await readFile(join(folder, file), "utf8")}`,
  );
  return (await Promise.all(texts)).join("\n");
}

/** A file of an issue's first worktree, which waits there for the next run. */
async function inWorktree(
  { dataFolder }: Yardmaster,
  number: number,
  file: string,
): Promise<string> {
  const repositories = join(dataFolder, "repositories");
  const [repository = ""] = await readdir(repositories);
  return readFile(join(repositories, repository, "issues", String(number), "1", file), "utf8");
}

/** Closes the issues, after which no process and no worktree of theirs is left. */
async function assertEndsClean(yard: Yardmaster, numbers: readonly number[]): Promise<void> {
  assert.deepEqual(await yard.agents(), [], "no agent lives");
  for (const number of numbers) await yard.as("mona", "close-issue", { number });
  for (const number of numbers) await yard.reaches(number, "withdrawn");
  await yard.quiet();
  assert.deepEqual(await yard.worktrees(), []);
  assert.deepEqual(await yard.agents(), []);
  assert.ok(!JSON.stringify(yard.log).includes(realKey), "the key is in no log");
}

/** An answer that costs so much: a million tokens of output are 10 USD. */
const costing = (usd: number): ModelReply["usage"] => ({
  input: 1,
  cached: 0,
  written: 0,
  output: usd * 100_000,
});

const report = says(
  '```json\n{"status": "COMPLETED", "summary": "Sealed it.", "testing": "none"}\n```',
);

/** A commit and the report of it, as conversations come to it after so many results. */
const works = ({ results }: ModelTurn, file: string): ModelReply =>
  results === 0
    ? runs(`echo done > ${file} && git add ${file} && git commit -qm 'feat: seal it'`)
    : report;

/** What the model does with an issue whose text says so. */
function troubles(): Scenario {
  let refused = 0;
  return (turn) => {
    if (turn.tools.length === 0) return says("A title");
    if (turn.text.includes("Refuse the key.")) return fails(401);
    if (turn.text.includes("Be overloaded.")) return fails(529);
    if (turn.text.includes("Loop for ever."))
      return runs(`echo ${turn.results} > loop.txt`, costing(0.1));
    if (turn.text.includes("Ask for patience.") && (refused += 1) === 1)
      return fails(429, { "retry-after": "1" });
    return works(turn, "patient.txt");
  };
}

suite("providers", { concurrency: 2 }, () => {
  for (const agent of agents) {
    test(
      `refusals and loops end each as they should, and disturb no other issue, with ${agent.name}`,
      {
        skip: agent.skip,
      },
      async (t) => {
        const file = "attempts: { max: 1 }\nlimits: { turns: 4 }\n";
        const yard = await yardWith(t, agent, troubles(), file, {
          YARDMASTER_BUDGET_RUN_USD: "0.55",
        });

        const refused = await asked(yard, "Refuse the key.");
        const overloaded = await asked(yard, "Be overloaded.");
        const looped = await asked(yard, "Loop for ever.");
        const patient = await asked(yard, "Ask for patience.");

        for (const one of [refused, overloaded, looped]) await yard.reaches(one, "parked");
        await yard.ends(patient, "reviewing");
        assert.deepEqual(
          [refused, overloaded, looped, patient].map((one) => outcomes(yard, one)),
          [[agent.refused], [agent.refused], agent.looped, ["finished"]],
          await outputs(yard),
        );
        assert.ok(status(yard, refused).includes(agent.says(401)), status(yard, refused));
        assert.ok(status(yard, overloaded).includes(agent.says(529)), status(yard, overloaded));
        assert.match(status(yard, looped), /0\.[67]0 USD for \d+ tokens/u);
        assert.equal(await inWorktree(yard, looped, "loop.txt"), agent.rounds);
        assert.match(status(yard, patient), /Pull request #\d+/u);
        await assertEndsClean(yard, [refused, overloaded, looped, patient]);
      },
    );

    test(
      `money ends a run, then an issue, and a raise lets it go on, with ${agent.name}`,
      {
        skip: agent.skip,
      },
      async (t) => {
        const scenario: Scenario = (turn) => {
          if (turn.tools.length === 0) return says("A title");
          if (turn.text.includes("Attempt: 4")) return works(turn, "tank.txt");
          return runs(`echo ${turn.results} > spent.txt`, costing(0.8));
        };
        const yard = await yardWith(t, agent, scenario, "budget: { run_usd: 1, issue_usd: 3 }\n");

        const number = await asked(yard, "Spend it.");
        await yard.ends(number, "parked");
        const poor = status(yard, number);
        await yard.as("wren", "comment", { number, body: "/agent budget +2USD 24h" });
        await yard.ends(number, "reviewing");

        // Two calls each are paid for in two runs; the third one finds nothing left to begin with.
        const spent = ["budget-exhausted", "budget-exhausted", "funds-exhausted"];
        const said = await outputs(yard);
        assert.deepEqual(outcomes(yard, number), [...spent, "finished"], said);
        assert.match(poor, /The money for this is spent\./u);
        assert.match(poor, /To go on, comment `\/agent budget \+2USD 24h`\./u);
        assert.match(poor, /3\.20 USD for \d+ tokens/u);
        assert.match(status(yard, number), /budget raised by 2 USD until \S+ by wren/u);
        await assertEndsClean(yard, [number]);
      },
    );
  }
});
