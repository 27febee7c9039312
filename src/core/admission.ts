/** Who gets in: what GitHub's answer about an issue, its requester and its blockers leads to. */
import type { Asking } from "./asking.ts";
import type { Assignment, Phase } from "./assignment.ts";
import { asked } from "./aside.ts";
import { claimOn, doubtsAbout } from "./approval.ts";
import { claimSeen } from "./card.ts";
import { parked } from "./ladder.ts";
import { end } from "./ending.ts";
import type { Event } from "./event.ts";
import { gathered, integrating } from "./integration.ts";
import type { Inspection, Issue } from "./issue.ts";
import { objection } from "./objection.ts";
import type { Policy } from "./policy.ts";
import { named } from "./prerequisites.ts";
import { ask, inspecting, isAsked } from "./questions.ts";
import { nothingReported } from "./report.ts";
import { reverting } from "./revert.ts";
import { lookedFor } from "./foreign.ts";
import { isAside, isForeign, isGathering, pullOf } from "./standing.ts";
import { pullOfTask } from "./task.ts";
import type { Waiting } from "./waiting.ts";

type Inspected = Extract<Event, { type: "issue.inspected" }>;
type Found = Extract<Inspection, { found: true }>;
/** GitHub's answer with all that it is judged by. */
type Answer = { readonly found: Found; readonly at: Inspected["at"]; readonly policy: Policy };
type In<Name extends Phase["name"]> = Extract<Phase, { name: Name }>;

/** GitHub answered: wait for a slot, wait for blockers, go on, or end. */
export function inspected(assignment: Assignment, event: Inspected, policy: Policy): Assignment {
  const { phase } = assignment;
  const { inspection } = event;
  if (!isAsked(assignment) || event.question !== assignment.questions) return assignment;
  if (!inspection.found) return end(assignment, { kind: "gone", why: inspection.why });
  const answer = { found: inspection, at: event.at, policy };
  switch (phase.name) {
    case "queued":
      return inspectedQueued(assignment, phase.waiting, answer);
    case "working":
      return inspectedWorking(assignment, phase, inspection);
    case "tracking":
      return inspectedTracking(assignment, phase, inspection);
    case "parked":
      return phase.asking === null
        ? assignment
        : inspectedParked(assignment, phase, phase.asking, answer);
    case "preparing":
    case "publishing":
    case "reviewing":
    case "merging":
    case "cleaning":
    case "done":
    case "withdrawn":
      return assignment;
  }
}

/** GitHub did not answer. Who was promised something is told; who was not may ask again. */
export function notInspected(assignment: Assignment, why: string): Assignment {
  const { phase } = assignment;
  if (phase.name === "working") {
    return { ...assignment, phase: { ...phase, isDoubted: false } };
  }
  if (phase.name === "tracking") return { ...assignment, phase: { ...phase, isAsked: false } };
  if (phase.name === "parked" && phase.asking !== null) {
    return turnedDown(assignment, phase, phase.asking, why);
  }
  return assignment.issue === null
    ? end(assignment, { kind: "dropped", why })
    : parked(assignment, { kind: "fault", during: "issue.inspect", why });
}

function inspectedQueued(
  assignment: Assignment,
  waiting: Waiting,
  { found, at, policy }: Answer,
): Assignment {
  if (waiting.for !== "inspection") return assignment;
  if (waiting.hasNews) return ask(assignment, waiting.hasSlot);
  const claimed = claimSeen(assignment, found.issue);
  if (claimed !== null) return claimed;
  const ending = objection(assignment, found, policy);
  const issue = approved(assignment, found.issue);
  const known = { ...assignment, issue, policy: found.policy };
  if (isForeign(known)) {
    if (ending !== null) return end(known, ending);
    // Nobody looks at what is asked for before its text may be given to an agent.
    const looked = doubtsAbout(known, issue) === null ? lookedFor(known, found) : null;
    return looked ?? admitted(known, found.issue, at);
  }
  const { via } = known.request;
  if (ending === null) {
    if (via === "integration" && isGathering(known) && !found.requestHolds) {
      return end(known, { kind: "stopped", by: "somebody", pull: null });
    }
    if (via === "revert") return reverting(known);
    if (isAside(known)) return asked(known);
    return via === "tracking"
      ? { ...known, phase: { name: "tracking", ...nothingReported(at) } }
      : admitted(via === "integration" ? integrating(known, issue) : known, found.issue, at);
  }
  const pull = pullOf(assignment);
  if (pull === null) return end(known, ending);
  // Nobody is called to the pull request; what is to become of that is for people, and may be told by it.
  return inspecting(known, pull, found.isOpen ? null : { of: "issue", by: "somebody" });
}

/** The label is off and the card moved by then; what counts is that nobody closed the issue or put it back. */
function inspectedWorking(assignment: Assignment, phase: In<"working">, found: Found): Assignment {
  const by = "somebody";
  const pull = pullOf(assignment);
  if (!found.isOpen) return end(assignment, { kind: "issue-closed", by, pull });
  return found.issue.card?.status?.toLowerCase() === "backlog"
    ? end(assignment, { kind: "stopped", by, pull })
    : { ...assignment, phase: { ...phase, isDoubted: false } };
}

/** Its text may say another scope now. */
const inspectedTracking = (
  assignment: Assignment,
  phase: In<"tracking">,
  { issue }: Found,
): Assignment => ({ ...assignment, issue, phase: { ...phase, isAsked: false } });

/** A parked assignment goes on only when the one who asked may have that; else it stays as it is. */
function inspectedParked(
  assignment: Assignment,
  phase: In<"parked">,
  asking: Asking,
  { found, at, policy }: Answer,
): Assignment {
  const asked: Assignment = {
    ...assignment,
    requester: asking.by,
    request: asking.request,
    requestedAt: asking.at,
    agent: asking.terms.agent ?? assignment.agent,
    model: asking.terms.model ?? assignment.model,
    prerequisites: named(assignment.prerequisites, asking.terms.dependsOn),
    seen: asking.seen,
    issue: null,
    // A pull request that is open is gone on with.
    task: pullOfTask(assignment.task) !== null ? assignment.task : { kind: "implement" },
    attemptsBefore: assignment.attempts.length,
    // Whoever wants it to go on wants no block.
    block: null,
  };
  const ending = objection(asked, found, policy);
  if (ending === null) {
    return admitted({ ...asked, issue: found.issue, policy: found.policy }, found.issue, at);
  }
  return turnedDown(cardSeen(assignment, found.issue), phase, asking, ending.why);
}

function turnedDown(
  assignment: Assignment,
  phase: In<"parked">,
  asking: Asking,
  why: string,
): Assignment {
  return { ...assignment, phase: { ...phase, asking: null, refusal: { asking, why } } };
}

/** Whoever asked by card has moved it, so it has to be moved back; and a label has another id each time. */
function cardSeen(assignment: Assignment, now: Issue): Assignment {
  const { issue, shown } = assignment;
  const isReady = now.card?.status?.toLowerCase() === "ready";
  const sent =
    isReady && shown.state === "confirmed" ? { ...shown.sent, card: "Ready" as const } : shown.sent;
  return {
    ...assignment,
    issue: issue === null ? null : { ...issue, triggerLabelId: now.triggerLabelId },
    shown: { ...shown, sent },
  };
}

/** What was approved is the text as it stood then; everything else is as GitHub says it is now. */
function approved(assignment: Assignment, now: Issue): Issue {
  const { issue } = assignment;
  if (issue === null || doubtsAbout(assignment, issue) !== null) return now;
  const { title, body, hidden, hash } = issue;
  return { ...now, title, body, hidden, hash };
}

function admitted(assignment: Assignment, now: Issue, at: Inspected["at"]): Assignment {
  if (isGathering(assignment)) return gathered(assignment, now);
  const waiting: Waiting =
    doubtsAbout(assignment, assignment.issue ?? now) ??
    claimOn(assignment, now) ??
    waitingOf(withoutParts(assignment, now), at);
  return { ...assignment, phase: { name: "queued", waiting } };
}

/** Those of an integration plan have had their turn before its pull request was opened. */
function withoutParts({ integration }: Assignment, now: Issue): Issue {
  const isPart = (id: Issue["id"]): boolean => now.subIssues.some((one) => one.id === id);
  return integration === null
    ? now
    : { ...now, blockers: now.blockers.filter(({ id }) => !isPart(id)) };
}

const waitingOf = ({ blockers }: Issue, at: Inspected["at"]): Waiting =>
  blockers.length > 0
    ? { for: "blockers", references: blockers.map(({ reference }) => reference), circle: null }
    : { for: "slot", inspectedAt: at };
