/** Lists, page by page, with GitHub's Link header. */
import type { Answer, Call } from "./call.ts";

const USUAL_PAGE = 30;
const LARGEST_PAGE = 100;

/** Answers one page of a list; `wrap` puts it into an object with `total_count` where GitHub does. */
export function paged<T>(
  call: Call,
  rows: readonly T[],
  shape: (row: T) => unknown,
  wrap?: (page: unknown[], total: number) => unknown,
): Answer {
  const size = sizeOf(call);
  const page = positive(call, "page", 1);
  const last = Math.max(1, Math.ceil(rows.length / size));
  const items = rows.slice((page - 1) * size, page * size).map((row) => shape(row));
  const link = links(call, page, last);
  return {
    status: 200,
    body: wrap === undefined ? items : wrap(items, rows.length),
    headers: link === "" ? {} : { link },
  };
}

/** The wanted page size, at most 100. */
export function sizeOf(call: Call): number {
  return Math.min(LARGEST_PAGE, positive(call, "per_page", USUAL_PAGE));
}

/** The address of this call with some query values changed; null takes one away. */
export function linkTo(call: Call, query: Readonly<Record<string, string>>): string {
  const url = new URL(call.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

function links(call: Call, page: number, last: number): string {
  const to = (target: number, rel: string): string =>
    `<${linkTo(call, { page: String(target) })}>; rel="${rel}"`;
  return [
    ...(page > 1 ? [to(page - 1, "prev")] : []),
    ...(page < last ? [to(page + 1, "next"), to(last, "last")] : []),
    ...(page > 1 ? [to(1, "first")] : []),
  ].join(", ");
}

function positive(call: Call, name: string, otherwise: number): number {
  const value = Number(call.url.searchParams.get(name) ?? otherwise);
  return Number.isSafeInteger(value) && value > 0 ? value : otherwise;
}
