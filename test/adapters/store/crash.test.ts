/** Nothing that was acknowledged is lost, whichever process is killed without warning. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { openEmbedded } from "../../../src/adapters/store/embedded.ts";
import { StoreFault } from "../../../src/adapters/store/fault.ts";
import { openPostgres } from "../../../src/adapters/store/server.ts";
import type { Connection } from "../../../src/adapters/store/server.ts";
import { openStore } from "../../../src/adapters/store/store.ts";
import type { OpenStore } from "../../../src/adapters/store/store.ts";
import { atEnd } from "../../support/cleanup.ts";
import { query } from "../../support/query.ts";
import { delivery } from "./given.ts";
import { usedFolder } from "./used-folder.ts";
import { moduleFile } from "../../support/own-file.ts";

type Service = {
  /** Guids that the service has said to be durable. */
  readonly kept: readonly string[];
  /** Resolves when that many are kept. */
  hasKept(count: number): Promise<void>;
  kill(): Promise<void>;
};

/** Resolves when the service leads, holds a claim and begins to keep deliveries. */
async function startService(t: TestContext, folder: string): Promise<Service> {
  const script = moduleFile(import.meta, "service");
  const child = spawn(process.execPath, [script, folder, "16"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  atEnd(t, kill);
  const kept: string[] = [];
  const lines = createInterface(child.stdout);
  lines.on("line", (line) => kept.push(line.replace("kept ", "")));
  await once(lines, "line");
  assert.deepEqual(kept.splice(0), ["held first"]);
  return {
    kept,
    kill,
    hasKept: async (count) => {
      while (kept.length < count) await once(lines, "line");
    },
  };
}

/** Resolves when the database answers again; asked once a second. */
const answers = (store: OpenStore): Promise<void> =>
  new Promise((resolve) =>
    store.onWork("github", () => void store.health().then((health) => health.answers && resolve())),
  );

async function missing(
  connection: Connection,
  guids: readonly string[],
): Promise<readonly string[]> {
  const rows = await query(connection, "select guid from yardmaster.delivery");
  const present = new Set(rows.map(({ guid }) => guid));
  return guids.filter((guid) => !present.has(guid));
}

test("a killed service loses nothing, its server runs on and the next service takes over", async (t) => {
  const folder = await usedFolder(t);
  const service = await startService(t, folder);
  await service.hasKept(500);

  await service.kill();
  const server = await openPostgres(folder);
  const pidAfterKill = server.pid();
  server.leave();
  const next = await openEmbedded(folder);
  atEnd(t, () => next.stop());
  const store = await openStore({ connection: next.connection, reclaim: true });
  atEnd(t, () => store.close());

  const adopted = await openPostgres(folder);
  adopted.leave();
  assert.equal(adopted.pid(), pidAfterKill);
  assert.deepEqual(await missing(next.connection, service.kept), []);
  const [job] = await store.claim("deliveries", 1);
  assert.equal(job?.work.guid, "first");
  assert.equal(job.tries, 1);
});

test("a killed server loses nothing that was acknowledged, and is started again", async (t) => {
  const folder = await usedFolder(t);
  const server = await openPostgres(folder);
  atEnd(t, () => server.stop());
  const store = await openStore({ connection: server.connection });
  atEnd(t, () => store.close());
  const kept: string[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const callers = Array.from({ length: 16 }, async (_, caller) => {
    for (let count = 0; ; count += 1) {
      // Not those of the test before, which are in the same folder.
      const guid = `to-killed-server-${caller}-${count}`;
      await store.keepDelivery(delivery(guid));
      if (kept.push(guid) === 300) resolve();
    }
  });

  await enough;
  const killed = server.pid();
  process.kill(killed, "SIGKILL");
  const faults = (await Promise.allSettled(callers)).map(
    (end) => end.status === "rejected" && (end.reason as unknown),
  );
  await answers(store);

  assert.notEqual(server.pid(), killed);
  assert.deepEqual(await missing(server.connection, kept), []);
  for (const fault of faults) {
    assert.ok(fault instanceof StoreFault, String(fault));
    assert.equal(fault.kind, "unavailable", fault.message);
  }
});

test("a second service on the same folder is refused by name and leaves the first alone", async (t) => {
  const folder = await usedFolder(t);
  const first = await openEmbedded(folder);
  atEnd(t, () => first.stop());

  await assert.rejects(openEmbedded(folder), (fault) => {
    assert.ok(fault instanceof StoreFault);
    assert.equal(fault.kind, "setup");
    assert.match(
      fault.message,
      new RegExp(`in use by another Yardmaster \\(process ${process.pid} on `),
    );
    return true;
  });

  assert.deepEqual(await query(first.connection, "select 1 as one"), [{ one: 1 }]);
});
