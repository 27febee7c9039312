/** Mutations of issues: opened, edited, closed, labelled. */
import { addLabels, removeLabel } from "../acts/issue-labels.ts";
import { addSubIssue } from "../acts/relations.ts";
import { closeIssue, openIssue, reopenIssue } from "../acts/issues.ts";
import { demandOn, demandWrite, TRIAGE, write } from "./access.ts";
import { editText, labelNames, MARKS, milestone, people, setMarks, TEXTS } from "./marks.ts";
import { issueWith, labelWith, repositoryWith, subjectWith } from "./nodes.ts";
import { mutation } from "./input.ts";
import type { Issue, StateReason } from "../world/issues.ts";
import type { Mark, Text } from "./marks.ts";
import type { Mutation, Order, Payload } from "./input.ts";

/** Issues opened, edited, closed, reopened and labelled. */
export const issueMutations: Readonly<Record<string, Mutation>> = {
  createIssue: mutation([...TEXTS, ...MARKS, "repositoryId", "parentIssueId"], create),
  updateIssue: mutation([...TEXTS, ...MARKS, "id", "state"], (order) => {
    const { graph, by } = order;
    const issue = writable(order, issueWith(graph, order.text("id")));
    editText(order, issue);
    setMarks(order, issue);
    const state = order.optionalText("state");
    if (state === "CLOSED") closeIssue(graph.sim, by, issue, "completed");
    if (state === "OPEN") reopenIssue(graph.sim, by, issue);
    return { issue: graph.show.issue(issue), actor: graph.show.account(by.account) };
  }),
  closeIssue: mutation(["issueId", "stateReason"], (order) => {
    const issue = writable(order, issueWith(order.graph, order.text("issueId")));
    closeIssue(order.graph.sim, order.by, issue, reasonOf(order.optionalText("stateReason")));
    return { issue: order.graph.show.issue(issue) };
  }),
  reopenIssue: mutation(["issueId"], (order) => {
    const issue = writable(order, issueWith(order.graph, order.text("issueId")));
    reopenIssue(order.graph.sim, order.by, issue);
    return { issue: order.graph.show.issue(issue) };
  }),
  addLabelsToLabelable: mutation(["labelableId", "labelIds"], (order) => {
    const { graph, by } = order;
    const subject = labelable(order);
    addLabels(graph.sim, by, subject, labelNames(order) ?? []);
    return { labelable: graph.show.issueOrPull(subject) };
  }),
  removeLabelsFromLabelable: mutation(["labelableId", "labelIds"], (order) => {
    const { graph, by } = order;
    const subject = labelable(order);
    for (const label of order.texts("labelIds").map((id) => labelWith(graph, id)))
      // unlike REST, GraphQL takes a label off that is not on
      if (subject.labelIds.includes(label.id)) removeLabel(graph.sim, by, subject, label.name);
    return { labelable: graph.show.issueOrPull(subject) };
  }),
};

function create(order: Order<Text | Mark | "repositoryId" | "parentIssueId">): Payload {
  const { graph, by } = order;
  const id = order.text("repositoryId");
  const repository = repositoryWith(graph, id);
  demandWrite(graph.actor, repository, write("read", "issues"), id);
  const parentId = order.optionalText("parentIssueId");
  const parent = parentId === undefined ? null : issueWith(graph, parentId);
  if (parent !== null) demandOn(graph, parent, TRIAGE);
  const issue = openIssue(graph.sim, by, repository, {
    title: order.text("title"),
    body: order.optionalText("body") ?? null,
    labels: labelNames(order) ?? [],
    assignees: people(order) ?? [],
    milestoneId: milestone(order, repository) ?? null,
  });
  if (parent !== null) addSubIssue(graph.sim, by, parent, issue, false);
  return { issue: graph.show.issue(issue) };
}

/** An issue that the asker has written or may triage. */
function writable({ graph, by }: Order<never>, issue: Issue): Issue {
  const role = issue.authorId === by.account.id ? "read" : "triage";
  demandOn(graph, issue, write(role, "issues"));
  return issue;
}

function labelable({ graph, text }: Order<"labelableId">): Issue {
  const subject = subjectWith(graph, text("labelableId"));
  demandOn(graph, subject, TRIAGE);
  return subject;
}

function reasonOf(name: string | undefined): StateReason {
  if (name === "NOT_PLANNED") return "not_planned";
  return name === "DUPLICATE" ? "duplicate" : "completed";
}
