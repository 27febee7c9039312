/** What needs the consent of somebody with write access: a text that hides something, and work that the gates hold back. */
import type { Assignment, Phase, Waiting } from "./assignment.ts";
import { pushing } from "./attempts.ts";
import type { Issue } from "./issue.ts";
import { ask } from "./questions.ts";
import { denial, doubt } from "./wording.ts";

type Approval = Extract<Waiting, { for: "approval" }>;
type Parked = Extract<Phase, { name: "parked" }>;

/** What speaks against giving this text to an agent; null when nothing does, or somebody has approved exactly this text. */
export function doubtsAbout(
  { seen, approvals }: Pick<Assignment, "seen" | "approvals">,
  { hash, hidden }: Pick<Issue, "hash" | "hidden">,
): Approval | null {
  if (approvals.includes(hash)) return null;
  const doubts = [...(seen === null || seen === hash ? [] : [doubt.changed]), ...hidden];
  return doubts.length === 0 ? null : { for: "approval", doubts };
}

/** Why nothing can be approved; null when something can. */
export function mayApprove({ phase }: Assignment): string | null {
  if (phase.name === "queued" && phase.waiting.for === "approval") return null;
  if (phase.name !== "parked" || phase.reason.kind !== "held") return denial.nothingToApprove;
  return phase.reason.findings.some(({ isFinal }) => isFinal) ? denial.finalFinding : null;
}

/** Somebody who may approve did so: of the text that we have, or of the work that is held. */
export function approved(assignment: Assignment): Assignment {
  const { phase, issue } = assignment;
  if (mayApprove(assignment) !== null || issue === null) return assignment;
  if (phase.name === "parked") return published(assignment, phase);
  return ask({ ...assignment, approvals: [...assignment.approvals, issue.hash] }, false);
}

/** On from where the gates had stopped it. */
function published(assignment: Assignment, { reason }: Parked): Assignment {
  const last = assignment.attempts.at(-1);
  if (reason.kind !== "held" || last === undefined || last.recall === null) return assignment;
  const { number, worker, agent, model, startedAt, recall } = last;
  const run = { number: recall.number, session: recall.session, told: [], pull: null };
  return {
    ...assignment,
    attempts: assignment.attempts.slice(0, -1),
    phase: {
      name: "publishing",
      attempt: { number, worker, agent, model, startedAt },
      base: recall.base,
      run,
      step: pushing(reason.work),
    },
  };
}
