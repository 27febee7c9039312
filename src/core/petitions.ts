/** Wishes about work under way: whether each may be granted to whoever has it, and what follows when it is. */
import type { Assignment } from "./assignment.ts";
import { approved, mayApprove } from "./approval.ts";
import { blocked, mayBlock, unblocked } from "./block.ts";
import { raised } from "./budget.ts";
import { denied } from "./denied.ts";
import { end } from "./ending.ts";
import { heldBack, letGo, mayHold } from "./hold.ts";
import { mayAskForErrand } from "./errand-wish.ts";
import { mayDispatch, mayMaintain } from "./issue.ts";
import { unmarked } from "./merge-queue.ts";
import { sent } from "./messages.ts";
import { askAbout } from "./review.ts";
import { handingOver, mayHandOver } from "./relief.ts";
import { askedToReview, mayReview } from "./review-gate.ts";
import { isForeign, pullOf } from "./standing.ts";
import type { Leave, Turn } from "./turn.ts";
import type { Wish } from "./wish.ts";
import { denial } from "./wording.ts";

/** Key of the question who has a wish. */
export const petitionKey = ({ id }: Assignment, question: number): string =>
  `${id}/petition/${question}`;

/** Why a wish is not granted; null when it is. */
export function objection(
  assignment: Assignment,
  wish: Wish,
  { by, seen, leave }: Pick<Turn, "by" | "seen"> & { readonly leave: Leave },
): string | null {
  const { permission, isUnedited, held } = leave;
  const isOwn = wish.kind === "stop" && assignment.requester.id === by.id;
  if (!mayDispatch(permission) && !isOwn) return denial.permission(by.login, permission);
  if (wish.kind === "broadcast" && !mayMaintain(permission)) {
    return denial.maintainers(by.login, permission);
  }
  if (!isUnedited) return denial.edited;
  switch (wish.kind) {
    case "send":
    case "stop":
      return denied(assignment);
    case "merge":
      return isForeign(assignment) ? denial.notOurs : denied(assignment);
    case "abort":
      return assignment.phase.name === "tracking" ? null : denial.trackingOnly;
    case "answer":
      return isAsking(assignment) ? null : denial.nothingAsked;
    case "approve":
      return mayApprove(assignment, { seen, held });
    case "review":
      return mayReview(assignment);
    case "hold":
      return mayHold(assignment);
    case "unhold":
      return assignment.hold === null ? denial.notOnHold : null;
    case "block":
      return isForeign(assignment) ? denial.notOurs : mayBlock(assignment);
    case "unblock":
      return assignment.block === null ? denial.notBlocked : null;
    case "errand":
      return mayAskForErrand(assignment, wish.errand);
    case "handover":
      return mayHandOver(assignment);
    case "raise":
    case "broadcast":
      return null;
  }
}

/** The assignment with the wish fulfilled, as far as that is in our hands. */
export function granted(
  assignment: Assignment,
  wish: Wish,
  { by: { login: by }, at, comment, done }: Turn,
): Assignment {
  const key = keyOf({ comment, done });
  switch (wish.kind) {
    case "abort":
    case "broadcast":
      // Heard by others too, so it is taken where the whole board is.
      return assignment;
    case "send":
    case "answer":
      return sent(assignment, { key, by, at, text: wish.text });
    case "approve":
      return approved(assignment);
    case "raise":
      return raised(assignment, { key, by, ...wish }, at);
    case "stop":
      return end(assignment, { kind: "stopped", by, pull: pullOf(assignment) });
    case "hold":
      return heldBack(assignment, { by, reason: wish.reason });
    case "review":
      return askAbout(askedToReview(assignment), null);
    case "unhold":
      return letGo(assignment);
    case "block":
      return blocked(assignment, { by, reason: wish.reason });
    case "unblock":
      return unblocked(assignment);
    case "errand":
      return askAbout(
        { ...assignment, errandWish: { kind: wish.errand, by, isVain: false } },
        null,
      );
    case "merge":
      return askAbout({ ...unmarked(assignment), mergeWish: { by, via: "command" } }, null);
    case "handover": {
      const { note: text } = wish;
      const told = text === "" ? assignment : sent(assignment, { key, by, at, text });
      return handingOver(told, by);
    }
  }
}

/** A comment may hold several messages or raises, and each counts once. */
export const keyOf = ({ comment, done }: Pick<Turn, "comment" | "done">): string =>
  done === 0 ? comment : `${comment}/${done}`;

/** Does its Worker wait for an answer? */
export const isAsking = ({ phase }: Assignment): boolean =>
  phase.name === "parked" && phase.reason.kind === "question" && phase.asking === null;
