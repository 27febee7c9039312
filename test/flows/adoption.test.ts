/** The service is stopped and started while an agent is at work with a model: the agent goes on where it can, and is replaced where it cannot. */
import assert from "node:assert/strict";
import { access, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";

import { killRun } from "../../src/adapters/agents/kill.ts";
import { readRecord, runFolder } from "../../src/adapters/agents/run-folder.ts";
import { claudeCode, realKey, smallAgent } from "../support/model-agents.ts";
import type { ModelAgent } from "../support/model-agents.ts";
import { assertMerged } from "../support/merged.ts";
import { runs, says } from "../support/model-scenario.ts";
import type { Scenario } from "../support/model-scenario.ts";
import { startModelServer } from "../support/model-server.ts";
import type { ModelServer } from "../support/model-server.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** The first attempt waits in the middle for a file of its home; the next one has nothing to wait for. */
const scenario: Scenario = ({ results, tools, text }) => {
  if (tools.length === 0) return says("A title");
  const wait = text.includes("Attempt: 1")
    ? "touch ~/here; until [ -e ~/go ]; do sleep 0.1; done; "
    : "";
  return results === 0
    ? runs(`${wait}echo done > tank.txt && git add tank.txt && git commit -qm 'feat: seal it'`)
    : says('```json\n{"status": "COMPLETED", "summary": "Sealed it.", "testing": "none"}\n```');
};

/** Home of an issue's agents, once its first one has come to the wait. */
async function homeOf({ dataFolder }: Yardmaster, number: number): Promise<string> {
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await setTimeout(20)) {
    const [repository = ""] = await readdir(join(dataFolder, "repositories")).catch(() => []);
    const home = join(dataFolder, "repositories", repository, "issues", String(number), "home");
    const isHere = await access(join(home, "here")).then(
      () => true,
      () => false,
    );
    if (isHere) return home;
  }
  throw new Error(`the agent of #${number} did not begin`);
}

/** An issue whose agent has come to the wait, and the service stopped. */
async function interrupted(
  t: TestContext,
  agent: ModelAgent,
): Promise<{
  readonly yard: Yardmaster;
  readonly models: ModelServer;
  readonly number: number;
  readonly home: string;
}> {
  const models = await startModelServer(t, scenario, { key: realKey });
  const yard = await yardmasterForTest(t, {
    isSandboxed: true,
    environment: {
      ...(await agent.settings()),
      ANTHROPIC_API_KEY: realKey,
      ANTHROPIC_BASE_URL: models.url,
    },
  });
  const { number } = await yard.as("mona", "open-issue", { title: "Leak", body: "Please." });
  await yard.as("mona", "label", { number, label: "agent:go" });
  const home = await homeOf(yard, number);
  await yard.stop();
  return { yard, models, number, home };
}

const outcomes = ({ log }: Yardmaster): readonly unknown[] =>
  log
    .filter(({ message, fields }) => message === "worker exited" && "issue" in fields)
    .map(({ fields }) => fields["outcome"]);

suite("adoption", { concurrency: 2 }, () => {
  for (const agent of [smallAgent, claudeCode]) {
    const { skip } = agent;
    test(`work goes on over a restart of the service, with ${agent.name}`, { skip }, async (t) => {
      const { yard, models, number, home } = await interrupted(t, agent);
      const before = models.requests.length;
      assert.notDeepEqual(await yard.agents(number), [], "the agent lives on");

      await yard.start();
      const found = (): boolean => yard.log.some(({ message }) => message === "worker found");
      // Before that nobody listens at its door, and a small agent asks its model but once.
      await yard.until("the worker to be found", found);
      await writeFile(join(home, "go"), "");
      await yard.ends(number, "done");

      assert.deepEqual(outcomes(yard), ["finished"]);
      assert.equal(yard.log.filter(({ message }) => message === "worker found").length, 1);
      assert.ok(models.requests.length > before, "it reached its model after the restart");
      assert.ok(models.requests.every(({ key }) => key === realKey));
      await assertMerged(yard, number, "tank.txt");
    });

    test(
      `an agent that is gone without a trace is replaced, with ${agent.name}`,
      { skip },
      async (t) => {
        const { yard, number } = await interrupted(t, agent);
        const [repository = ""] = await readdir(join(yard.dataFolder, "runs"));
        const [worker = ""] = await readdir(join(yard.dataFolder, "runs", repository));
        const address = { repository: Number(repository), worker, run: 1 };
        await killRun((await readRecord(runFolder(yard.dataFolder, address))) ?? assert.fail());
        assert.deepEqual(await yard.agents(), [], "nothing lives");

        await yard.start();
        await yard.ends(number, "done");

        assert.deepEqual(outcomes(yard), ["lost", "finished"]);
        await assertMerged(yard, number, "tank.txt");
      },
    );
  }
});
