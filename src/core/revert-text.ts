/** What people are told of merged work that is taken back. */
import type { Assignment } from "./assignment.ts";
import type { Comment } from "./showing.ts";

/** The seed's comment; nothing is told before there is something to tell. */
export function revertComment({ id, phase, issue }: Assignment): readonly Comment[] {
  if (phase.name !== "withdrawn" || phase.ending.kind !== "reverted") return [];
  const { merged, revert } = phase.ending;
  const card = issue?.card ?? null;
  const hasReady = card?.options.Ready !== undefined;
  const text = [
    "## PR Reverted",
    "",
    `#${merged} is taken back by #${revert}; until a person has merged that, everything is as it was.`,
    `To have the work done anew afterwards, reopen the issue${hasReady ? "; its card is in Ready" : " and ask for it"}.`,
  ].join("\n");
  return [{ key: `revert-${id.split("@").at(-1)}`, records: [], frame: null, text }];
}
