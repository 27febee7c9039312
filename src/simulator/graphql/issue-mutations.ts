/** Mutations of issues: opened, edited, closed, labelled. */
import { addLabels, removeLabel, setLabels } from "../acts/issue-labels.ts";
import { closeIssue, editIssue, openIssue, reopenIssue } from "../acts/issues.ts";
import { demandOn, demandWrite, TRIAGE, write } from "./access.ts";
import { issueWith, labelWith, repositoryWith, rowWith, subjectWith } from "./nodes.ts";
import { setAssignees } from "../acts/assignees.ts";
import type { Account } from "../world/accounts.ts";
import type { Mutation, Order } from "./input.ts";
import type { Issue, StateReason } from "../world/issues.ts";

/** Issues opened, edited, closed, reopened and labelled. */
export const issueMutations: Readonly<Record<string, Mutation>> = {
  createIssue: (order) => {
    const { graph, by } = order;
    const id = order.text("repositoryId");
    const repository = repositoryWith(graph, id);
    demandWrite(graph.actor, repository, write("read", "issues"), id);
    const issue = openIssue(graph.sim, by, repository, {
      title: order.text("title"),
      body: order.optionalText("body") ?? null,
      labels: labelNames(order, "labelIds") ?? [],
      assignees: people(order) ?? [],
    });
    return { issue: graph.show.issue(issue) };
  },
  updateIssue: (order) => {
    const { graph, by } = order;
    const issue = writable(order, issueWith(graph, order.text("id")));
    const title = order.optionalText("title");
    const body = order.optionalText("body");
    editIssue(graph.sim, by, issue, {
      ...(title === undefined ? {} : { title }),
      ...(body === undefined ? {} : { body }),
    });
    const labels = labelNames(order, "labelIds");
    if (labels !== undefined) setLabels(graph.sim, by, issue, labels);
    const assignees = people(order);
    if (assignees !== undefined) setAssignees(graph.sim, by, issue, assignees);
    const state = order.optionalText("state");
    if (state === "CLOSED") closeIssue(graph.sim, by, issue, "completed");
    if (state === "OPEN") reopenIssue(graph.sim, by, issue);
    return { issue: graph.show.issue(issue), actor: graph.show.account(by.account) };
  },
  closeIssue: (order) => {
    const issue = writable(order, issueWith(order.graph, order.text("issueId")));
    closeIssue(order.graph.sim, order.by, issue, reasonOf(order.optionalText("stateReason")));
    return { issue: order.graph.show.issue(issue) };
  },
  reopenIssue: (order) => {
    const issue = writable(order, issueWith(order.graph, order.text("issueId")));
    reopenIssue(order.graph.sim, order.by, issue);
    return { issue: order.graph.show.issue(issue) };
  },
  addLabelsToLabelable: (order) => {
    const { graph, by } = order;
    const subject = labelable(order);
    addLabels(graph.sim, by, subject, labelNames(order, "labelIds") ?? []);
    return { labelable: graph.show.issueOrPull(subject) };
  },
  removeLabelsFromLabelable: (order) => {
    const { graph, by } = order;
    const subject = labelable(order);
    for (const label of order.texts("labelIds").map((id) => labelWith(graph, id)))
      // unlike REST, GraphQL takes a label off that is not on
      if (subject.labelIds.includes(label.id)) removeLabel(graph.sim, by, subject, label.name);
    return { labelable: graph.show.issueOrPull(subject) };
  },
};

/** An issue that the asker has written or may triage. */
function writable({ graph, by }: Order, issue: Issue): Issue {
  const role = issue.authorId === by.account.id ? "read" : "triage";
  demandOn(graph, issue, write(role, "issues"));
  return issue;
}

function labelable({ graph, text }: Order): Issue {
  const subject = subjectWith(graph, text("labelableId"));
  demandOn(graph, subject, TRIAGE);
  return subject;
}

function labelNames({ graph, optionalTexts }: Order, key: string): string[] | undefined {
  return optionalTexts(key)?.map((id) => labelWith(graph, id).name);
}

function people({ graph, optionalTexts }: Order): Account[] | undefined {
  return optionalTexts("assigneeIds")?.map((id) => rowWith(graph.sim.world.accounts, id));
}

function reasonOf(name: string | undefined): StateReason {
  if (name === "NOT_PLANNED") return "not_planned";
  return name === "DUPLICATE" ? "duplicate" : "completed";
}
