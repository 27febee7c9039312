/** Where the base branch has GitHub's own merge queue, what may be merged is put into it, once for each head, and taken out when something speaks against the merge. */
import type { Assignment, Pull } from "./assignment.ts";
import type { Attempt } from "./attempt.ts";
import { begun } from "./auto-merge.ts";
import type { Event } from "./event.ts";
import type { PullState, Removal } from "./pull-state.ts";
import { inspecting } from "./questions.ts";
import { removalText } from "./queue-text.ts";
import type { Verdict } from "./verdict.ts";

type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

/** Why this head is no longer in the queue that we put it into; null while it is, and where we did not. */
export function removalOf(
  { errands }: Assignment,
  { head }: Pull,
  { queue }: PullState,
): Removal | null {
  const mark = errands.find((key) => key.startsWith(keyOf(head)));
  if (mark === undefined || queue.kind !== "out" || queue.removal === null) return null;
  const { removal } = queue;
  // A merge takes it out too, and GitHub's next word is that it is merged.
  return mark === keyOf(head) + removal.id || removal.reason === "merged" ? null : removal;
}

/** What the queue has thrown out counts as failed at this head. What a person has taken out does not. */
export const asFailed = (state: PullState, removal: Removal | null): PullState =>
  removal === null || isByPerson(removal)
    ? state
    : {
        ...state,
        checks: "failing",
        failures: [
          { name: "merge queue", text: removalText(removal.reason) },
          ...removal.failures,
          ...state.failures,
        ],
      };

const isByPerson = ({ reason, by }: Removal): boolean => reason === "manual" && by !== null;

/** What keeps it from being merged, where all else that does is that it left the queue. */
export function withRemoval(hindrance: Verdict | null, removal: Removal | null): Verdict | null {
  if (removal === null) return hindrance;
  const isAlone =
    hindrance === null || (hindrance.kind === "checks" && hindrance.checks === "failing");
  if (!isAlone) return hindrance;
  const by = isByPerson(removal) ? removal.by : null;
  return { kind: "thrown-out", why: removalText(removal.reason), by };
}

/** Is it in the queue because of us? */
export const isEnqueued = ({ queue }: PullState): boolean => queue.kind === "in" && queue.isOurs;

/** It leaves the queue, and is then looked at again. */
export const dequeued = (assignment: Assignment, pull: Pull, state: PullState): Assignment =>
  begun(assignment, pull, state.baseBranch, "dequeue");

/** What follows for the queue; null where there is none, or nothing follows. */
export function enqueued(
  assignment: Assignment,
  pull: Pull,
  state: PullState,
  hindrance: Verdict | null,
): Assignment | null {
  const { queue, autoMerge, baseBranch: base } = state;
  switch (queue.kind) {
    case "none":
      return null;
    case "in": {
      if (hindrance !== null && !isPatient(hindrance)) {
        return queue.isOurs ? dequeued(assignment, pull, state) : null;
      }
      const known = queue.isOurs ? marked(assignment, pull, queue.removal) : assignment;
      return inQueue(known, pull, { state: queue.state, base });
    }
    case "out":
      if (hindrance !== null) return null;
      // It was put in, and what GitHub tells does not show it yet.
      if (isMarked(assignment, pull)) return inQueue(assignment, pull, { state: "queued", base });
      // What the branch still requires is left to GitHub, which then puts it in by itself.
      return autoMerge === "none"
        ? begun(marked(assignment, pull, queue.removal), pull, base, "enqueue")
        : null;
  }
}

/** The queue waits for such checks itself. */
const isPatient = (hindrance: Verdict): boolean =>
  hindrance.kind === "checks" && (hindrance.checks === "pending" || hindrance.checks === "none");

const inQueue = (
  assignment: Assignment,
  pull: Pull,
  place: Omit<Extract<Verdict, { kind: "in-queue" }>, "kind">,
): Assignment => ({
  ...assignment,
  lane: null,
  phase: { name: "reviewing", pull, verdict: { kind: "in-queue", ...place } },
});

/** GitHub has put it in, or taken it out. */
export function enqueueAccepted(
  assignment: Assignment,
  event: Of<"pull.enqueueAccepted">,
): Assignment {
  const { phase } = assignment;
  if (phase.name !== "merging" || phase.question !== event.question) return assignment;
  const { pull, way, base, closing, hasNews } = phase;
  if (way !== "enqueue") return inspecting(unmarked(assignment), pull, closing);
  return closing === null && !hasNews
    ? inQueue(assignment, pull, { state: "queued", base })
    : inspecting(assignment, pull, closing);
}

/** A pull request that was put in may be put in once more: we took it out ourselves, GitHub did not take it, or somebody asks for that. */
export const unmarked = (assignment: Assignment): Assignment => ({
  ...assignment,
  errands: assignment.errands.filter((key) => !key.startsWith(prefix)),
});

/** Why the queue threw out what the attempt mends; null for an attempt of another kind. */
export function thrownOutBefore({ errands }: Assignment, { task }: Attempt): string | null {
  if (task.kind !== "fix") return null;
  const wasIn = errands.some((key) => key.startsWith(keyOf(task.pull.head)));
  // Of such a head the first failure is what we said of its removal ourselves.
  return wasIn ? (task.failures[0]?.text ?? null) : null;
}

const prefix = "enqueued/";

const keyOf = (head: string): string => `${prefix}${head}/`;

/** Was this head put in? */
export const isMarked = ({ errands }: Assignment, { head }: Pull): boolean =>
  errands.some((key) => key.startsWith(keyOf(head)));

/** With how it had left the queue before, so that a later removal is known as such. */
function marked(assignment: Assignment, pull: Pull, before: Removal | null): Assignment {
  if (isMarked(assignment, pull)) return assignment;
  const key = keyOf(pull.head) + (before?.id ?? "");
  return { ...assignment, errands: [...assignment.errands, key] };
}
