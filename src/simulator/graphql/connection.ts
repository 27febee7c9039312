/** Relay connections as GitHub pages them: `first` or `last` from 1 to 100, cursors, counts. */
import { Kind } from "graphql";
import type { GraphQLResolveInfo, SelectionSetNode } from "graphql";
import { Fault } from "./faults.ts";
import type { Arguments, Graph } from "./graph.ts";

const LARGEST_PAGE = 100;

/** A function that answers a connection field. */
export type Connection = (args: Arguments, graph: Graph, info: GraphQLResolveInfo) => unknown;

/** Answers a connection field with a page of rows, each shown only when it is on the page. */
export function connection<Row>(
  rows: (args: Arguments, graph: Graph) => readonly Row[] | Promise<readonly Row[]>,
  show: (row: Row) => unknown,
  extra: Readonly<Record<string, unknown>> = {},
): Connection {
  return async (args, graph, info) => {
    refuseBadPage(args, info);
    const all = await rows(args, graph);
    const { start, end } = window(args, all.length);
    const page = all
      .slice(start, end)
      .map((row, index) => ({ row, cursor: cursorAt(start + index) }));
    return {
      ...extra,
      totalCount: all.length,
      nodes: () => page.map(({ row }) => show(row)),
      edges: () => page.map(({ row, cursor }) => ({ cursor, node: show(row) })),
      pageInfo: {
        hasNextPage: end < all.length,
        hasPreviousPage: start > 0,
        startCursor: page[0]?.cursor ?? null,
        endCursor: page.at(-1)?.cursor ?? null,
      },
    };
  };
}

/** The mark of a place in a list, counted from 0. */
export function cursorAt(index: number): string {
  return Buffer.from(`cursor:v2:${index + 1}`).toString("base64");
}

function refuseBadPage(args: Arguments, info: GraphQLResolveInfo): void {
  const { fieldName } = info;
  for (const side of ["first", "last"]) {
    const size = args[side];
    if (typeof size !== "number") continue;
    if (size > LARGEST_PAGE)
      throw new Fault(
        "EXCESSIVE_PAGINATION",
        `Requesting ${size} records on the \`${fieldName}\` connection exceeds the \`${side}\` limit of ${LARGEST_PAGE} records.`,
      );
    if (size < 0)
      throw new Fault(
        "INVALID_CURSOR_ARGUMENTS",
        `\`${side}\` on the \`${fieldName}\` connection cannot be less than zero.`,
      );
  }
  // a count alone needs no page
  if (isAbsent(args["first"]) && isAbsent(args["last"]) && asksForRows(info))
    throw new Fault(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${fieldName}\` connection.`,
    );
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function asksForRows(info: GraphQLResolveInfo): boolean {
  const asks = (set: SelectionSetNode | undefined): boolean =>
    (set?.selections ?? []).some((selection) => {
      if (selection.kind === Kind.FIELD)
        return selection.name.value !== "totalCount" && selection.name.value !== "__typename";
      if (selection.kind === Kind.INLINE_FRAGMENT) return asks(selection.selectionSet);
      return asks(info.fragments[selection.name.value]?.selectionSet);
    });
  return info.fieldNodes.some((node) => asks(node.selectionSet));
}

/** The rows between `after` and `before`, of these the first or the last ones. */
function window(args: Arguments, count: number): { readonly start: number; readonly end: number } {
  let start = Math.min(placeOf(args["after"]) ?? 0, count);
  let end = Math.min((placeOf(args["before"]) ?? count + 1) - 1, count);
  const { first, last } = args;
  if (typeof first === "number") end = Math.min(end, start + first);
  if (typeof last === "number") start = Math.max(start, end - last);
  return { start, end: Math.max(start, end) };
}

/** The place that a cursor marks, counted from 1. */
function placeOf(cursor: unknown): number | undefined {
  if (typeof cursor !== "string") return undefined;
  const text = Buffer.from(cursor, "base64").toString();
  const place = Number(
    text.startsWith("cursor:v2:") ? text.slice("cursor:v2:".length) : Number.NaN,
  );
  if (!Number.isSafeInteger(place))
    throw new Fault(
      "INVALID_CURSOR_ARGUMENTS",
      `\`${cursor}\` does not appear to be a valid cursor.`,
    );
  return place;
}
