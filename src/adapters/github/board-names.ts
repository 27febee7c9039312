/** Board columns by name: people spell them in any case. */
import type { BoardStatus } from "../../core/issue.ts";
import { boardStatuses } from "../../core/policy.ts";

/** The column of ours that a name means; null for any other column. */
export function statusNamed(name: string): BoardStatus | null {
  const wanted = name.trim().toLowerCase();
  return boardStatuses.find((status) => status.toLowerCase() === wanted) ?? null;
}
