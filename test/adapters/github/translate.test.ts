import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf } from "../../../src/adapters/github/snapshot.ts";
import { translate } from "../../../src/adapters/github/translate.ts";

/** Where the comments are. */
const onIssue = { issue: "I_1", repository: 99, onPull: null, installation: 5 };

const known = { appId: 7, triggerLabel: "agent:go" };
const person = { login: "mona", id: 1, type: "User" };
const bot = { login: "yardmaster[bot]", id: 2, type: "Bot" };
const by = { login: "mona", id: 1 };
const installation = { id: 5 };
const issue = { node_id: "I_1", number: 12, title: "Tank leaks", body: "It drips." };
const seen = hashOf("Tank leaks", "It drips.");
const pullIssue = { ...issue, pull_request: { url: "https://api" } };
const repository = { id: 99, full_name: "acme/rocket" };
const label = { name: "agent:go" };
const changed = [{ type: "dependencies.changed", issue: "I_1" }];
const item = { project_node_id: "PVT_1", content_node_id: "I_1", content_type: "Issue" };
const labeled = { action: "labeled", issue, label, sender: person, installation };
const comment = { node_id: "IC_1", body: "Please\n/agent dispatch", user: person };
const posted = { action: "created", issue, comment, sender: person, repository, installation };
const moved = (to: unknown, field_name = "Status"): object => ({
  action: "edited",
  projects_v2_item: item,
  changes: { field_value: { field_type: "single_select", field_name, from: null, to } },
  sender: person,
  installation,
});
const pull = { number: 3, merged: false, head: { sha: "abc" } };
const card = { issue: "I_1", project: "PVT_1", by };
const address = { repository: 99, pull: 3 };
const settled = [{ type: "checks.settled", repository: 99, head: "abc" }];
const requested = (via: "label" | "card" | "tracking"): object => ({
  type: "issue.requested",
  issue: "I_1",
  installation: 5,
  by,
  request: { via },
  seen: via === "card" ? null : seen,
});
const ofPull = (action: string, more: object = {}): object => ({
  action,
  pull_request: { ...pull, ...more },
  repository,
  sender: person,
});

type Row = readonly [what: string, event: string, payload: unknown, events: readonly unknown[]];

const told: readonly Row[] = [
  ["the trigger label asks for work", "issues", labeled, [requested("label")]],
  [
    "the trigger label is known in any case",
    "issues",
    { ...labeled, label: { name: "Agent:GO" } },
    [requested("label")],
  ],
  [
    "the tracking label asks for reports",
    "issues",
    { ...labeled, label: { name: "Orchestration-Tracking" } },
    [requested("tracking")],
  ],
  [
    "the tracking label is taken off",
    "issues",
    { ...labeled, action: "unlabeled", label: { name: "Orchestration-Tracking" } },
    [{ type: "label.removed", issue: "I_1", label: "orchestration-tracking", by }],
  ],
  [
    "an issue without text",
    "issues",
    { ...labeled, issue: { ...issue, body: null } },
    [{ ...requested("label"), seen: hashOf("Tank leaks", "") }],
  ],
  [
    "the text is not in the payload",
    "issues",
    { ...labeled, issue: { node_id: "I_1" } },
    [{ ...requested("label"), seen: null }],
  ],
  [
    "a text under a command",
    "issue_comment",
    { ...posted, comment: { ...comment, body: "/agent send Use *this*:\n\n- no\n\nand `that`." } },
    [
      {
        type: "comment.posted",
        ...onIssue,
        by,
        comment: "IC_1",
        lines: [{ line: "/agent send Use *this*:", below: "\n- no\n\nand `that`." }],
        text: "/agent send Use *this*:\n\n- no\n\nand `that`.",
        seen,
      },
    ],
  ],
  [
    "a command with characters that nobody sees",
    "issue_comment",
    {
      ...posted,
      comment: { ...comment, body: "/agent send go \u{E0067}\u{200B}on 👩‍👩‍👧\n\u{200B}/agent x" },
    },
    [
      {
        type: "comment.posted",
        ...onIssue,
        by,
        comment: "IC_1",
        lines: [{ line: "/agent send go on 👩‍👩‍👧", below: "/agent x" }],
        text: "/agent send go on 👩‍👩‍👧\n/agent x",
        seen,
      },
    ],
  ],
  [
    "commands among code and quotations, each with what stands below it",
    "issue_comment",
    {
      ...posted,
      comment: {
        ...comment,
        body: "```\n/agent send X\n```\nTwo:\r\n/agent send A <!-- no -->\r\n> /agent x\r\n\r\nb\r\n/agent why\r\n",
      },
    },
    [
      {
        type: "comment.posted",
        ...onIssue,
        by,
        comment: "IC_1",
        lines: [
          { line: `/agent send A ${"\u{FFFC}".repeat(11)}`, below: "> /agent x\n\nb" },
          { line: "/agent why", below: "" },
        ],
        text: "```\n/agent send X\n```\n\nTwo:\n/agent send A \n\n> /agent x\n\nb\n/agent why",
        seen,
      },
    ],
  ],
  [
    "the label taken off",
    "issues",
    { ...labeled, action: "unlabeled" },
    [{ type: "label.removed", issue: "I_1", label: "agent:go", by }],
  ],
  [
    "an issue closed by an App is closed",
    "issues",
    { action: "closed", issue, sender: bot },
    [{ type: "issue.closed", issue: "I_1", by: { login: "yardmaster[bot]", id: 2 } }],
  ],
  [
    "an issue deleted",
    "issues",
    { action: "deleted", issue, sender: person },
    [{ type: "issue.gone", issue: "I_1", why: "deleted" }],
  ],
  [
    "an issue transferred",
    "issues",
    { action: "transferred", issue, sender: person },
    [{ type: "issue.gone", issue: "I_1", why: "transferred" }],
  ],
  [
    "a comment with a command",
    "issue_comment",
    posted,
    [
      {
        type: "comment.posted",
        ...onIssue,
        by,
        comment: "IC_1",
        lines: [{ line: "/agent dispatch", below: "" }],
        text: "Please\n/agent dispatch",
        seen,
      },
    ],
  ],
  [
    "a command on a pull request, with the text that it was written under",
    "issue_comment",
    { ...posted, issue: { ...pullIssue, node_id: "PR_3", number: 3 } },
    [
      {
        type: "comment.posted",
        issue: "PR_3",
        repository: 99,
        onPull: { repository: 99, pull: 3 },
        installation: 5,
        by,
        comment: "IC_1",
        lines: [{ line: "/agent dispatch", below: "" }],
        text: "Please\n/agent dispatch",
        seen,
      },
    ],
  ],
  [
    "a card moved to Ready asks for work",
    "projects_v2_item",
    moved({ id: "x", name: "ready" }),
    [{ type: "card.moved", ...card, to: "Ready" }, requested("card")],
  ],
  [
    "a card moved to another column",
    "projects_v2_item",
    moved({ id: "x", name: "In review" }),
    [{ type: "card.moved", ...card, to: "In Review" }],
  ],
  [
    "a card that lost its status",
    "projects_v2_item",
    moved(null),
    [{ type: "card.moved", ...card, to: null }],
  ],
  [
    "a card archived",
    "projects_v2_item",
    { action: "archived", projects_v2_item: item, sender: person, installation },
    [{ type: "card.moved", ...card, to: null }],
  ],
  [
    "a dependency added",
    "issue_dependencies",
    { action: "blocked_by_added", blocked_issue: issue, blocking_issue: { node_id: "I_2" } },
    changed,
  ],
  [
    "a sub-issue removed",
    "sub_issues",
    { action: "sub_issue_removed", parent_issue: issue, sub_issue: { node_id: "I_2" } },
    changed,
  ],
  ["a label of priority", "issues", { ...labeled, label: { name: "priority:high" } }, changed],
  ["a card whose priority is set", "projects_v2_item", moved(null, "Priority"), changed],
  [
    "a pull request merged",
    "pull_request",
    ofPull("closed", { merged: true }),
    [{ type: "pull.merged", ...address, by, head: "abc" }],
  ],
  [
    "a pull request closed unmerged",
    "pull_request",
    ofPull("closed"),
    [{ type: "pull.closed", ...address, by }],
  ],
  [
    "a label put on a pull request",
    "pull_request",
    { ...ofPull("labeled"), label: { name: "do-not-merge" } },
    [{ type: "pull.relabelled", ...address, by, label: "do-not-merge" }],
  ],
  [
    "a pull request reopened",
    "pull_request",
    ofPull("reopened"),
    [{ type: "pull.reopened", ...address, by }],
  ],
  [
    "a push to a pull request",
    "pull_request",
    ofPull("synchronize"),
    [{ type: "pull.pushed", ...address, by, head: "abc" }],
  ],
  [
    "a check suite of another App",
    "check_suite",
    { action: "completed", check_suite: { head_sha: "abc", app: { id: 8 } }, repository },
    settled,
  ],
  [
    "a check suite without an App",
    "check_suite",
    { action: "completed", check_suite: { head_sha: "abc", app: null }, repository },
    settled,
  ],
  ["a commit status", "status", { sha: "abc", state: "failure", repository }, settled],
  [
    "an uninstallation",
    "installation",
    { action: "deleted", installation, sender: person },
    [{ type: "installation.removed", installation: 5 }],
  ],
];

for (const [what, event, payload, events] of told) {
  test(`told: ${what}`, () => {
    assert.deepEqual(translate(event, payload, known), events);
  });
}

const ignored: readonly (readonly [what: string, event: string, payload: unknown])[] = [
  ["a label that only chooses the agent", "issues", { ...labeled, label: { name: "agent:codex" } }],
  [
    "a command that a bot wrote in a person's name",
    "issue_comment",
    { ...posted, comment: { ...comment, user: bot } },
  ],
  ["another label", "issues", { ...labeled, label: { name: "bug" } }],
  ["the label put on by a bot", "issues", { ...labeled, sender: bot }],
  ["the label on a pull request", "issues", { ...labeled, issue: pullIssue }],
  ["the label taken off by us", "issues", { ...labeled, action: "unlabeled", sender: bot }],
  ["an edited comment", "issue_comment", { ...posted, action: "edited" }],
  ["a comment of a bot", "issue_comment", { ...posted, sender: bot }],
  [
    "a comment through our own App",
    "issue_comment",
    { ...posted, comment: { ...comment, performed_via_github_app: { id: 7 } } },
  ],
  [
    "talk on a pull request",
    "issue_comment",
    { ...posted, issue: pullIssue, comment: { ...comment, body: "Nice." } },
  ],
  ["a card moved to a column of their own", "projects_v2_item", moved({ id: "x", name: "QA" })],
  ["a card moved by a bot", "projects_v2_item", { ...moved({ name: "Ready" }), sender: bot }],
  [
    "a draft moved",
    "projects_v2_item",
    {
      ...moved({ name: "Ready" }),
      projects_v2_item: { ...item, content_node_id: "DI_1", content_type: "DraftIssue" },
    },
  ],
  [
    "another field edited",
    "projects_v2_item",
    {
      ...moved({ name: "Ready" }),
      changes: { field_value: { field_type: "single_select", field_name: "Size", to: null } },
    },
  ],
  [
    "our own check suite",
    "check_suite",
    { action: "completed", check_suite: { head_sha: "abc", app: { id: 7 } }, repository },
  ],
  [
    "a single check run, whose suite will say the same",
    "check_run",
    { action: "completed", check_run: { head_sha: "abc", app: { id: 8 } }, repository },
  ],
  ["a pending status", "status", { sha: "abc", state: "pending", repository }],
  ["an event that we do not know", "star", { action: "created" }],
  ["an action that we do not know", "issues", { action: "pinned" }],
  ["a name that every object has", "constructor", {}],
  ["no payload", "issues", null],
];

for (const [what, event, payload] of ignored) {
  test(`ignored: ${what}`, () => {
    assert.deepEqual(translate(event, payload, known), []);
  });
}

const talk: readonly (readonly [body: string, text: string])[] = [
  ["nice and/or so", "nice and/or so"],
  ["```\n/agent dispatch\n```", "```\n/agent dispatch\n```"],
  ["<!--\n/agent dispatch\n-->", ""],
  ["> /agent dispatch\n/agent dispatch", "> /agent dispatch\n> /agent dispatch"],
];

for (const [body, text] of talk) {
  test(`no command, but perhaps an answer to a question: ${JSON.stringify(body)}`, () => {
    const translation = translate(
      "issue_comment",
      { ...posted, comment: { ...comment, body } },
      known,
    );

    const [event, ...more] = Array.isArray(translation) ? translation : [];
    assert.deepEqual(more, []);
    assert.ok(event?.type === "comment.posted");
    assert.deepEqual([event.lines, event.text], [[], text]);
  });
}

test("a payload that lacks what we need is a fault with every place", () => {
  const translation = translate("issues", { action: "labeled", issue: {}, sender: person }, known);

  assert.deepEqual(translation, {
    fault:
      "issues.labeled: issue.node_id: Invalid input: expected string, received undefined; " +
      "label: Invalid input: expected object, received undefined; " +
      "installation: Invalid input: expected object, received undefined",
  });
});
