/** What people are told of an errand that they asked for. */
import type { Assignment } from "./assignment.ts";
import type { ErrandWish } from "./wish.ts";

/** Lines for the status; none where nobody asked, or a Worker is called. */
export function errandWishLines({ errandWish, phase }: Assignment): readonly string[] {
  if (errandWish === null || phase.name !== "reviewing") return [];
  const { kind, by, isVain } = errandWish;
  return isVain ? ["", `${by} asked for \`${kind}\`, but ${whyVain(kind)}.`] : [];
}

/** Why there was nothing to do, as the end of a sentence. */
export function whyVain(kind: ErrandWish["kind"]): string {
  switch (kind) {
    case "fix":
      return "no check of the head has failed";
    case "revise":
      return "nobody with write access wants anything changed";
    case "rebase":
      return "there is nothing to merge in";
  }
}
