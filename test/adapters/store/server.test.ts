/** The embedded server: private, durable, adopted when it runs, and clear about what stands in its way. */
import assert from "node:assert/strict";
import { chmod, chown, mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { StoreFault } from "../../../src/adapters/store/fault.ts";
import { openPostgres } from "../../../src/adapters/store/server.ts";
import { atEnd } from "../../support/cleanup.ts";
import { folderForTest } from "../../support/postgres.ts";
import { query } from "../../support/query.ts";
import { usedFolder } from "./used-folder.ts";

test("a fresh folder of any name gets a private server with every durability setting on", async (t) => {
  const data = join(await folderForTest(t), `a, "b"`);
  const leftByKilledStart = join(data, "postgres-new-999999999");
  await mkdir(leftByKilledStart, { recursive: true });
  const server = await openPostgres(data);
  atEnd(t, () => server.stop());

  const [settings] = await query(
    server.connection,
    `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous, current_setting('full_page_writes') as pages,
            current_setting('data_directory') as folder, current_setting('server_encoding') as encoding`,
  );

  const { folder, ...durability } = settings!;
  assert.deepEqual(durability, {
    addresses: "",
    fsync: "on",
    synchronous: "on",
    pages: "on",
    encoding: "UTF8",
  });
  assert.equal(folder, join(data, "postgres"));
  assert.equal((await stat(String(folder))).mode & 0o777, 0o700);
  assert.deepEqual((await readdir(data)).toSorted(), ["postgres", "postgres.log"]);
});

test("a running server is adopted, and its rows outlive a stop", async (t) => {
  const folder = await usedFolder(t);
  const first = await openPostgres(folder);
  await query(first.connection, "create table kept as select 7 as seven");

  const second = await openPostgres(folder);
  assert.equal(second.pid(), first.pid());
  first.leave();
  await second.stop();
  await assert.rejects(query(first.connection, "select 1"));
  const third = await openPostgres(folder);
  atEnd(t, () => third.stop());

  assert.deepEqual(await query(third.connection, "select * from kept"), [{ seven: 7 }]);
});

test("two services that start at once on a fresh folder share one server", async (t) => {
  const folder = await folderForTest(t);

  const [one, two] = await Promise.all([openPostgres(folder), openPostgres(folder)]);
  atEnd(t, () => one.stop());
  two.leave();

  assert.equal(one.pid(), two.pid());
  assert.deepEqual((await readdir(folder)).toSorted(), ["postgres", "postgres.log"]);
});

test("a data folder too long for a socket, with blanks, commas and quotes in its name, works", async (t) => {
  const folder = await usedFolder(t, `it's "long", ${"x".repeat(120)}`);
  const server = await openPostgres(folder);
  atEnd(t, () => server.stop());

  const socketFolder = String(server.connection.host);

  assert.ok(socketFolder.length < 80, socketFolder);
  assert.equal((await stat(socketFolder)).mode & 0o777, 0o700);
  assert.deepEqual(await query(server.connection, "select 1 as one"), [{ one: 1 }]);
});

test("a lock file whose pid belongs to another program by now does not stand in the way", async (t) => {
  const folder = await usedFolder(t);
  const former = await openPostgres(folder);
  const lock = join(folder, "postgres", "postmaster.pid");
  const text = await readFile(lock, "utf8");
  await former.stop();
  await writeFile(lock, text.replace(String(former.pid()), String(process.pid)));

  const server = await openPostgres(folder);
  atEnd(t, () => server.stop());

  assert.deepEqual(await query(server.connection, "select 1 as one"), [{ one: 1 }]);
});

test("a database of another major version is refused with what to do", async (t) => {
  const folder = await folderForTest(t);
  await mkdir(join(folder, "postgres"));
  await writeFile(join(folder, "postgres", "PG_VERSION"), "14\n");

  await assert.rejects(openPostgres(folder), (fault) => {
    assert.ok(fault instanceof StoreFault);
    assert.equal(fault.kind, "setup");
    assert.match(
      fault.message,
      /PostgreSQL 14 made it .* PostgreSQL 18; .*pg_dumpall.*DATABASE_URL/,
    );
    return true;
  });
});

test(
  "root is told when the server's user cannot reach the folder",
  { skip: process.getuid?.() !== 0 && "only root drops to another user" },
  async (t) => {
    const folder = await folderForTest(t);
    const [theirs, data] = [join(folder, "theirs"), join(folder, "theirs", "data")];
    await mkdir(data, { recursive: true });
    await chown(theirs, 12_345, 12_345);
    await chmod(theirs, 0o700);

    await assert.rejects(openPostgres(data), (fault) => {
      assert.ok(fault instanceof StoreFault);
      assert.equal(fault.kind, "setup");
      assert.ok(fault.message.includes(`may not enter ${theirs}`), fault.message);
      assert.match(fault.message, /\/var\/lib\/yardmaster.*DATABASE_URL/);
      return true;
    });
  },
);
