/** Who of those that wait begins first: by priority, then by age. */
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import type { Issue } from "./issue.ts";

/** What an issue without a word about it has. */
const usual = 5;

/** Names of priorities, in the seed's words and GitHub's own, on a scale up to 10. */
const ranks: ReadonlyMap<string, number> = new Map([
  ["urgent", 10],
  ["critical", 10],
  ["high", 8],
  ["medium", usual],
  ["low", 2],
  ["p0", 10],
  ["p1", 8],
  ["p2", usual],
  ["p3", 2],
  ...Array.from({ length: 10 }, (_, at): [string, number] => [String(at + 1), at + 1]),
]);

/** Labels that say it without `priority:` before it. Those of findings are among them. */
const bare: readonly string[] = ["critical", "high", "medium", "low"];
const labelStart = "priority:";

/** Does this label say how urgent an issue is? */
export const isPriorityLabel = (label: string): boolean => rankOfLabel(label) !== null;

/** As the board's Priority field says, else the highest that a label says; 10 is the most urgent. */
export function rankOf({ card, labels }: Pick<Issue, "card" | "labels">): number {
  const onBoard = card?.priority == null ? null : (ranks.get(named(card.priority)) ?? null);
  if (onBoard !== null) return onBoard;
  const onLabels = labels.flatMap((label) => rankOfLabel(label) ?? []);
  return onLabels.length === 0 ? usual : Math.max(...onLabels);
}

function rankOfLabel(label: string): number | null {
  const name = named(label);
  if (bare.includes(name)) return ranks.get(name) ?? null;
  return name.startsWith(labelStart)
    ? (ranks.get(name.slice(labelStart.length).trim()) ?? null)
    : null;
}

const named = (text: string): string => text.trim().toLowerCase();

/** All who wait, in the order in which they get slots. */
export const queueOrder = (board: Board): readonly Assignment[] =>
  [...board.values()]
    .filter(({ phase }) => phase.name === "queued")
    .toSorted((one, other) => rankIn(other) - rankIn(one) || one.requestedAt - other.requestedAt);

/** Before GitHub has told, it counts as usual. */
const rankIn = ({ issue }: Assignment): number => (issue === null ? usual : rankOf(issue));

/** Who waits for a slot too and gets one before this one does, first to last. */
export function ahead(board: Board, assignment: Assignment): readonly Assignment[] {
  const queue = queueOrder(board);
  const place = queue.findIndex(({ id }) => id === assignment.id);
  return queue
    .slice(0, Math.max(0, place))
    .filter(({ phase }) => phase.name === "queued" && phase.waiting.for === "slot");
}
