/** Why an issue may not be worked on for the one who asks. */
import { asideObjection } from "./aside.ts";
import type { Assignment, Ending } from "./assignment.ts";
import { choiceOf } from "./choice.ts";
import type { Inspection } from "./issue.ts";
import { mayDispatch } from "./issue.ts";
import type { Policy } from "./policy.ts";
import { isAside } from "./standing.ts";
import { refusal } from "./wording.ts";

type Found = Extract<Inspection, { found: true }>;

/** What a request ends with; null when nothing speaks against it. */
export function objection(
  assignment: Assignment,
  found: Found,
  policy: Policy,
): Extract<Ending, { kind: "refused" | "dropped" | "denied" }> | null {
  if (mustHold(assignment) && !found.requestHolds) {
    return { kind: "dropped", why: refusal.requestGone };
  }
  if (isAside(assignment)) return asideObjection(assignment, found);
  // A file with faults switches everything off too, but then the faults are what people must hear of.
  if (!found.policy.isEnabled && found.policy.faults.length === 0) {
    // On a board that several repositories share, the cards of one that wants nothing from us are left alone.
    const kind = assignment.request.via === "card" ? "dropped" : "refused";
    return { kind, why: refusal.disabled };
  }
  const why = refusalOf(assignment, found, policy);
  return why === null ? null : { kind: "refused", why };
}

/** Label and comment prove the request once, then the label is taken off; a card must stay in Ready until work begins, or where we put it when work stopped. */
const mustHold = ({ issue, request, attempts, attemptsBefore, shown }: Assignment): boolean =>
  issue === null ||
  (request.via === "card" && attempts.length === attemptsBefore && shown.sent.card !== "Blocked");

function refusalOf(assignment: Assignment, found: Found, policy: Policy): string | null {
  const { login } = assignment.requester;
  const { via } = assignment.request;
  if (!found.isOpen && via === "pull") return refusal.pullClosed;
  if (!found.isOpen && via !== "revert") return refusal.issueClosed;
  if (!mayDispatch(found.permission)) return refusal.permission(login, found.permission);
  if (found.policy.faults.length > 0) return refusal.repositoryFile(found.policy.faults);
  // Nothing of it is given to an agent.
  if (via === "tracking" || via === "revert") return null;
  const writtenByStranger = !mayDispatch(found.authorPermission ?? "admin");
  if (policy.sandbox === "none" && writtenByStranger) return refusal.stranger;
  return refusedAgent(choiceOf(assignment, found.issue, found.policy, policy), policy);
}

function refusedAgent(choice: ReturnType<typeof choiceOf>, policy: Policy): string | null {
  if ("torn" in choice) return refusal.torn(choice.torn);
  const { agent, model } = choice;
  if (model !== null && !isModelName(model)) return refusal.model(model);
  if (policy.agents.includes(agent)) return null;
  const why = policy.unavailable[agent];
  return why === undefined ? refusal.agent(agent, policy.agents) : refusal.unavailable(agent, why);
}

/** It stands among an agent's arguments, so it must not look like one of its options or like a file. */
const isModelName = (name: string): boolean =>
  /^[A-Za-z0-9][\w.:@[\]-]{0,99}(?:\/[\w.:@-]{1,99})?$/.test(name);
