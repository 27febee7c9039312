import assert from "node:assert/strict";
import { test } from "node:test";
import { routes } from "../../src/simulator/rest/routes.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { simulatorForTest } from "../support/simulator.ts";
import { describedStatuses } from "./conformance.ts";

type Gesture = Readonly<Record<string, unknown>> & { readonly do: string };

async function make(simulator: Simulator, gestures: readonly Gesture[]): Promise<void> {
  for (const gesture of gestures) await simulator.gesture({ as: "mona", ...gesture });
  await simulator.drain();
}

function told(simulator: Simulator): string[] {
  const names = [...simulator.sim.world.deliveries.values()].map(({ event, action }) =>
    action === null ? event : `${event}.${action}`,
  );
  return [...new Set(names)].toSorted((one, other) => (one < other ? -1 : 1));
}

// The form of each of these events is checked at the end of its test against what GitHub describes.

test("what happens to issues, comments, relations and cards is told", async (t) => {
  const simulator = await simulatorForTest(t);

  await make(simulator, [
    { do: "open-issue", title: "engine", labels: ["bug"], assignees: ["wren"] },
    { do: "open-issue", title: "tank" },
    { do: "edit-issue", number: 1, title: "engines", body: "two" },
    { do: "label", number: 1, label: "brand new" },
    { do: "unlabel", number: 1, label: "bug" },
    { do: "comment", number: 1, body: "hello" },
    { do: "add-blocker", number: 1, blocker: 2 },
    { do: "remove-blocker", number: 1, blocker: 2 },
    { do: "add-sub-issue", number: 1, child: 2 },
    { do: "remove-sub-issue", number: 1, child: 2 },
    { do: "move-card", number: 1, to: "Ready" },
    { do: "move-card", number: 2, to: "Ready", top: true },
    { do: "move-card", number: 1, to: "In Progress", archived: true },
    { do: "move-card", number: 1, archived: false },
    { do: "close-issue", number: 2, reason: "not_planned" },
    { do: "reopen-issue", number: 2 },
    { do: "transfer-issue", number: 2, to: "acme/hangar" },
  ]);
  const [comment] = [...simulator.sim.world.comments.keys()];
  await make(simulator, [
    { do: "edit-comment", id: comment, body: "bye" },
    { do: "delete-comment", id: comment },
    { do: "delete-issue", number: 1 },
  ]);

  assert.deepEqual(told(simulator), [
    "issue_comment.created",
    "issue_comment.deleted",
    "issue_comment.edited",
    "issue_dependencies.blocked_by_added",
    "issue_dependencies.blocked_by_removed",
    "issue_dependencies.blocking_added",
    "issue_dependencies.blocking_removed",
    "issues.assigned",
    "issues.closed",
    "issues.deleted",
    "issues.edited",
    "issues.labeled",
    "issues.opened",
    "issues.reopened",
    "issues.transferred",
    "issues.unlabeled",
    "label.created",
    "projects_v2_item.archived",
    "projects_v2_item.created",
    "projects_v2_item.deleted",
    "projects_v2_item.edited",
    "projects_v2_item.reordered",
    "projects_v2_item.restored",
    "sub_issues.parent_issue_added",
    "sub_issues.parent_issue_removed",
    "sub_issues.sub_issue_added",
    "sub_issues.sub_issue_removed",
  ]);
});

test("what happens to branches, pull requests, reviews and checks is told", async (t) => {
  const simulator = await simulatorForTest(t);
  const wren = { as: "wren" };

  await make(simulator, [
    { do: "push", branch: "topic", files: { "a.md": "1\n" } },
    { do: "open-pull", head: "topic", title: "Topic", body: "text", draft: true },
    { do: "set-draft", pull: 1, draft: false },
    { do: "edit-issue", number: 1, title: "Topic two" },
    { do: "label", number: 1, label: "bug" },
    { do: "request-review", pull: 1, reviewers: ["wren"] },
    { do: "comment", number: 1, body: "look" },
    {
      ...wren,
      do: "review",
      pull: 1,
      state: "request_changes",
      body: "no",
      comments: [{ path: "a.md", line: 1, body: "why?" }],
    },
    { do: "resolve-thread", pull: 1 },
    { do: "resolve-thread", pull: 1, resolved: false },
    { do: "push", branch: "topic", files: { "a.md": "2\n" } },
    { do: "force-push", branch: "topic", files: { "a.md": "3\n" } },
    { do: "complete-check", pull: 1, conclusion: "failure" },
    { do: "complete-check", pull: 1, conclusion: "success" },
    { do: "set-status", pull: 1, state: "success" },
    { do: "close-pull", pull: 1 },
    { do: "reopen-pull", pull: 1 },
    { ...wren, do: "review", pull: 1, state: "approve" },
    { do: "merge", pull: 1, method: "squash" },
    { do: "delete-branch", branch: "topic" },
  ]);

  const names = told(simulator);
  for (const name of [
    "check_run.completed",
    "check_run.created",
    "check_suite.completed",
    "check_suite.requested",
    "issue_comment.created",
    "pull_request.closed",
    "pull_request.edited",
    "pull_request.labeled",
    "pull_request.opened",
    "pull_request.ready_for_review",
    "pull_request.reopened",
    "pull_request.review_requested",
    "pull_request.synchronize",
    "pull_request_review.submitted",
    "pull_request_review_comment.created",
    "pull_request_review_thread.resolved",
    "pull_request_review_thread.unresolved",
    "push",
    "status",
    "workflow_run.completed",
  ])
    assert.ok(names.includes(name), `${name} is not among ${names.join(" ")}`);
});

test("what happens to repositories and installations is told", async (t) => {
  const simulator = await simulatorForTest(t);

  await make(simulator, [
    { do: "rename-repository", name: "comet" },
    { do: "archive-repository" },
    { do: "archive-repository", archived: false },
    { do: "accept-permissions", permissions: { issues: "write", metadata: "read" } },
    { do: "select-repositories", repositories: ["acme/hangar"] },
    { do: "select-repositories", repositories: ["acme/hangar", "acme/comet"] },
    { do: "suspend-app" },
    { do: "suspend-app", suspended: false },
    { do: "uninstall-app" },
  ]);

  assert.deepEqual(told(simulator), [
    "installation.deleted",
    "installation.new_permissions_accepted",
    "installation.suspend",
    "installation.unsuspend",
    "installation_repositories.added",
    "installation_repositories.removed",
    "repository.archived",
    "repository.renamed",
    "repository.unarchived",
  ]);
});

test("GitHub describes every route that the simulator has", () => {
  const strange = routes
    .filter(({ method, path }) => describedStatuses(method, path).length === 0)
    .map(({ method, path }) => `${method} ${path}`);

  assert.deepEqual(strange, []);
});
