/** What webhooks say about issues, their comments, cards and dependencies. */
import type { z } from "zod";
import { integrateLabel } from "../../core/choice.ts";
import type { GitHubEvent } from "../../core/event.ts";
import { commentId, installationId, issueId, pullNumber, repositoryId } from "../../core/ids.ts";
import { isPriorityLabel } from "../../core/priority.ts";
import { trackingLabel } from "../../core/report.ts";
import { statusNamed } from "./board-names.ts";
import { commandLines, isCommandLike } from "./markdown.ts";
import {
  CardEdited,
  CardRemoved,
  CommentPosted,
  Dependency,
  IssueEdited,
  IssueEnded,
  IssueLabel,
  Option,
  SubIssue,
} from "./payload.ts";
import { readable, visibleLine } from "./readable/readable.ts";
import type { Known, Reader } from "./reader.ts";
import { actor, isBot, reader } from "./reader.ts";
import { hashOf } from "./snapshot.ts";

const dependency = reader(Dependency, ({ blocked_issue: issue }) => [
  { type: "dependencies.changed", issue: issueId(issue.node_id) },
]);

const subIssue = reader(SubIssue, ({ parent_issue: issue }) => [
  { type: "dependencies.changed", issue: issueId(issue.node_id) },
]);

/** Readers by event and action. */
export const issueReaders: readonly (readonly [name: string, reader: Reader])[] = [
  ["issues.labeled", reader(IssueLabel, labeled)],
  ["issues.unlabeled", reader(IssueLabel, unlabeled)],
  ["issues.edited", reader(IssueEdited, edited)],
  ["issues.closed", reader(IssueEnded, closed)],
  ["issues.deleted", reader(IssueEnded, ({ issue }) => gone(issue.node_id, "deleted"))],
  ["issues.transferred", reader(IssueEnded, ({ issue }) => gone(issue.node_id, "transferred"))],
  ["issue_comment.created", reader(CommentPosted, commented)],
  ["projects_v2_item.edited", reader(CardEdited, cardEdited)],
  ["projects_v2_item.archived", reader(CardRemoved, cardRemoved)],
  ["projects_v2_item.deleted", reader(CardRemoved, cardRemoved)],
  ["issue_dependencies.blocked_by_added", dependency],
  ["issue_dependencies.blocked_by_removed", dependency],
  ["issue_dependencies.blocking_added", dependency],
  ["issue_dependencies.blocking_removed", dependency],
  ["sub_issues.sub_issue_added", subIssue],
  ["sub_issues.sub_issue_removed", subIssue],
  ["sub_issues.parent_issue_added", subIssue],
  ["sub_issues.parent_issue_removed", subIssue],
];

type Labelling = z.infer<typeof IssueLabel>;

function labeled({ issue, label, sender, installation }: Labelling, known: Known): GitHubEvent[] {
  const via = requestBy(label.name, known);
  if (isPriorityLabel(label.name)) return reordered(issue);
  if (via === null || issue.pull_request != null || isBot(sender)) return [];
  return [
    {
      type: "issue.requested",
      issue: issueId(issue.node_id),
      installation: installationId(installation.id),
      by: actor(sender),
      request: { via },
      seen: seenIn(issue),
    },
  ];
}

function unlabeled({ issue, label, sender }: Labelling, known: Known): GitHubEvent[] {
  const via = requestBy(label.name, known);
  if (isPriorityLabel(label.name)) return reordered(issue);
  if (via === null || isBot(sender)) return [];
  return [
    {
      type: "label.removed",
      issue: issueId(issue.node_id),
      label: labelFor(via, label.name, known),
      by: actor(sender),
    },
  ];
}

/** Others may come before it now, or it before others. */
const reordered = ({ node_id: issue }: { readonly node_id: string }): GitHubEvent[] => [
  { type: "dependencies.changed", issue: issueId(issue) },
];

/** The text may name others that it waits for, or no longer. */
function edited({ issue }: z.infer<typeof IssueEdited>): GitHubEvent[] {
  return [{ type: "dependencies.changed", issue: issueId(issue.node_id) }];
}

/** Also by Apps: an issue that a bot closes is closed. */
function closed({ issue, sender }: z.infer<typeof IssueEnded>): GitHubEvent[] {
  if (issue.pull_request != null) return [];
  return [{ type: "issue.closed", issue: issueId(issue.node_id), by: actor(sender) }];
}

function gone(node: string, why: "deleted" | "transferred"): GitHubEvent[] {
  return [{ type: "issue.gone", issue: issueId(node), why }];
}

function commented(
  { issue, comment, sender, repository, installation }: z.infer<typeof CommentPosted>,
  known: Known,
): GitHubEvent[] {
  const isOwn = comment.performed_via_github_app?.id === known.appId;
  if (isOwn || isBot(sender) || isBot(comment.user)) return [];
  // Parsing is the expensive part, and most comments have no line like this; they may still answer a question.
  const mayCommand = comment.body.split("\n").some(isCommandLike);
  const lines = mayCommand ? commandLines(comment.body) : [];
  const isOnPull = issue.pull_request != null;
  // There people talk about the code, and no worker asks a question.
  if (isOnPull && lines.length === 0) return [];
  return [
    {
      type: "comment.posted",
      issue: issueId(issue.node_id),
      repository: repositoryId(repository.id),
      onPull: isOnPull
        ? { repository: repositoryId(repository.id), pull: pullNumber(issue.number) }
        : null,
      installation: installationId(installation.id),
      by: actor(sender),
      comment: commentId(comment.node_id),
      lines: lines.map(({ line, below }) => ({
        line: visibleLine(line),
        // A line that is empty on purpose begins another paragraph.
        below: `${below.startsWith("\n\n") ? "\n" : ""}${readable(below).text}`,
      })),
      text: readable(comment.body).text,
      seen: seenIn(issue),
    },
  ];
}

/** The words that the person had before their eyes, so that a change since then is known as one. */
const seenIn = ({ title, body }: Labelling["issue"]): string | null =>
  title === undefined ? null : hashOf(title, body ?? null);

/** Moves to columns of a person's own making mean nothing to us. */
function cardEdited(payload: z.infer<typeof CardEdited>): GitHubEvent[] {
  const { projects_v2_item: item, changes, sender, installation } = payload;
  const change = changes?.field_value;
  if (change?.field_type !== "single_select" || item.content_type !== "Issue") return [];
  const field = change.field_name?.toLowerCase();
  if (field === "priority") return reordered({ node_id: item.content_node_id });
  if (field !== "status" || isBot(sender)) return [];
  const option = Option.safeParse(change.to).data;
  const to = option === undefined ? null : statusNamed(option.name);
  if (option !== undefined && to === null) return [];
  const card = { issue: issueId(item.content_node_id), by: actor(sender) };
  const moved: GitHubEvent = { type: "card.moved", ...card, project: item.project_node_id, to };
  if (to !== "Ready") return [moved];
  const asked = {
    installation: installationId(installation.id),
    request: { via: "card" },
    seen: null,
  } as const;
  return [moved, { type: "issue.requested", ...card, ...asked }];
}

function cardRemoved(payload: z.infer<typeof CardRemoved>): GitHubEvent[] {
  const { projects_v2_item: item, sender } = payload;
  if (item.content_type !== "Issue" || isBot(sender)) return [];
  return [
    {
      type: "card.moved",
      issue: issueId(item.content_node_id),
      project: item.project_node_id,
      by: actor(sender),
      to: null,
    },
  ];
}

type ByLabel = "label" | "tracking" | "integration";

/** As the core spells it. */
function labelFor(via: ByLabel, spelled: string, known: Known): string {
  switch (via) {
    case "label":
      return spelled;
    case "tracking":
      return trackingLabel;
    case "integration":
      return integrateLabel(known);
  }
}

/** Label names differ only in case on GitHub when they are the same label. */
function requestBy(label: string, known: Known): ByLabel | null {
  const name = label.toLowerCase();
  if (name === known.triggerLabel.toLowerCase()) return "label";
  if (name === integrateLabel(known).toLowerCase()) return "integration";
  return name === trackingLabel ? "tracking" : null;
}
