/** What a Worker's review has to say before a pull request is merged, and when one is due. */
import type { Assignment, Pull } from "./assignment.ts";
import { issueFor } from "./artifact.ts";
import type { Artifact, Reviews } from "./artifact.ts";
import type { PullState } from "./pull-state.ts";
import { criteria } from "./review-report.ts";
import type { ReviewFinding } from "./review-report.ts";
import { isForeign } from "./standing.ts";
import type { Critique, ReviewTask } from "./task.ts";
import { reviewWants } from "./artifact-text.ts";
import { denial } from "./wording.ts";

/** Is nothing to be merged without a Worker's review? */
export const isReviewed = ({ policy, reviews }: Assignment): boolean =>
  policy.review.isAutomatic || reviews.asked !== "no";

/** Key by which a head is reviewed once. */
const keyOf = ({ head }: Pull): string => `review/${head}`;

/** The review that is due of the head; null when none is. Red or conflicting work will have another head soon. */
export function reviewFor(assignment: Assignment, pull: Pull, state: PullState): ReviewTask | null {
  if (!isReviewed(assignment) || state.mergeable === "conflicting") return null;
  const { reviews, errands } = assignment;
  const isReady = state.checks === "passing" || state.checks === "none";
  const isDue = isReady && !errands.includes(keyOf(pull));
  return isDue || reviews.asked === "now" ? { kind: "review", pull, base: state.base } : null;
}

/** Why it cannot be reviewed; null when it can. */
export function mayReview(assignment: Assignment): string | null {
  if (isForeign(assignment)) return denial.oneAtATime;
  return assignment.phase.name === "reviewing" ? null : denial.notInReview;
}

/** Somebody wants a review, even of a head that has one. */
export const askedToReview = (assignment: Assignment): Assignment => ({
  ...assignment,
  reviews: { ...assignment.reviews, asked: "now" },
});

/** What keeps the pull request from being merged as far as its review goes; null when nothing does. */
export function reviewGate(assignment: Assignment, pull: Pull): Gate | null {
  if (!isReviewed(assignment)) return null;
  const { reviews, errands } = assignment;
  const { artifact } = reviews;
  if (artifact === null || artifact.head !== pull.head) {
    if (errands.includes(keyOf(pull))) return action(reviewWants.another);
    return waiting(artifact === null ? reviewWants.first : reviewWants.fresh);
  }
  const missing = criteria.filter((criterion) => !artifact.judged.includes(criterion));
  if (missing.length > 0) return action(reviewWants.criteria(missing));
  if (artifact.isBlocked) return action(reviewWants.dependencies);
  const open = artifact.findings.filter(({ state }) => state === "unaddressed");
  if (open.length > 0) return action(reviewWants.addressed(open.length));
  return untracked(reviews, artifact) ?? undeclared(reviews, artifact);
}

/** `isWaiting`: it comes by itself, and nobody has to do anything. */
export type Gate = { readonly why: string; readonly isWaiting: boolean };

const waiting = (why: string): Gate => ({ why, isWaiting: true });
const action = (why: string): Gate => ({ why, isWaiting: false });

function untracked(reviews: Reviews, { findings }: Artifact): Gate | null {
  const states = findings
    .filter(({ state }) => state === "deferred")
    .map(({ id }) => ({ id, issue: issueFor(reviews, id)?.state ?? "owed" }));
  const failed = states.find(({ issue }) => issue === "failed");
  if (failed !== undefined) return action(reviewWants.issue(failed.id));
  return states.some(({ issue }) => issue === "owed") ? waiting(reviewWants.issues) : null;
}

const undeclared = ({ sensitive }: Reviews, { isSensitive }: Artifact): Gate | null =>
  isSensitive || sensitive[0] === undefined ? null : action(reviewWants.declared(sensitive[0]));

/** What a review of this head leaves to be done, as a reviewer's wishes; the head is part of each, so that the next head is told anew. */
export function wishesOf({ reviews: { artifact } }: Assignment, pull: Pull): readonly Critique[] {
  if (artifact === null || artifact.head !== pull.head) return [];
  return artifact.findings
    .filter(({ state }) => state === "unaddressed")
    .map((finding) => ({
      id: `${finding.id}@${pull.head}`,
      by: "the review worker",
      place: finding.place === "" ? null : finding.place,
      thread: null,
      text: wishText(finding),
    }));
}

const wishText = ({ id, severity, criterion, text, why }: ReviewFinding): string =>
  [`${id} (${severity}, ${criterion}): ${text}`, ...(why === "" ? [] : [why])].join("\n");
