/** REST: blockers and sub-issues; bodies name the other issue by its database id, not its number. */
import {
  addBlocker,
  addSubIssue,
  placeSubIssue,
  removeBlocker,
  removeSubIssue,
} from "../acts/relations.ts";
import { canSee } from "../auth/who.ts";
import { created, numberOf, numberParam, ok, optionalFlag, valueOf } from "./call.ts";
import { issueAt } from "./issue-at.ts";
import { fullIssueShape, issueShape } from "../shapes/issues.ts";
import { known, where } from "../world/find.ts";
import { needs, repositoryRoute } from "./route.ts";
import { notFound } from "../refusal.ts";
import { paged } from "./pages.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Issue } from "../world/issues.ts";
import type { Route } from "./route.ts";

const READ = needs("issues", "read", "read");
const WRITE = needs("issues", "write", "triage");

/** The routes of this file. */
export const relationRoutes: readonly Route[] = [
  repositoryRoute(
    "GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by",
    READ,
    (call) => list(call, byId(call, issueAt(call).blockedByIds)),
  ),
  repositoryRoute(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by",
    WRITE,
    (call) => {
      const blocker = issueWithId(call, numberOf(call, "issue_id"));
      const issue = addBlocker(call.sim, call.by, issueAt(call), blocker);
      return created(fullIssueShape(call.sim, issue));
    },
    ["issue_id"],
  ),
  repositoryRoute(
    "DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}",
    WRITE,
    (call) => {
      const blocker = issueWithId(call, numberParam(call, "issue_id"));
      return ok(fullIssueShape(call.sim, removeBlocker(call.sim, call.by, issueAt(call), blocker)));
    },
  ),
  repositoryRoute(
    "GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocking",
    READ,
    (call) => {
      const { id } = issueAt(call);
      return list(
        call,
        where(call.sim.world.issues, (other) => other.blockedByIds.includes(id)),
      );
    },
  ),
  repositoryRoute("GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", READ, (call) =>
    list(call, byId(call, issueAt(call).subIssueIds)),
  ),
  repositoryRoute(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues",
    WRITE,
    (call) => {
      const child = issueWithId(call, numberOf(call, "sub_issue_id"));
      const replace = optionalFlag(call, "replace_parent") ?? false;
      const parent = addSubIssue(call.sim, call.by, issueAt(call), child, replace);
      return created(fullIssueShape(call.sim, parent));
    },
    ["sub_issue_id", "replace_parent"],
  ),
  repositoryRoute(
    "DELETE /repos/{owner}/{repo}/issues/{issue_number}/sub_issue",
    WRITE,
    (call) => {
      const child = issueWithId(call, numberOf(call, "sub_issue_id"));
      return ok(fullIssueShape(call.sim, removeSubIssue(call.sim, call.by, issueAt(call), child)));
    },
    ["sub_issue_id"],
  ),
  repositoryRoute(
    "PATCH /repos/{owner}/{repo}/issues/{issue_number}/sub_issues/priority",
    WRITE,
    (call) => {
      const child = issueWithId(call, numberOf(call, "sub_issue_id"));
      const behind = valueOf(call, "after_id") !== undefined;
      const id = numberOf(call, behind ? "after_id" : "before_id");
      const parent = placeSubIssue(call.sim, issueAt(call), child, { id, behind });
      return ok(fullIssueShape(call.sim, parent));
    },
    ["sub_issue_id", "after_id", "before_id"],
  ),
  repositoryRoute("GET /repos/{owner}/{repo}/issues/{issue_number}/parent", READ, (call) => {
    const { parentId } = issueAt(call);
    if (parentId === null) throw notFound();
    return ok(fullIssueShape(call.sim, known(call.sim.world.issues, parentId)));
  }),
];

function list(call: RepositoryCall, issues: readonly Issue[]): Answer {
  return paged(call, issues, (issue) => issueShape(call.sim, issue));
}

function byId(call: RepositoryCall, ids: readonly number[]): Issue[] {
  return ids.map((id) => known(call.sim.world.issues, id));
}

/** Another issue by database id, which may lie in any repository the actor sees. */
function issueWithId(call: RepositoryCall, id: number): Issue {
  const { world } = call.sim;
  const issue = world.issues.get(id);
  if (issue === undefined || issue.gone !== null || issue.pullId !== null) throw notFound();
  if (!canSee(call.actor, known(world.repositories, issue.repositoryId))) throw notFound();
  return issue;
}
