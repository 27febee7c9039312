/** What needs the consent of somebody with write access: a text that hides something, and work that the gates hold back. */
import type { Assignment } from "./assignment.ts";
import { pushing } from "./attempts.ts";
import type { Board } from "./board.ts";
import { freeSlots } from "./board.ts";
import type { Sha } from "./ids.ts";
import type { Claim, Issue } from "./issue.ts";
import type { Policy } from "./policy.ts";
import { ask } from "./questions.ts";
import { pullOf, reopened } from "./standing.ts";
import type { Leave, Turn } from "./turn.ts";
import type { Waiting } from "./waiting.ts";
import { denial, doubt } from "./wording.ts";

type Approval = Extract<Waiting, { for: "approval" }>;
type Claimed = Extract<Waiting, { for: "claim" }>;

/** What speaks against giving this text to an agent; null when nothing does, or somebody has approved exactly this text. */
export function doubtsAbout(
  { seen, approvals }: Pick<Assignment, "seen" | "approvals">,
  { hash, hidden }: Pick<Issue, "hash" | "hidden">,
): Approval | null {
  if (approvals.includes(hash)) return null;
  const doubts = [...(seen === null || seen === hash ? [] : [doubt.changed]), ...hidden];
  return doubts.length === 0 ? null : { for: "approval", doubts };
}

/** Whose Worker it would be worked on beside; null when there is none, or somebody with write access has said that it may. */
export function claimOn(
  { approvals }: Pick<Assignment, "approvals">,
  { claim }: Pick<Issue, "claim">,
): Claimed | null {
  return claim === null || approvals.includes(leaveFor(claim)) ? null : { for: "claim", claim };
}

/** No hash of a text looks like it. */
const leaveFor = ({ worker, by, at }: Claim): string => `beside ${worker} of ${by} since ${at}`;

/** Head of the finished work that waits for somebody's consent; null when none does. */
export const heldHead = ({ phase }: Assignment): Sha | null =>
  phase.name === "parked" && phase.reason.kind === "held" ? phase.reason.work.head : null;

/** Why it cannot be approved; null when it can. Whoever approves a text or work must have seen the one that we have. */
export function mayApprove(
  assignment: Assignment,
  { seen, held }: Pick<Turn, "seen"> & Pick<Leave, "held">,
): string | null {
  const { phase, issue } = assignment;
  // Also while GitHub is being asked once more, which people do not see.
  if (phase.name === "queued" && issue !== null && doubtsAbout(assignment, issue) !== null) {
    return seen === null || seen === issue.hash ? null : denial.changed;
  }
  if (phase.name === "queued" && issue !== null && claimOn(assignment, issue) !== null) return null;
  if (phase.name !== "parked" || phase.reason.kind !== "held") return denial.nothingToApprove;
  const { findings, isApproved } = phase.reason;
  if (isApproved) return denial.nothingToApprove;
  if (held !== phase.reason.work.head) return denial.otherWork;
  return findings.some(({ isFinal }) => isFinal) ? denial.finalFinding : null;
}

/** Somebody who may approve did so: of the text that we have, or of the work that is held. */
export function approved(assignment: Assignment): Assignment {
  const { phase, issue } = assignment;
  if (issue === null) return assignment;
  if (phase.name === "parked" && phase.reason.kind === "held") {
    return { ...assignment, phase: { ...phase, reason: { ...phase.reason, isApproved: true } } };
  }
  // Of two things that need consent only the first is shown, and only that is meant.
  const claim = doubtsAbout(assignment, issue) === null ? claimOn(assignment, issue) : null;
  const leave = claim === null ? issue.hash : leaveFor(claim.claim);
  const next = { ...assignment, approvals: [...assignment.approvals, leave] };
  const isHeld =
    phase.name === "queued" && (phase.waiting.for === "approval" || phase.waiting.for === "claim");
  return isHeld ? ask(next, false) : next;
}

/** On from where the gates had stopped it, as soon as a slot is free. */
export function freed(board: Board, assignment: Assignment, policy: Policy): Assignment {
  const { phase, issue } = assignment;
  const last = assignment.attempts.at(-1);
  if (phase.name !== "parked" || phase.reason.kind !== "held" || issue === null) return assignment;
  if (!phase.reason.isApproved || phase.asking !== null) return assignment;
  if (assignment.block !== null) return assignment;
  if (last === undefined || last.recall === null) return assignment;
  if (freeSlots(board, issue.repository.id, policy) <= 0) return assignment;
  const { base, number, session } = last.recall;
  return {
    ...assignment,
    attempts: assignment.attempts.slice(0, -1),
    phase: {
      name: "publishing",
      attempt: reopened(last),
      base,
      run: { number, session, told: [], pull: pullOf(assignment), left: null },
      step: pushing(phase.reason.work),
    },
  };
}
