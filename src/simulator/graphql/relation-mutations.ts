/** Mutations of how issues hang together. */
import { addBlocker, addSubIssue, removeBlocker, removeSubIssue } from "../acts/relations.ts";
import { demandOn, write } from "./access.ts";
import { issueWith } from "./nodes.ts";
import { mutation } from "./input.ts";
import { NotModelled } from "../refusal.ts";
import type { Issue } from "../world/issues.ts";
import type { Mutation, Order, Payload } from "./input.ts";

/** Blockers and sub-issues added and removed. */
export const relationMutations: Readonly<Record<string, Mutation>> = {
  addBlockedBy: mutation(["issueId", "blockingIssueId"], (order) => {
    const blocker = issueWith(order.graph, order.text("blockingIssueId"));
    const issue = addBlocker(order.graph.sim, order.by, writable(order), blocker);
    return dependency(order, issue, blocker);
  }),
  removeBlockedBy: mutation(["issueId", "blockingIssueId"], (order) => {
    const blocker = issueWith(order.graph, order.text("blockingIssueId"));
    const issue = removeBlocker(order.graph.sim, order.by, writable(order), blocker);
    return dependency(order, issue, blocker);
  }),
  addSubIssue: mutation(["issueId", "subIssueId", "replaceParent"], (order) => {
    const id = order.optionalText("subIssueId");
    // GitHub takes an address in its place, or finds nothing to do
    if (id === undefined) throw new NotModelled("addSubIssue without subIssueId");
    const child = issueWith(order.graph, id);
    const replaces = order.optionalFlag("replaceParent") ?? false;
    const parent = addSubIssue(order.graph.sim, order.by, writable(order), child, replaces);
    return family(order, parent, child);
  }),
  removeSubIssue: mutation(["issueId", "subIssueId"], (order) => {
    const child = issueWith(order.graph, order.text("subIssueId"));
    return family(order, removeSubIssue(order.graph.sim, order.by, writable(order), child), child);
  }),
};

function writable({ graph, text }: Order<"issueId">): Issue {
  const issue = issueWith(graph, text("issueId"));
  demandOn(graph, issue, write("triage", "issues"));
  return issue;
}

function dependency({ graph }: Order<never>, issue: Issue, blocker: Issue): Payload {
  return { issue: graph.show.issue(issue), blockingIssue: graph.show.issue(blocker) };
}

function family({ graph }: Order<never>, parent: Issue, child: Issue): Payload {
  return { issue: graph.show.issue(parent), subIssue: graph.show.issue(child) };
}
