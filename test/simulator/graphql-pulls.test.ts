import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { commitToBranch } from "../../src/simulator/acts/refs.ts";
import { defaultSeed } from "../../src/simulator/seed/default-seed.ts";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asPerson, at, textAt } from "./graphql-client.ts";

async function pullForTest(t: TestContext, input = "") {
  const seed = { ...defaultSeed, ci: { checks: [], auto: null } };
  const simulator = await simulatorForTest(t, { seed });
  const { world } = simulator.sim;
  await simulator.gesture({ as: "mona", do: "open-issue", title: "Fuel gauge" });
  const repository = [...world.repositories.values()].find(({ name }) => name === "rocket")!;
  const wren = [...world.accounts.values()].find(({ login }) => login === "wren")!;
  const head = await commitToBranch(simulator.sim, { account: wren, appId: null }, repository, {
    branch: "feature/1-gauge",
    files: { "gauge.md": "full\n" },
    message: "Show the fuel",
    createFrom: undefined,
    author: undefined,
    onto: undefined,
  });
  const ask = asApp(simulator);
  const { data, errors } = await ask(
    `mutation($id: ID!) { createPullRequest(input: {
      repositoryId: $id, headRefName: "feature/1-gauge", baseRefName: "main", title: "Gauge", body: "Closes #1" ${input}
    }) { pullRequest { id } } }`,
    { id: repository.nodeId },
  );
  assert.deepEqual(errors, []);
  return {
    simulator,
    ask,
    head,
    repository,
    id: textAt(data, "createPullRequest", "pullRequest", "id"),
  };
}

const revertMutation = `mutation($id: ID!) { revertPullRequest(input: { pullRequestId: $id }) {
  pullRequest { number }
  revertPullRequest { number title body headRefName baseRefName state }
} }`;

test("a merged pull request is taken back by another one, once", async (t) => {
  const { simulator, ask, id } = await pullForTest(t);
  const early = await ask(revertMutation, { id });
  assert.equal(early.errors[0]?.type, "UNPROCESSABLE");
  await ask(
    `mutation($id: ID!) { mergePullRequest(input: { pullRequestId: $id }) { clientMutationId } }`,
    { id },
  );

  const { data, errors } = await ask(revertMutation, { id });

  assert.deepEqual(errors, []);
  assert.deepEqual(at(data, "revertPullRequest"), {
    pullRequest: { number: 2 },
    revertPullRequest: {
      number: 3,
      title: 'Revert "Gauge"',
      body: "Reverts acme/rocket#2",
      headRefName: "revert-2-feature/1-gauge",
      baseRefName: "main",
      state: "OPEN",
    },
  });
  const { data: shown } = await ask(`{ repository(owner: "acme", name: "rocket") {
    issue(number: 1) { closedByPullRequestsReferences(last: 5, includeClosedPrs: true) { nodes { number merged } } }
    pullRequest(number: 3) { files(first: 5) { nodes { path changeType } } }
  } }`);
  assert.deepEqual(at(shown, "repository"), {
    issue: { closedByPullRequestsReferences: { nodes: [{ number: 2, merged: true }] } },
    pullRequest: { files: { nodes: [{ path: "gauge.md", changeType: "DELETED" }] } },
  });
  const again = await ask(revertMutation, { id });
  assert.equal(again.errors[0]?.type, "UNPROCESSABLE");
  assert.equal(simulator.sim.world.pulls.size, 2);
});

test("a pull request shows its branches, its change and the issue it closes", async (t) => {
  const { ask, head } = await pullForTest(t);

  const { data, errors } = await ask(`{
    repository(owner: "acme", name: "rocket") {
      pullRequests(first: 5, headRefName: "feature/1-gauge", states: [OPEN]) {
        nodes {
          number title state isDraft merged mergeable isCrossRepository maintainerCanModify
          headRefName headRefOid baseRefName additions deletions changedFiles
          author { __typename login } headRepository { nameWithOwner } mergeCommit { oid }
          files(first: 10) { nodes { path additions changeType } }
          commits(last: 1) { nodes { commit { oid messageHeadline statusCheckRollup { state } } } }
          closingIssuesReferences(first: 5) { nodes { number } }
          reviewDecision autoMergeRequest { mergeMethod }
        }
      }
      none: pullRequests(first: 5, headRefName: "other") { totalCount }
    }
  }`);

  assert.deepEqual(errors, []);
  assert.deepEqual(at(data, "repository", "none"), { totalCount: 0 });
  assert.deepEqual(at(data, "repository", "pullRequests", "nodes"), [
    {
      number: 2,
      title: "Gauge",
      state: "OPEN",
      isDraft: false,
      merged: false,
      mergeable: "MERGEABLE",
      isCrossRepository: false,
      maintainerCanModify: true,
      headRefName: "feature/1-gauge",
      headRefOid: head,
      baseRefName: "main",
      additions: 1,
      deletions: 0,
      changedFiles: 1,
      author: { __typename: "Bot", login: "yardmaster" },
      headRepository: { nameWithOwner: "acme/rocket" },
      mergeCommit: null,
      files: { nodes: [{ path: "gauge.md", additions: 1, changeType: "ADDED" }] },
      commits: {
        nodes: [
          { commit: { oid: head, messageHeadline: "Show the fuel", statusCheckRollup: null } },
        ],
      },
      closingIssuesReferences: { nodes: [{ number: 1 }] },
      reviewDecision: null,
      autoMergeRequest: null,
    },
  ]);
});

test("a merge wants the head it was decided for, and closes the issue", async (t) => {
  const { simulator, ask, head, id } = await pullForTest(t);
  const merge = (oid: string) => `mutation { mergePullRequest(input: {
    pullRequestId: "${id}", mergeMethod: SQUASH, expectedHeadOid: "${oid}", commitHeadline: "Gauge (#2)"
  }) { pullRequest { state merged mergedAt mergeCommit { messageHeadline parents(first: 5) { totalCount } } } } }`;

  const stale = await ask(merge("0".repeat(40)));
  const merged = await ask(merge(head));
  const issue = await ask(
    `{ repository(owner: "acme", name: "rocket") { issue(number: 1) { state } } }`,
  );

  assert.equal(stale.errors[0]!.type, "UNPROCESSABLE");
  assert.match(stale.errors[0]!.message, /^Head branch was modified/);
  assert.deepEqual(merged.errors, []);
  const pull = at(merged.data, "mergePullRequest", "pullRequest");
  assert.equal(at(pull, "state"), "MERGED");
  assert.deepEqual(at(pull, "mergeCommit"), {
    messageHeadline: "Gauge (#2)",
    parents: { totalCount: 1 },
  });
  assert.deepEqual(issue.data, { repository: { issue: { state: "CLOSED" } } });
  await simulator.drain();
});

test("a draft becomes ready and a draft again, is edited, closed and reopened", async (t) => {
  const { ask, id } = await pullForTest(t, "draft: true");

  const { data, errors } = await ask(
    `mutation($id: ID!) {
      ready: markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } }
      draft: convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } }
      edit: updatePullRequest(input: {pullRequestId: $id, title: "Fuel", body: "no longer"}) { pullRequest { title closingIssuesReferences(first: 5) { totalCount } } }
      close: closePullRequest(input: {pullRequestId: $id}) { pullRequest { state } }
      open: reopenPullRequest(input: {pullRequestId: $id}) { pullRequest { state } }
    }`,
    { id },
  );

  assert.deepEqual(errors, []);
  assert.deepEqual(data, {
    ready: { pullRequest: { isDraft: false } },
    draft: { pullRequest: { isDraft: true } },
    edit: { pullRequest: { title: "Fuel", closingIssuesReferences: { totalCount: 0 } } },
    close: { pullRequest: { state: "CLOSED" } },
    open: { pullRequest: { state: "OPEN" } },
  });
});

test("auto-merge is refused while nothing is missing, and armed while a check is", async (t) => {
  const { ask, id, repository } = await pullForTest(t);
  const arm = `mutation { enablePullRequestAutoMerge(input: {pullRequestId: "${id}", mergeMethod: SQUASH}) {
    pullRequest { autoMergeRequest { mergeMethod enabledBy { login } } mergeStateStatus } } }`;
  repository.allowAutoMerge = true;

  const clean = await ask(arm);
  repository.protections = {
    main: { requiredChecks: ["ci"], requiredApprovals: 0, strict: false },
  };
  const armed = await ask(arm);
  const disarmed = await ask(
    `mutation { disablePullRequestAutoMerge(input: {pullRequestId: "${id}"}) { pullRequest { autoMergeRequest { mergeMethod } } } }`,
  );

  assert.equal(clean.errors[0]!.message, "Pull request is in clean status");
  assert.deepEqual(armed.data, {
    enablePullRequestAutoMerge: {
      pullRequest: {
        autoMergeRequest: { mergeMethod: "SQUASH", enabledBy: { login: "yardmaster" } },
        mergeStateStatus: "BLOCKED",
      },
    },
  });
  assert.deepEqual(disarmed.data, {
    disablePullRequestAutoMerge: { pullRequest: { autoMergeRequest: null } },
  });
});

test("checks and statuses of a head come together in one rollup", async (t) => {
  const { simulator, head } = await pullForTest(t);
  const token = simulator.card.tokens["mona"];
  const status = async (state: string) =>
    await fetch(`${simulator.url}/repos/acme/rocket/statuses/${head}`, {
      method: "POST",
      headers: { authorization: `bearer ${token}` },
      body: JSON.stringify({ state, context: "ci/legacy" }),
    });
  const query = `{ repository(owner: "acme", name: "rocket") { pullRequest(number: 2) { commits(last: 1) { nodes { commit {
    statusCheckRollup { state contexts(first: 10) { nodes { __typename ... on StatusContext { context state } ... on CheckRun { name conclusion } } } }
  } } } } } }`;

  await status("pending");
  const pending = await asPerson(simulator, "mona")(query);
  await status("failure");
  const failed = await asPerson(simulator, "mona")(query);

  const rollup = (data: unknown) =>
    at(data, "repository", "pullRequest", "commits", "nodes", 0, "commit", "statusCheckRollup");
  assert.deepEqual([pending.errors, failed.errors], [[], []]);
  assert.equal(at(rollup(pending.data), "state"), "PENDING");
  assert.deepEqual(rollup(failed.data), {
    state: "FAILURE",
    contexts: { nodes: [{ __typename: "StatusContext", context: "ci/legacy", state: "FAILURE" }] },
  });
});

test("reviews decide, and their threads are answered and resolved", async (t) => {
  const { simulator, ask, id } = await pullForTest(t);
  await fetch(`${simulator.url}/repos/acme/rocket/pulls/2/reviews`, {
    method: "POST",
    headers: { authorization: `bearer ${simulator.card.tokens["wren"]}` },
    body: JSON.stringify({
      event: "REQUEST_CHANGES",
      body: "please",
      comments: [{ path: "gauge.md", line: 1, body: "empty?" }],
    }),
  });
  const read = async () => {
    const { data, errors } = await ask(
      `query($id: ID!) { node(id: $id) { ... on PullRequest {
        reviewDecision
        latestReviews(first: 5) { nodes { state author { login } body } }
        reviewThreads(first: 5) { nodes { id isResolved path line comments(first: 5) { nodes { body author { login } } } } }
      } } }`,
      { id },
    );
    assert.deepEqual(errors, []);
    return at(data, "node");
  };

  const before = await read();
  const thread = textAt(before, "reviewThreads", "nodes", 0, "id");
  await ask(
    `mutation($thread: ID!) {
      reply: addPullRequestReviewThreadReply(input: {pullRequestReviewThreadId: $thread, body: "full"}) { comment { body } }
      resolve: resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
    }`,
    { thread },
  );
  const after = await read();

  assert.equal(at(before, "reviewDecision"), "CHANGES_REQUESTED");
  assert.deepEqual(at(before, "latestReviews", "nodes"), [
    { state: "CHANGES_REQUESTED", author: { login: "wren" }, body: "please" },
  ]);
  assert.deepEqual(at(after, "reviewThreads", "nodes"), [
    {
      id: thread,
      isResolved: true,
      path: "gauge.md",
      line: 1,
      comments: {
        nodes: [
          { body: "empty?", author: { login: "wren" } },
          { body: "full", author: { login: "yardmaster" } },
        ],
      },
    },
  ]);
});

test("branches are made, moved and deleted", async (t) => {
  const { ask, head, repository } = await pullForTest(t);
  const main = await ask(
    `{ repository(owner: "acme", name: "rocket") { defaultBranchRef { id target { oid } } } }`,
  );
  const base = textAt(main.data, "repository", "defaultBranchRef", "target", "oid");

  const made = await ask(
    `mutation($id: ID!, $oid: GitObjectID!) { createRef(input: {repositoryId: $id, name: "refs/heads/topic", oid: $oid}) { ref { id name target { oid } } } }`,
    { id: repository.nodeId, oid: base },
  );
  const ref = textAt(made.data, "createRef", "ref", "id");
  const moved = await ask(
    `mutation($ref: ID!, $oid: GitObjectID!) {
      updateRef(input: {refId: $ref, oid: $oid}) { ref { target { oid } } }
      deleteRef(input: {refId: $ref}) { clientMutationId }
    }`,
    { ref, oid: head },
  );
  const after = await ask(`{ node(id: "${ref}") { id } }`);

  assert.equal(at(made.data, "createRef", "ref", "name"), "topic");
  assert.deepEqual(moved.data, {
    updateRef: { ref: { target: { oid: head } } },
    deleteRef: { clientMutationId: null },
  });
  assert.equal(after.errors[0]!.type, "NOT_FOUND");
});
