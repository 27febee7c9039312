/** The service's own database, looked at from outside over its socket. */
import { join } from "node:path";
import pg from "pg";
import { findPostmaster } from "../../src/adapters/store/postmaster.ts";

/** The id of the server process of a data folder. */
export async function serverPid(dataFolder: string): Promise<number> {
  return (await server(dataFolder)).pid;
}

/** Runs one statement and gives its rows. */
export async function ask<Row extends pg.QueryResultRow>(
  dataFolder: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const { socketFolder: host, port } = await server(dataFolder);
  const client = new pg.Client({ host, port, user: "yardmaster", database: "postgres" });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function server(dataFolder: string) {
  const found = await findPostmaster(join(dataFolder, "postgres"));
  if (found === null) throw new Error(`no database server runs in ${dataFolder}`);
  return found;
}
