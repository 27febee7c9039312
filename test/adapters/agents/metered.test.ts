/** Runs with models: through their own door, at somebody's expense, to the end of the money. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { AgentAdapter } from "../../../src/adapters/agents/adapter.ts";
import { foundProgram } from "../../../src/adapters/agents/programs.ts";
import { createGateway } from "../../../src/adapters/gateway/create-gateway.ts";
import type { Gateway } from "../../../src/adapters/gateway/gateway.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { noSandbox } from "../../../src/adapters/sandbox/none.ts";
import { noUsage } from "../../../src/core/handover.ts";
import { millis } from "../../../src/core/ids.ts";
import type { Ledger } from "../../../src/ports.ts";
import { always, says } from "../../support/model-scenario.ts";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { ledgerForTest } from "../../support/postgres.ts";
import { order, shellAgent, textsOf, yard } from "./runs.ts";

const sandbox = createBubblewrap();
const preflight = await sandbox.preflight();
const skip = preflight.ok ? false : preflight.why;
const realKey = "sk-real-key-never-inside";
const node = foundProgram(process.execPath) ?? process.execPath;

/** An agent that asks a model once for each line that it reads, and tells the status of each answer. */
const asking = `
const say = (text) => console.log(JSON.stringify({ type: "assistant", message: { content: [{ type: "text", text }] } }));
const ask = async () => {
  const answer = await fetch(process.env.MODEL_URL + "/v1/messages", {
    method: "POST",
    headers: {
      authorization: "Bearer " + process.env.MODEL_TOKEN,
      "anthropic-version": "2023-06-01",
      "content-type": "application/json",
    },
    body: JSON.stringify({ model: "claude-sonnet-5-5", max_tokens: 100, messages: [{ role: "user", content: "Hello" }] }),
  });
  await answer.text();
  return answer.status;
};
`;

const asker = (script: string, fields: Partial<AgentAdapter> = {}): AgentAdapter =>
  shellAgent([], {
    provider: "anthropic",
    plan: ({ brief, gateway }) => ({
      argv: [node, "--input-type=module", "--eval", asking + script],
      env: { MODEL_URL: gateway?.url ?? "", MODEL_TOKEN: gateway?.token ?? "" },
      stdin: brief,
      programs: node.startsWith("/usr/") ? [] : [node],
      homeFiles: {},
    }),
    ...fields,
  });

type Given = { readonly gateway: Gateway; readonly ledger: Ledger; readonly models: ModelServer };

async function gatewayFor(t: TestContext): Promise<Given> {
  const ledger = await ledgerForTest();
  const models = await startModelServer(t, always(says("Hello.")), { key: realKey });
  const silent = (): void => {};
  const gateway = createGateway({
    upstreams: { anthropic: { url: models.url, key: realKey } },
    ledger,
    clock: { now: () => millis(Date.now()) },
    log: { info: silent, warn: silent, error: silent },
  });
  return { gateway, ledger, models };
}

const budget = { run: null, issue: null, repositoryDay: null, day: null };

for (const box of [noSandbox, sandbox]) {
  const isSkipped = { skip: box.name === "none" ? false : skip };
  test(
    `a run reaches its model, is charged, and never sees the key (${box.name})`,
    isSkipped,
    async (t) => {
      const place = yard(t);
      const { gateway, models } = await gatewayFor(t);
      const script = `say("status " + await ask()); console.error(JSON.stringify(process.env));`;
      const agents = place.agents({ gateway, sandbox: box, adapters: [asker(script)] });

      const worker = await agents.start(order("", { agent: "shell" }), place.workplace);
      const { usage } = await worker.exited;

      const seen = readFileSync(place.folder.stderr, "utf8");
      assert.deepEqual(textsOf(place.said), ["status 200"], seen);
      assert.equal(models.requests[0]?.key, realKey);
      assert.doesNotMatch(seen, /sk-real/);
      assert.ok(usage.usd > 0 && usage.inputTokens > 0 && usage.outputTokens > 0);
      assert.deepEqual(readdirSync(join(place.root, "doors")), [], "the door is gone");
    },
  );
}

test("a run whose budget is used up while it works is ended for that reason", async (t) => {
  const cases = [
    [{ run: 0.000_001 }, "budget-exhausted"],
    [{ issue: 0.000_001 }, "funds-exhausted"],
    [{ day: 0.000_001 }, "funds-exhausted"],
  ] as const;
  for (const [limit, outcome] of cases) {
    const place = yard(t);
    const { gateway } = await gatewayFor(t);
    const script = `say("first " + await ask()); say("then " + await ask()); setInterval(() => {}, 1000);`;
    const agents = place.agents({ gateway, graceMs: 50, adapters: [asker(script)] });
    const asked = order("", { agent: "shell", budget: { ...budget, ...limit } });

    const worker = await agents.start(asked, place.workplace);

    const exit = await worker.exited;
    assert.equal(exit.outcome, outcome);
    assert.ok(exit.usage.usd > 0);
    assert.equal(textsOf(place.said)[0], "first 200");
  }
});

test("an agent that gives up as soon as it is refused has not crashed", async (t) => {
  const place = yard(t);
  const { gateway } = await gatewayFor(t);
  const slow: Gateway = {
    ...gateway,
    open: async (run) => {
      const door = await gateway.open(run);
      const onExhausted: typeof door.onExhausted = (callback) =>
        door.onExhausted(() => {
          // Nothing of ours runs for so long, but the agent does.
          execFileSync("sleep", ["1"]);
          callback();
        });
      return { ...door, onExhausted };
    },
  };
  const script = `await ask(); await ask(); process.exit(1);`;
  const agents = place.agents({ gateway: slow, adapters: [asker(script)] });
  const asked = order("", { agent: "shell", budget: { ...budget, run: 0.000_001 } });

  const worker = await agents.start(asked, place.workplace);

  assert.equal((await worker.exited).outcome, "budget-exhausted");
});

test("without money nothing is started, and nothing is left of the start", async (t) => {
  const place = yard(t);
  const { gateway, ledger } = await gatewayFor(t);
  await ledger.book({
    key: "earlier",
    at: millis(Date.now()),
    repository: order("").repository.id,
    issueNumber: 5,
    run: "worker-1-5/1",
    model: "claude-sonnet-5-5",
    inputTokens: 1,
    outputTokens: 1,
    cachedTokens: 0,
    usd: 3,
    isEstimate: false,
  });
  const agents = place.agents({ gateway, adapters: [asker("")] });
  const session = "11111111-2222-4333-8444-555555555555";
  const asked = order("", { agent: "shell", session, budget: { ...budget, issue: 2 } });

  const worker = await agents.start(asked, place.workplace);

  const exit = await worker.exited;
  assert.equal(exit.outcome, "funds-exhausted");
  assert.deepEqual([exit.session, exit.usage], [session, noUsage]);
  assert.ok(!existsSync(place.folder.record));
  const richer = { ...asked, budget: { ...budget, issue: 4 } };
  assert.notEqual(
    (await (await agents.start(richer, place.workplace)).exited).outcome,
    exit.outcome,
  );
});

for (const box of [noSandbox, sandbox]) {
  const isSkipped = { skip: box.name === "none" ? false : skip };
  test(
    `a service that adopts a run opens its door again, at the same place (${box.name})`,
    isSkipped,
    async (t) => {
      const place = yard(t);
      const { gateway } = await gatewayFor(t);
      const script = `
    say("before " + await ask());
    const again = async () => {
      const status = await ask().catch(() => "none");
      say("then " + status);
      if (status !== 200) setTimeout(again, 50);
    };
    const { existsSync } = await import("node:fs");
    const wait = setInterval(() => { if (existsSync("go")) { clearInterval(wait); again(); } }, 20);
  `;
      const options = { gateway, sandbox: box, adapters: [asker(script)] };
      const first = place.agents(options);
      const asked = order("", { agent: "shell" });
      await first.start(asked, place.workplace);
      await place.text("before 200");
      await first.close();
      writeFileSync(join(place.workplace.worktree, "go"), "");

      const worker = await place.agents(options).start(asked, place.workplace);

      assert.equal(await place.text("then 200"), "then 200");
      const { usage } = await worker.exited;
      assert.ok(usage.outputTokens > 0);
    },
  );
}

test("an agent without models has no door and costs nothing", { skip }, async (t) => {
  const place = yard(t);
  const { gateway } = await gatewayFor(t);
  const script = `say("url " + process.env.MODEL_URL);`;
  const adapters = [asker(script, { provider: null })];

  const worker = await place
    .agents({ gateway, sandbox, adapters })
    .start(order("", { agent: "shell" }), place.workplace);

  assert.deepEqual((await worker.exited).usage, noUsage);
  assert.deepEqual(textsOf(place.said), ["url "]);
});
