import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
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

test("a folder that is in use is refused, naming who serves it", async (t) => {
  const start = await folderForTest(t);
  const first = await start();

  await assert.rejects(startSimulator({ dataFolder: first.sim.dataFolder }), (error: Error) => {
    assert.ok(error.message.includes(first.sim.dataFolder));
    assert.ok(error.message.includes(`${first.url}, as process ${process.pid}`));
    return true;
  });
  assert.equal((await asPerson(first)("GET /repos/acme/rocket")).status, 200);
});

test("a folder whose simulator was killed is taken over", async (t) => {
  const start = await folderForTest(t);
  const first = await start();
  await first.close();
  const claim = join(first.sim.dataFolder, "running.json");
  await assert.rejects(stat(claim), { code: "ENOENT" });

  for (const left of [JSON.stringify({ pid: process.pid, url: first.url }), '{"pid"']) {
    await writeFile(claim, left);
    const next = await start();
    assert.equal(JSON.parse(await readFile(claim, "utf8")).url, next.url);
    await next.close();
  }
});

test("CI that was left waiting ends after the restart", async (t) => {
  const start = await folderForTest(t);
  const receiver = await receiverForTest(t);
  const first = await start(receiver.url);
  const ci = { as: "mona", do: "set-ci", conclusion: "success" };
  await first.gesture({ ...ci, afterMs: 60_000 });
  await first.gesture({ as: "mona", do: "push", branch: "topic", files: { a: "a" } });
  await first.gesture({ as: "mona", do: "open-pull", head: "topic" });
  await first.drain();
  await first.gesture({ ...ci, afterMs: 1 });
  await first.close();
  assert.ok(!receiver.names().includes("workflow_run.completed"));

  const ended = receiver.next("workflow_run.completed");
  await start();
  await ended;
});

test("a delivery that comes late goes where webhooks go by then", async (t) => {
  const start = await folderForTest(t);
  const [former, present] = [await receiverForTest(t), await receiverForTest(t)];
  former.status = 500;
  const first = await start(former.url);
  await first.gesture({ as: "mona", do: "open-issue", title: "Refused" });
  await first.drain();
  await asPerson(first)("POST /_sim/webhooks", { delayMs: 60_000 });
  await first.gesture({ as: "mona", do: "open-issue", title: "Late" });
  await first.close();

  const second = await start(present.url);
  const [failed] = (await asApp(second)("GET /app/hook/deliveries?status=failure")).body;
  await asApp(second)(`POST /app/hook/deliveries/${failed.id}/attempts`);
  await second.drain();

  const titles = present.received.map(({ payload }) => payload.issue.title);
  assert.deepEqual(titles, ["Late", "Refused"]);
  assert.equal(former.received.length, 1);
});

test("without a data folder nothing is left behind", async () => {
  const simulator = await startSimulator();
  const folder = simulator.sim.dataFolder;

  await simulator.close();

  await assert.rejects(stat(folder), { code: "ENOENT" });
});
