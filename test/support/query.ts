import pg from "pg";

import type { Connection } from "../../src/adapters/store/server.ts";

/** Runs one statement on a database and gives its rows. */
export async function query(
  connection: Connection,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<readonly { readonly [column: string]: unknown }[]> {
  const client = new pg.Client(connection);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(statement, [...parameters])).rows;
  } finally {
    await client.end();
  }
}
