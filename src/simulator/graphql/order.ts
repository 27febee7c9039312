/** The `orderBy` argument of connections. */
import { isRecord } from "./arguments.ts";
import { NotModelled } from "../refusal.ts";
import type { Arguments } from "./graph.ts";

/** Rows (oldest first) in the order that `orderBy` asks for; ids stand for the time of creation. */
export function inOrder<Row extends { readonly id: number }>(
  rows: readonly Row[],
  args: Arguments,
  updatedAt: (row: Row) => string,
): readonly Row[] {
  const order = args["orderBy"];
  if (!isRecord(order)) return rows;
  const { field, direction } = order;
  const sorted = field === "UPDATED_AT" ? byText(rows, updatedAt) : rows;
  if (field !== "UPDATED_AT" && field !== "CREATED_AT")
    throw new NotModelled(`orderBy ${String(field)}`);
  return direction === "DESC" ? sorted.toReversed() : sorted;
}

function byText<Row>(rows: readonly Row[], key: (row: Row) => string): readonly Row[] {
  return rows.toSorted((one, other) =>
    key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0,
  );
}
