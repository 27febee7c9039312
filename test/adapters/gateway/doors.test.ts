/** Each run has a door of its own, which nobody else can use and which opens again after a restart. */
import assert from "node:assert/strict";
import { chmod, mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

import { GatewayFault } from "../../../src/adapters/gateway/fault.ts";
import type { GatewayRun } from "../../../src/adapters/gateway/gateway.ts";
import { atEnd } from "../../support/cleanup.ts";
import { always, says } from "../../support/model-scenario.ts";
import { folderForTest } from "../../support/postgres.ts";
import { account, ask, doorForTest, gatewayForTest, message, noBudget, token } from "./given.ts";

test("two runs cannot use each other's doors, and each pays for itself", async (t) => {
  const { gateway, run, door, ledger, models } = await gatewayForTest(t, always(says("Hi")));
  const other: GatewayRun = {
    account: { ...account, issueNumber: 8, run: "worker-1-8/1" },
    budget: noBudget,
    socket: join(await folderForTest(t), "llm.sock"),
    token: "run-token-2",
  };
  const otherDoor = await doorForTest(t, gateway, other);
  const withToken = (own: string): typeof asked => ({
    ...asked,
    headers: { authorization: `Bearer ${own}`, "anthropic-version": "2023-06-01" },
  });
  const asked = message();

  assert.equal((await ask(other, withToken(token))).status, 401);
  assert.equal((await ask(run, withToken("run-token-2"))).status, 401);
  assert.equal((await ask(other, withToken("run-token-2"))).status, 200);

  assert.equal(models.requests.length, 1);
  assert.equal((await door.usage()).usd, 0);
  assert.ok((await otherDoor.usage()).usd > 0);
  assert.equal((await ledger.standing(account)).issue, 0);
});

test("only we can reach the socket", async (t) => {
  const { run } = await gatewayForTest(t, always(says("Hi")));

  const { mode } = await stat(run.socket ?? "");

  assert.equal(mode & 0o777, 0o600);
});

test("after a restart the same door opens at the same place and knows what was used", async (t) => {
  const { gateway, run, door } = await gatewayForTest(t, always(says("Hi")));
  await ask(run, message());
  const before = await door.usage();
  await door.close();

  const again = await doorForTest(t, gateway, run);
  const { status } = await ask(run, message());

  assert.equal(status, 200);
  const after = await again.usage();
  assert.ok(before.usd > 0);
  assert.deepEqual(after, {
    inputTokens: before.inputTokens * 2,
    outputTokens: before.outputTokens * 2,
    usd: before.usd * 2,
  });
});

test("a socket that a killed process left behind is replaced", async (t) => {
  const { gateway, run } = await gatewayForTest(t, always(says("Hi")));
  const socket = join(await folderForTest(t), "llm.sock");
  const child = spawn(process.execPath, [
    "-e",
    `require("node:net").createServer().listen(${JSON.stringify(socket)}, () => console.log("up"))`,
  ]);
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");
  assert.ok((await stat(socket)).isSocket());

  await doorForTest(t, gateway, { ...run, socket });

  assert.equal((await ask({ ...run, socket }, message())).status, 200);
});

test("a door is closed with its socket, and an agent finds nothing there", async (t) => {
  const { run, door } = await gatewayForTest(t, always(says("Hi")));

  await door.close();

  await assert.rejects(ask(run, message()), { code: "ENOENT" });
});

test("one agent cannot take all of the service's file descriptors with its connections", async (t) => {
  const { run } = await gatewayForTest(t, always(says("Hi")));
  const flood = Array.from({ length: 400 }, () => connect(run.socket ?? ""));
  atEnd(t, () => flood.forEach((one) => one.destroy()));
  let open = flood.length;
  const enoughClosed = Promise.withResolvers<void>();
  for (const one of flood) {
    one.on("error", () => one.destroy());
    one.on("close", () => {
      open -= 1;
      if (open <= 256) enoughClosed.resolve();
    });
    one.resume();
  }

  await enoughClosed.promise;
  for (const one of flood) one.destroy();

  // The service sees one after the other end.
  const answered = (): Promise<boolean> =>
    ask(run, message()).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await answered()));
});

test("without a socket the door is a port of the loopback", async (t) => {
  const { gateway, run } = await gatewayForTest(t, always(says("Hi")));

  const door = await doorForTest(t, gateway, { ...run, socket: null });

  assert.match(door.url ?? "", /^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = await fetch(`${door.url}/v1/models`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(answer.status, 200);
  await answer.body?.cancel();
});

test("no door is opened where others could reach it or something else lies", async (t) => {
  const { gateway, run } = await gatewayForTest(t, always(says("Hi")));
  const folder = await folderForTest(t);
  const openFolder = join(folder, "open");
  await mkdir(openFolder);
  await chmod(openFolder, 0o755);
  await writeFile(join(folder, "file"), "kept");
  await symlink(join(folder, "file"), join(folder, "link"));
  const places = [
    join(openFolder, "llm.sock"),
    join(folder, "file"),
    join(folder, "link"),
    join(folder, "missing", "llm.sock"),
    join(folder, "x".repeat(120)),
  ];

  for (const socket of places)
    await assert.rejects(
      gateway.open({ ...run, socket }),
      (fault) => fault instanceof GatewayFault && !fault.message.includes(token),
      socket,
    );
  assert.ok((await stat(join(folder, "file"))).isFile());
});

test("a socket of somebody who still listens is taken over", async (t) => {
  const { gateway, run } = await gatewayForTest(t, always(says("Hi")));
  const socket = join(await folderForTest(t), "llm.sock");
  const former = createServer((connection) => connection.destroy());
  const listening = Promise.withResolvers<void>();
  former.listen(socket, () => listening.resolve());
  await listening.promise;
  atEnd(t, () => former.close());

  await doorForTest(t, gateway, { ...run, socket });

  assert.equal((await ask({ ...run, socket }, message())).status, 200);
});
