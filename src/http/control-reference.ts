/** Which assignment a person means by `#12`, `12`, `owner/name#12` or a worker id. */
import type { Assignment } from "../core/assignment.ts";
import type { Board } from "../core/board.ts";
import { isAside, isOver } from "../core/standing.ts";
import { referenceOf, workersOf } from "./control-view.ts";

/** What a reference leads to. */
export type Meant =
  | { readonly kind: "one"; readonly assignment: Assignment }
  | { readonly kind: "none" }
  /** Several; each by a reference that means only it. */
  | { readonly kind: "several"; readonly candidates: readonly string[] };

/** Looks for it among all live assignments. */
export function meantBy(reference: string, board: Board): Meant {
  const named = [...board.values()].filter(
    (assignment) => isNamed(assignment, reference) && !isAside(assignment),
  );
  // Beside its live assignment an issue may have one that only waits for its last words to be shown.
  const live = named.filter((assignment) => !isOver(assignment));
  const found = live.length > 0 ? live : named.slice(-1);
  const [first] = found;
  if (first === undefined) return { kind: "none" };
  if (found.length === 1) return { kind: "one", assignment: first };
  const candidates = found.flatMap((assignment) => referenceOf(assignment) ?? []);
  return { kind: "several", candidates };
}

function isNamed(assignment: Assignment, reference: string): boolean {
  const number = reference.startsWith("#") ? reference.slice(1) : reference;
  return (
    referenceOf(assignment)?.toLowerCase() === reference.toLowerCase() ||
    String(assignment.issue?.number) === number ||
    workersOf(assignment).includes(reference)
  );
}
