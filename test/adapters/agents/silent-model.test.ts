/** The real agents with a model that stops answering: by the test's own clock, because nobody waits for real silence. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout } from "node:timers/promises";
import { claudeAgent } from "../../../src/adapters/agents/claude.ts";
import { codexAgent } from "../../../src/adapters/agents/codex.ts";
import { createGateway } from "../../../src/adapters/gateway/create-gateway.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { silentLog } from "../../support/log.ts";
import { realKey } from "../../support/model-agents.ts";
import { runs, says, staysSilent, type Scenario } from "../../support/model-scenario.ts";
import { startModelServer } from "../../support/model-server.ts";
import { storeForTest } from "../../support/postgres.ts";
import { realClaude, realCodex } from "../../support/real-agents.ts";
import { initGit, limits, order, yard } from "./runs.ts";

const agents = [
  { real: realClaude, agent: claudeAgent },
  { real: realCodex, agent: codexAgent },
];

const scenario: Scenario = ({ results, tools }) => {
  if (tools.length === 0) return says("A title");
  return results === 0 ? runs("echo half > half.txt") : staysSilent;
};

for (const { real, agent } of agents) {
  const { id } = agent({ hasKey: true });
  test(
    `${id} is ended when its model falls silent, and what it did is there`,
    {
      skip: real.skip,
    },
    async (t) => {
      const place = yard(t);
      initGit(place.workplace.worktree);
      const { ledger } = await storeForTest(t);
      const models = await startModelServer(t, scenario, { key: realKey });
      const upstream = { url: id === "codex" ? `${models.url}/v1` : models.url, key: realKey };
      const gateway = createGateway({
        upstreams: { anthropic: upstream, openai: upstream },
        ledger,
        clock: place.clock,
        log: silentLog,
      });
      const adapters = [agent({ command: [await real.program()], hasKey: true })];
      const running = place.agents({
        adapters,
        gateway,
        sandbox: createBubblewrap(),
        graceMs: 2_000,
      });
      const terms = limits({ silenceMs: 60_000, wallClockMs: 3_600_000 });
      const worker = await running.start(
        order("Please.", { agent: id, ...terms }),
        place.workplace,
      );
      await models.arrived(2);

      // Signs of life that are still to be read put the end off once more.
      let isOver = false;
      void worker.exited.then(() => (isOver = true));
      for (let minutes = 0; !isOver && minutes < 50; minutes += 1) {
        place.clock.pass(60_000);
        await Promise.race([worker.exited, setTimeout(500)]);
      }

      const { outcome, handover, usage } = await worker.exited;
      assert.deepEqual([outcome, handover.kind], ["silent", "unfinished"]);
      assert.ok(usage.outputTokens > 0, "what was answered before is charged");
      assert.equal(readFileSync(join(place.workplace.worktree, "half.txt"), "utf8"), "half\n");
    },
  );
}
