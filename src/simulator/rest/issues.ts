/** REST: issues themselves. */
import { closeIssue, editIssue, openIssue, reopenIssue } from "../acts/issues.ts";
import {
  clearableText,
  created,
  fieldsOf,
  numberOf,
  ok,
  optionalText,
  optionalTexts,
  textOf,
  valueOf,
} from "./call.ts";
import { findAccount, first, known } from "../world/find.ts";
import { fullIssueShape, issueShape } from "../shapes/issues.ts";
import { invalid, malformed, NotModelled } from "../refusal.ts";
import { issueAt, mayTriage, refuseStranger } from "./issue-at.ts";
import { ISSUE_FILTER, issuesAsked } from "./issue-filters.ts";
import { needs, repositoryRoute } from "./route.ts";
import { paged } from "./pages.ts";
import { closePull } from "../acts/pull-endings.ts";
import { reopenPull } from "../acts/pulls.ts";
import { setAssignees } from "../acts/assignees.ts";
import { setMilestone } from "../acts/milestones.ts";
import { setLabels } from "../acts/issue-labels.ts";
import type { Account } from "../world/accounts.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Issue, StateReason } from "../world/issues.ts";
import type { Route } from "./route.ts";

/** Pull requests are issues too, so either permission opens these routes. */
const READ = needs(["issues", "pull_requests"], "read", "read");
const OPEN = needs("issues", "write", "read");
const WRITE = needs(["issues", "pull_requests"], "write", "read");

const DRAFT = ["title", "body", "labels", "assignees", "milestone"];

/** The routes of this file. */
export const issueRoutes: readonly Route[] = [
  repositoryRoute(
    "GET /repos/{owner}/{repo}/issues",
    READ,
    (call) => paged(call, issuesAsked(call), (issue) => issueShape(call.sim, issue)),
    ISSUE_FILTER,
  ),
  repositoryRoute("POST /repos/{owner}/{repo}/issues", OPEN, create, DRAFT),
  repositoryRoute("GET /repos/{owner}/{repo}/issues/{issue_number}", READ, (call) =>
    ok(fullIssueShape(call.sim, issueAt(call))),
  ),
  repositoryRoute("PATCH /repos/{owner}/{repo}/issues/{issue_number}", WRITE, update, [
    ...DRAFT,
    "state",
    "state_reason",
  ]),
];

function create(call: RepositoryCall): Answer {
  const { sim, by, repository } = call;
  const title = textOf(call, "title");
  const body = optionalText(call, "body") ?? null;
  // GitHub silently leaves out what people without triage rights may not set.
  const extras = mayTriage(call)
    ? {
        labels: labelsAsked(call) ?? [],
        assignees: assigneesAsked(call) ?? [],
        milestoneId: milestoneAsked(call) ?? null,
      }
    : {};
  const issue = openIssue(sim, by, repository, { title, body, ...extras });
  return created(fullIssueShape(sim, issue));
}

async function update(call: RepositoryCall): Promise<Answer> {
  const { sim, by } = call;
  const issue = issueAt(call);
  refuseStranger(call, issue.authorId);
  const title = optionalText(call, "title");
  const body = clearableText(call, "body");
  const state = optionalText(call, "state");
  const labels = labelsAsked(call);
  const assignees = assigneesAsked(call);
  const milestoneId = milestoneAsked(call);
  if (state === undefined && optionalText(call, "state_reason") !== undefined)
    throw new NotModelled("a state_reason without a state");
  editIssue(sim, by, issue, {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
  });
  if (labels !== undefined && mayTriage(call)) setLabels(sim, by, issue, labels);
  if (assignees !== undefined && mayTriage(call)) setAssignees(sim, by, issue, assignees);
  if (milestoneId !== undefined && mayTriage(call)) setMilestone(sim, by, issue, milestoneId);
  if (state !== undefined) await setState(call, issue, state);
  return ok(fullIssueShape(sim, issue));
}

async function setState(call: RepositoryCall, issue: Issue, state: string): Promise<void> {
  const { sim, by } = call;
  const reason = optionalText(call, "state_reason");
  const pull = issue.pullId === null ? null : known(sim.world.pulls, issue.pullId);
  if (state === "open" && pull !== null) await reopenPull(sim, by, pull);
  else if (state === "open") reopenIssue(sim, by, issue);
  else if (state !== "closed")
    throw invalid({ resource: "Issue", field: "state", code: "invalid" });
  else if (pull !== null) closePull(sim, by, pull);
  else closeIssue(sim, by, issue, reasonOf(reason ?? "completed"));
}

function reasonOf(text: string): StateReason {
  if (text === "completed" || text === "not_planned" || text === "duplicate") return text;
  throw invalid({ resource: "Issue", field: "state_reason", code: "invalid" });
}

/** GitHub takes label names, or objects with a name. */
function labelsAsked(call: RepositoryCall): string[] | undefined {
  const labels = valueOf(call, "labels");
  if (!Array.isArray(labels)) return optionalTexts(call, "labels");
  return labels.map((label: unknown) => {
    if (typeof label === "string") return label;
    const { name } = fieldsOf(label, "labels/items", ["name"]);
    if (typeof name !== "string") throw malformed("For 'properties/labels', a label has no name.");
    return name;
  });
}

function assigneesAsked(call: RepositoryCall): Account[] | undefined {
  return optionalTexts(call, "assignees")?.map((login) => {
    const account = findAccount(call.sim.world, login);
    if (account !== null) return account;
    throw invalid({ resource: "Issue", field: "assignees", code: "invalid", value: login });
  });
}

function milestoneAsked(call: RepositoryCall): number | null | undefined {
  const milestone = valueOf(call, "milestone");
  if (milestone === undefined || milestone === null) return milestone;
  const number = numberOf(call, "milestone");
  const found = first(
    call.sim.world.milestones,
    (row) => row.repositoryId === call.repository.id && row.number === number,
  );
  if (found !== null) return found.id;
  throw invalid({ resource: "Issue", field: "milestone", code: "invalid", value: number });
}
