import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { asApp, asPerson, asToken } from "./rest-client.ts";
import { receiverForTest } from "./receiver.ts";

/** Starts simulators on one folder, one after the other, and cleans up behind the last one. */
async function folderForTest(t: TestContext): Promise<(webhook?: string) => Promise<Simulator>> {
  const dataFolder = await mkdtemp(join(tmpdir(), "simulator-restart-"));
  let latest: Simulator | undefined;
  t.after(async () => {
    await latest?.close();
    await rm(dataFolder, { recursive: true, force: true });
  });
  return async (webhook) => {
    latest = await startSimulator({ dataFolder, ...(webhook === undefined ? {} : { webhook }) });
    return latest;
  };
}

test("the world, its tokens and its keys outlive a restart", async (t) => {
  const start = await folderForTest(t);
  const first = await start();
  const { installationId } = first.card;
  const made = await asApp(first)(`POST /app/installations/${installationId}/access_tokens`);
  await first.gesture({ as: "mona", do: "open-issue", title: "Before" });
  await first.gesture({ as: "mona", do: "move-card", number: 1, to: "Ready" });
  await asPerson(first)("POST /_sim/clock", { advanceMs: 60_000 });
  await first.close();

  const second = await start();
  const { url, graphqlUrl, cloneUrl, ...lasting } = first.card;
  assert.deepEqual(second.card, {
    ...lasting,
    url: second.url,
    graphqlUrl: graphqlUrl.replace(url, second.url),
    cloneUrl: cloneUrl.replace(url, second.url),
  });
  const ask = asToken(second, made.body.token);
  assert.equal((await ask("GET /repos/acme/rocket/issues/1")).body.title, "Before");
  const next = await ask("POST /repos/acme/rocket/issues", { title: "After" });
  assert.equal(next.body.number, 2);
  assert.equal((await asApp(second)("GET /app")).status, 200);
  assert.equal(second.sim.world.items.size, 1);
  assert.ok(second.sim.now().getTime() - Date.now() > 50_000, "the clock stays ahead");
});

test("a delivery that was not tried before the end is sent after the restart", async (t) => {
  const start = await folderForTest(t);
  const receiver = await receiverForTest(t);
  const first = await start(receiver.url);
  await asPerson(first)("POST /_sim/webhooks", { delayMs: 60_000 });
  await first.gesture({ as: "mona", do: "open-issue", title: "Late" });
  await first.close();
  assert.deepEqual(receiver.names(), []);

  const second = await start();
  await second.drain();

  assert.deepEqual(receiver.names(), ["issues.opened"]);
});

test("deliveries can be asked for again after a restart", async (t) => {
  const start = await folderForTest(t);
  const receiver = await receiverForTest(t);
  receiver.status = 500;
  const first = await start(receiver.url);
  await first.gesture({ as: "mona", do: "open-issue", title: "Refused" });
  await first.drain();
  await first.close();
  receiver.status = 200;

  const second = await start();
  const [failed] = (await asApp(second)("GET /app/hook/deliveries?status=failure")).body;
  await asApp(second)(`POST /app/hook/deliveries/${failed.id}/attempts`);
  await second.drain();

  const guids = receiver.received.map(({ headers }) => headers["x-github-delivery"]);
  assert.deepEqual(guids, [failed.guid, failed.guid]);
});

test("without a data folder nothing is left behind", async () => {
  const simulator = await startSimulator();
  const folder = simulator.sim.dataFolder;

  await simulator.close();

  await assert.rejects(stat(folder), { code: "ENOENT" });
});
