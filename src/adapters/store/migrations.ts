/** Every change of our tables, in order. A change that was released is never edited: the next one follows it. */
import { Migrator } from "kysely/migration";
import type { Migration } from "kysely/migration";

import { StoreFault, attempt, storeFault } from "./fault.ts";
import { tables } from "./migration-0001-tables.ts";
import { ledgerTables } from "./migration-0002-ledger.ts";
import type { Database } from "./tables.ts";

const migrations: Readonly<{ [name: string]: Migration }> = {
  "0001-tables": tables,
  "0002-ledger": ledgerTables,
};

const schema = "yardmaster";

/** Brings the tables up to date. Throws StoreFault `setup` when a newer release wrote them. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: schema,
    migrationTableName: "migration",
    migrationLockTableName: "migration_lock",
  });
  await attempt("updating the tables", () => refuseNewer(db));
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw storeFault("updating the tables", error);
}

/** An older release must not write rows that a newer one reads differently. */
async function refuseNewer(db: Database): Promise<void> {
  const found = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!found.some((table) => table.schema === schema && table.name === "migration")) return;
  const rows = await db
    .withTables<{ migration: { name: string } }>()
    .selectFrom("migration")
    .select("name")
    .execute();
  const unknown = rows.map(({ name }) => name).filter((name) => !(name in migrations));
  if (unknown.length === 0) return;
  throw new StoreFault(
    "setup",
    "opening the store",
    `a newer Yardmaster has changed its tables (${unknown.join(", ")}); run that release, or restore a backup`,
  );
}
