/** No request is made once a budget is spent, and the refusal says so in a way that ends the agent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { createGateway } from "../../../src/adapters/gateway/create-gateway.ts";
import { openPurse } from "../../../src/adapters/gateway/purse.ts";
import type { RunLedger } from "../../../src/adapters/gateway/purse.ts";
import { installationId, millis, repositoryId } from "../../../src/core/ids.ts";
import type { RaiseOrder } from "../../../src/core/effect.ts";
import type { LedgerEntry } from "../../../src/ports.ts";
import { silentLog } from "../../support/log.ts";
import { startModelServer } from "../../support/model-server.ts";
import { always, inTurn, runs, says, staysSilent, streams } from "../../support/model-scenario.ts";
import { folderForTest, storeForTest } from "../../support/postgres.ts";
import {
  account,
  ask,
  doorForTest,
  gatewayForTest,
  machineTime,
  message,
  noBudget,
  open,
  openaiHeaders,
  realKey,
  token,
} from "./given.ts";

/** A dime per answer of claude-sonnet-5-5. */
const dime = { input: 0, cached: 0, written: 0, output: 10_000 };

const raise = (usd: number, forMs: number): RaiseOrder => ({
  raise: `raise ${usd}`,
  repository: {
    id: repositoryId(account.repository),
    owner: "acme",
    name: "rocket",
    installation: installationId(5),
  },
  issueNumber: account.issueNumber,
  usd,
  until: millis(machineTime.now() + forMs),
  by: "mona",
});

const spentElsewhere = (parts: Partial<LedgerEntry>): LedgerEntry => ({
  ...account,
  key: "elsewhere",
  at: machineTime.now(),
  model: "claude-sonnet-5-5",
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  usd: 5,
  isEstimate: false,
  ...parts,
});

test("the request after the last of the money is refused, and whoever waits for that is told once", async (t) => {
  const { run, door, models } = await gatewayForTest(t, always(says("Hi", dime)), {
    budget: { run: 0.15 },
  });
  let told = 0;
  door.onExhausted(() => {
    told += 1;
  });

  const statuses: number[] = [];
  for (const _ of [1, 2, 3, 4]) {
    statuses.push((await ask(run, message())).status);
    await door.usage();
  }

  assert.deepEqual(statuses, [200, 200, 402, 402]);
  assert.equal(models.requests.length, 2);
  assert.equal(door.exhausted(), "run");
  assert.equal(told, 1);
});

test("the refusal names the budget in the form of either API and asks for no retry", async (t) => {
  const { run, ledger } = await gatewayForTest(t, always(says("Hi")), { budget: { run: 2 } });
  await ledger.book(spentElsewhere({ usd: 2.5 }));
  const words =
    "The budget of this run is spent: 2.50 of 2.00 USD. Stop here; people with write access can raise it on the issue.";

  const anthropic = await ask(run, message());
  const openai = await ask(run, {
    path: "/v1/responses",
    headers: openaiHeaders,
    body: { model: "gpt-6-sol", input: "Hi" },
  });

  assert.deepEqual([anthropic.status, openai.status], [402, 400]);
  assert.equal(anthropic.headers["x-should-retry"], "false");
  assert.deepEqual(JSON.parse(anthropic.text), {
    type: "error",
    error: { type: "billing_error", message: words },
  });
  assert.deepEqual(JSON.parse(openai.text), {
    error: {
      message: words,
      type: "invalid_request_error",
      param: null,
      code: "budget_exhausted",
    },
  });
});

const budgets = [
  ["run", {}],
  ["issue", { run: "worker-1-7/0" }],
  ["repositoryDay", { run: "worker-1-8/1", issueNumber: 8 }],
  ["day", { run: "worker-2-1/1", issueNumber: 1, repository: 2 }],
] as const;

for (const [name, parts] of budgets)
  test(`what others have spent of the budget "${name}" counts, and a raise helps`, async (t) => {
    const { gateway, run, door, ledger } = await gatewayForTest(t, always(says("Hi")), {
      budget: { [name]: 5 },
    });
    await ledger.book(spentElsewhere(parts));

    assert.equal((await ask(run, message())).status, 402);
    assert.equal(door.exhausted(), name);
    assert.equal(await gateway.spent(account, run.budget), name);

    await ledger.raise(raise(1, 60_000));
    assert.equal((await ask(run, message())).status, 200);
    assert.equal(door.exhausted(), null);
    assert.equal(await gateway.spent(account, run.budget), null);
  });

test("a raise that has run out helps no more", async (t) => {
  const { run, ledger } = await gatewayForTest(t, always(says("Hi")), { budget: { issue: 5 } });
  await ledger.book(spentElsewhere({}));
  await ledger.raise(raise(1, -1));

  assert.equal((await ask(run, message())).status, 402);
});

test("a budget of nothing lets nothing through, and none at all lets everything through", async (t) => {
  const { gateway, run } = await gatewayForTest(t, always(says("Hi")), { budget: { day: 0 } });

  assert.equal((await ask(run, message())).status, 402);
  assert.equal(await gateway.spent(account, noBudget), null);
});

test("what is under way counts as spent for every run, until it ends", async (t) => {
  const { gateway, run, models } = await gatewayForTest(t, always(staysSilent), {
    budget: { day: 0.01 },
  });
  const folder = await folderForTest(t);
  const other = {
    ...run,
    account: { repository: 1, issueNumber: 1, run: "worker-5-1/1" },
    socket: `${folder}/llm.sock`,
    token: "run-token-2",
  };
  await doorForTest(t, gateway, other);
  const leave = new AbortController();
  // Two dollars for a million tokens, four bytes each: more than a cent.
  const large = message({ system: "x".repeat(40_000) });
  const first = open(run.socket, { ...large, signal: leave.signal });
  await models.arrived(1);

  const headers = { authorization: "Bearer run-token-2", "anthropic-version": "2023-06-01" };
  const second = await ask(other, { ...message(), headers });
  leave.abort();
  await Promise.allSettled([first]);

  assert.equal(second.status, 402);
  assert.match(second.text, /of this service for today/);
});

test("of ten requests at once no more pass than there is money for", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi", dime)), {
    budget: { run: 0.05 },
  });
  // Three cents each, for the input alone.
  const large = message({ system: "x".repeat(60_000) });

  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(run, large)));

  assert.equal(answers.filter(({ status }) => status === 200).length, 2);
  assert.equal(models.requests.length, 2);
});

test("of two that look at the same moment one gets the last of the money", async (t) => {
  const { ledger } = await storeForTest(t);
  const purse = openPurse(ledger, machineTime, silentLog);
  const budget = { ...noBudget, issue: 1 };

  const admissions = await Promise.all([1, 2].map(() => purse.admit(account, budget, 1)));

  assert.deepEqual(
    admissions.map(({ isAdmitted }) => isAdmitted),
    [true, false],
  );
});

test("what is being booked while it is looked at is not held against anybody twice", async (t) => {
  const { ledger } = await storeForTest(t);
  const noted = Promise.withResolvers<void>();
  const slow: RunLedger = {
    ...ledger,
    book: async (entry) => {
      await ledger.book(entry);
      noted.resolve();
      // Until the database's answer has arrived, it seems not to be booked.
      await setImmediate();
      await ledger.standing(account);
    },
  };
  const purse = openPurse(slow, machineTime, silentLog);
  const budget = { ...noBudget, run: 1 };
  const first = await purse.admit(account, budget, 0);
  assert.ok(first.isAdmitted);
  const { model, inputTokens, cachedTokens, outputTokens, usd, isEstimate } = spentElsewhere({
    usd: 0.6,
  });
  first.flight.land({ model, inputTokens, cachedTokens, outputTokens, usd, isEstimate });
  await noted.promise;

  const second = await purse.admit(account, budget, 0);

  assert.ok(second.isAdmitted, "0.60 of 1.00 USD is spent");
});

test("an endless loop of tool calls ends when the money does", async (t) => {
  const { run, door, models } = await gatewayForTest(t, always(runs("true", dime)), {
    budget: { issue: 1 },
  });

  let last = 200;
  while (last === 200) {
    last = (await ask(run, message({ stream: true, tools: [{ name: "Bash" }] }))).status;
    await door.usage();
  }

  assert.equal(last, 402);
  assert.equal(models.requests.length, 10);
  assert.equal(door.exhausted(), "issue");
});

test("an answer that overdraws the budget by far is cut off with a word", async (t) => {
  const endless = async function* (): AsyncGenerator<string> {
    for (;;) yield await Promise.resolve("x".repeat(4_000));
  };
  const { run, door } = await gatewayForTest(t, always(streams(endless())), {
    budget: { run: 1 },
  });
  const exhausted = Promise.withResolvers<void>();
  door.onExhausted(exhausted.resolve);

  const { text } = await ask(run, message({ stream: true }));
  await exhausted.promise;

  assert.match(text, /event: error\ndata: .*The budget was spent while this answer/);
  const { usd } = await door.usage();
  assert.ok(usd > 1 && usd < 1.2, `${usd}`);
  assert.equal((await ask(run, message())).status, 402);
});

for (const [name, limit] of [
  ["by little", 0.095],
  ["only with its last number", 0.02],
] as const)
  test(`an answer that overdraws the budget ${name} is let to its end`, async (t) => {
    const { run } = await gatewayForTest(t, always(streams(["x".repeat(4_000)], dime)), {
      budget: { run: limit },
    });

    const { text } = await ask(run, message({ stream: true }));

    assert.match(text, /message_stop/);
    assert.doesNotMatch(text, /event: error/);
  });

test("while the ledger does not answer nothing is spent", async (t) => {
  const models = await startModelServer(t, always(says("Hi")));
  const broken = new Error("connection lost");
  const ledger: RunLedger = {
    book: () => Promise.reject(broken),
    standing: () => Promise.reject(broken),
    raise: () => Promise.reject(broken),
    usageOf: () => Promise.reject(broken),
  };
  const gateway = createGateway({
    upstreams: { anthropic: { url: models.url, key: realKey } },
    ledger,
    clock: machineTime,
    log: silentLog,
  });
  const socket = `${await folderForTest(t)}/llm.sock`;
  const run = { account, budget: noBudget, socket, token };
  await doorForTest(t, gateway, run);

  const { status, headers } = await ask(run, message());

  assert.equal(status, 503);
  assert.equal(headers["x-should-retry"], "true");
  assert.deepEqual(models.requests, []);
});

test("a booking that fails at first is made all the same, and counts in the meantime", async (t) => {
  const models = await startModelServer(t, inTurn(says("Hi", dime)));
  const booked: LedgerEntry[] = [];
  let failures = 2;
  const ledger: RunLedger = {
    book: (entry) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new Error("connection lost"));
      booked.push(entry);
      return Promise.resolve();
    },
    standing: () => {
      const run = booked.reduce((sum, { usd }) => sum + usd, 0);
      return Promise.resolve({ run, issue: run, repositoryDay: run, day: run, raised: 0 });
    },
    raise: () => Promise.resolve(),
    usageOf: () => Promise.resolve({ inputTokens: 0, outputTokens: 0, usd: 0 }),
  };
  const gateway = createGateway({
    upstreams: { anthropic: { url: models.url, key: realKey } },
    ledger,
    clock: machineTime,
    log: silentLog,
  });
  const socket = `${await folderForTest(t)}/llm.sock`;
  const run = { account, budget: { ...noBudget, run: 0.1 }, socket, token };
  const door = await doorForTest(t, gateway, run);

  const first = await ask(run, message());
  const second = await ask(run, message());
  await door.close();

  assert.deepEqual([first.status, second.status], [200, 402]);
  assert.deepEqual(
    booked.map(({ usd, outputTokens }) => [usd, outputTokens]),
    [[0.1, 10_000]],
  );
});
