/** REST: the labels of a repository, the labels and people on an issue, and milestones. */
import { addAssignees, removeAssignees } from "../acts/assignees.ts";
import { addLabels, removeLabel, setLabels } from "../acts/issue-labels.ts";
import {
  choiceOf,
  clearableText,
  created,
  noContent,
  ok,
  optionalText,
  optionalTexts,
  param,
  textOf,
} from "./call.ts";
import { createLabel, deleteLabel, editLabel } from "../acts/labels.ts";
import { findAccount, findLabel, known, where } from "../world/find.ts";
import { fullIssueShape, labelShape, milestoneShape } from "../shapes/issues.ts";
import { issueAt } from "./issue-at.ts";
import { malformed, notFound } from "../refusal.ts";
import { needs, repositoryRoute } from "./route.ts";
import { paged } from "./pages.ts";
import type { Account } from "../world/accounts.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Issue, Label } from "../world/issues.ts";
import type { Route } from "./route.ts";

const READ = needs(["issues", "pull_requests"], "read", "read");
const TRIAGE = needs(["issues", "pull_requests"], "write", "triage");
const WRITE = needs(["issues", "pull_requests"], "write", "write");

/** The routes of this file. */
export const labelRoutes: readonly Route[] = [
  repositoryRoute("GET /repos/{owner}/{repo}/labels", READ, (call) =>
    paged(
      call,
      where(call.sim.world.labels, (row) => row.repositoryId === call.repository.id),
      (label) => labelShape(call.sim, label),
    ),
  ),
  repositoryRoute(
    "POST /repos/{owner}/{repo}/labels",
    WRITE,
    (call) => {
      const label = createLabel(call.sim, call.by, call.repository, {
        name: textOf(call, "name"),
        color: optionalText(call, "color") ?? "ededed",
        description: optionalText(call, "description") ?? null,
      });
      return created(labelShape(call.sim, label));
    },
    ["name", "color", "description"],
  ),
  repositoryRoute("GET /repos/{owner}/{repo}/labels/{name}", READ, (call) =>
    ok(labelShape(call.sim, labelAt(call))),
  ),
  repositoryRoute("PATCH /repos/{owner}/{repo}/labels/{name}", WRITE, update, [
    "new_name",
    "color",
    "description",
  ]),
  repositoryRoute("DELETE /repos/{owner}/{repo}/labels/{name}", WRITE, (call) => {
    deleteLabel(call.sim, call.by, labelAt(call));
    return noContent();
  }),
  repositoryRoute("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", READ, (call) =>
    paged(call, labelsOf(call, issueAt(call)), (label) => labelShape(call.sim, label)),
  ),
  repositoryRoute(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
    TRIAGE,
    (call) => shown(call, addLabels(call.sim, call.by, issueAt(call), labelsAsked(call))),
    ["labels"],
  ),
  repositoryRoute(
    "PUT /repos/{owner}/{repo}/issues/{issue_number}/labels",
    TRIAGE,
    (call) => shown(call, setLabels(call.sim, call.by, issueAt(call), labelsAsked(call))),
    ["labels"],
  ),
  repositoryRoute("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels", TRIAGE, (call) => {
    setLabels(call.sim, call.by, issueAt(call), []);
    return noContent();
  }),
  repositoryRoute(
    "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
    TRIAGE,
    (call) => shown(call, removeLabel(call.sim, call.by, issueAt(call), param(call, "name"))),
  ),
  repositoryRoute(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees",
    TRIAGE,
    (call) => {
      const issue = addAssignees(call.sim, call.by, issueAt(call), peopleAsked(call));
      return created(fullIssueShape(call.sim, issue));
    },
    ["assignees"],
  ),
  repositoryRoute(
    "DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees",
    TRIAGE,
    (call) => {
      const issue = removeAssignees(call.sim, call.by, issueAt(call), peopleAsked(call));
      return ok(fullIssueShape(call.sim, issue));
    },
    ["assignees"],
  ),
  repositoryRoute(
    "GET /repos/{owner}/{repo}/milestones",
    READ,
    (call) => {
      const state = choiceOf(call, "state", ["open", "closed", "all"]);
      const rows = where(
        call.sim.world.milestones,
        (row) =>
          row.repositoryId === call.repository.id && (state === "all" || row.state === state),
      );
      return paged(call, rows, (milestone) => milestoneShape(call.sim, milestone));
    },
    ["state"],
  ),
];

function update(call: RepositoryCall): Answer {
  const name = optionalText(call, "new_name");
  const color = optionalText(call, "color");
  const description = clearableText(call, "description");
  const label = editLabel(call.sim, call.by, labelAt(call), {
    ...(name === undefined ? {} : { name }),
    ...(color === undefined ? {} : { color }),
    ...(description === undefined ? {} : { description }),
  });
  return ok(labelShape(call.sim, label));
}

function labelAt(call: RepositoryCall): Label {
  const label = findLabel(call.sim.world, call.repository, param(call, "name"));
  if (label === null) throw notFound();
  return label;
}

function labelsOf(call: RepositoryCall, issue: Issue): Label[] {
  return issue.labelIds.map((id) => known(call.sim.world.labels, id));
}

function shown(call: RepositoryCall, issue: Issue): Answer {
  return ok(labelsOf(call, issue).map((label) => labelShape(call.sim, label)));
}

function labelsAsked(call: RepositoryCall): string[] {
  const labels = optionalTexts(call, "labels");
  if (labels === undefined) throw malformed('"labels" wasn\'t supplied.');
  return labels;
}

/** Logins that mean nobody are left out silently, as on GitHub. */
function peopleAsked(call: RepositoryCall): Account[] {
  const logins = optionalTexts(call, "assignees") ?? [];
  return logins.flatMap((login) => findAccount(call.sim.world, login) ?? []);
}
