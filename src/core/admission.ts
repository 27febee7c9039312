/** Who gets in: what GitHub's answer about an issue, its requester and its blockers leads to. */
import type { Assignment, Waiting } from "./assignment.ts";
import { end } from "./ending.ts";
import type { Event } from "./event.ts";
import type { Inspection, Issue } from "./issue.ts";
import { mayDispatch } from "./issue.ts";
import type { Policy } from "./policy.ts";
import { refusal } from "./wording.ts";

type Inspected = Extract<Event, { type: "issue.inspected" }>;
type Found = Extract<Inspection, { found: true }>;

/** GitHub answered: wait for a slot, wait for blockers, or end. */
export function inspected(assignment: Assignment, event: Inspected, policy: Policy): Assignment {
  const { phase } = assignment;
  const { inspection } = event;
  if (phase.name === "parked") return inspectedParked(assignment, phase, event, policy);
  if (phase.name !== "queued" || phase.waiting.for !== "inspection") return assignment;
  if (!inspection.found) return end(assignment, { kind: "gone", why: inspection.why });
  if (!inspection.isOpen) {
    return end(assignment, { kind: "refused", why: refusal.issueClosed });
  }
  const why = objection(assignment, inspection, policy);
  const known = { ...assignment, issue: approved(assignment, inspection.issue) };
  if (why !== null) return end(known, { kind: "refused", why });
  return admitted({ ...known, policy: inspection.policy }, inspection.issue, event.at);
}

/** A parked assignment goes on only when the one who asked may have that; else it stays as it is. */
function inspectedParked(
  assignment: Assignment,
  phase: Extract<Assignment["phase"], { name: "parked" }>,
  event: Inspected,
  policy: Policy,
): Assignment {
  const { asking } = phase;
  const { inspection } = event;
  if (asking === null) return assignment;
  if (!inspection.found) return end(assignment, { kind: "gone", why: inspection.why });
  const asked: Assignment = {
    ...assignment,
    requester: asking.by,
    request: asking.request,
    requestedAt: asking.at,
    agent: asking.agent ?? assignment.agent,
    issue: null,
    attemptsBefore: assignment.attempts.length,
  };
  const why = inspection.isOpen ? objection(asked, inspection, policy) : refusal.issueClosed;
  if (why !== null) return { ...assignment, phase: { ...phase, asking: null, refusal: why } };
  return admitted(
    { ...asked, issue: inspection.issue, policy: inspection.policy },
    inspection.issue,
    event.at,
  );
}

/** Why this may not be worked on; null when it may. */
function objection(assignment: Assignment, found: Found, policy: Policy): string | null {
  const { login } = assignment.requester;
  if (!mayDispatch(found.permission)) return refusal.permission(login, found.permission);
  if (found.policy.faults.length > 0) return refusal.repositoryFile(found.policy.faults);
  if (!found.policy.isEnabled) return refusal.disabled;
  if (mustHold(assignment) && !found.requestHolds) return refusal.requestGone;
  const agent = assignment.agent ?? found.policy.agent ?? policy.agent;
  return policy.agents.includes(agent) ? null : refusal.agent(agent, policy.agents);
}

/** Label and comment prove the request once, then the label is taken off; a card must stay in Ready until work begins. */
const mustHold = (assignment: Assignment): boolean =>
  assignment.issue === null ||
  (assignment.request.via === "card" && assignment.attempts.length === assignment.attemptsBefore);

/** What was approved is the text as it stood then; everything else is as GitHub says it is now. */
const approved = (assignment: Assignment, now: Issue): Issue =>
  assignment.issue === null
    ? now
    : { ...now, title: assignment.issue.title, body: assignment.issue.body };

function admitted(assignment: Assignment, now: Issue, at: Inspected["at"]): Assignment {
  const waiting: Waiting =
    now.blockers.length > 0
      ? {
          for: "blockers",
          references: now.blockers.map((blocker) => blocker.reference),
          ids: now.blockers.map((blocker) => blocker.id),
        }
      : { for: "slot", inspectedAt: at };
  return { ...assignment, phase: { name: "queued", waiting } };
}
