/** Mutations of how issues hang together. */
import { addBlocker, addSubIssue, removeBlocker, removeSubIssue } from "../acts/relations.ts";
import { demandOn, write } from "./access.ts";
import { Fault } from "./faults.ts";
import { issueWith } from "./nodes.ts";
import type { Issue } from "../world/issues.ts";
import type { Mutation, Order } from "./input.ts";

/** Blockers and sub-issues added and removed. */
export const relationMutations: Readonly<Record<string, Mutation>> = {
  addBlockedBy: (order) => {
    const blocker = named(order, "blockingIssueId");
    const issue = addBlocker(order.graph.sim, order.by, writable(order), blocker);
    return dependency(order, issue, blocker);
  },
  removeBlockedBy: (order) => {
    const blocker = named(order, "blockingIssueId");
    const issue = removeBlocker(order.graph.sim, order.by, writable(order), blocker);
    return dependency(order, issue, blocker);
  },
  addSubIssue: (order) => {
    const child = named(order, "subIssueId");
    const replaces = order.optionalFlag("replaceParent") ?? false;
    const parent = addSubIssue(order.graph.sim, order.by, writable(order), child, replaces);
    return family(order, parent, child);
  },
  removeSubIssue: (order) => {
    const child = named(order, "subIssueId");
    return family(order, removeSubIssue(order.graph.sim, order.by, writable(order), child), child);
  },
};

function named({ graph, optionalText }: Order, key: string): Issue {
  const id = optionalText(key);
  // GitHub takes an address in its place
  if (id === undefined) throw new Fault("UNPROCESSABLE", `not modelled: an input without ${key}`);
  return issueWith(graph, id);
}

function writable({ graph, text }: Order): Issue {
  const issue = issueWith(graph, text("issueId"));
  demandOn(graph, issue, write("triage", "issues"));
  return issue;
}

function dependency({ graph }: Order, issue: Issue, blocker: Issue): Record<string, unknown> {
  return { issue: graph.show.issue(issue), blockingIssue: graph.show.issue(blocker) };
}

function family({ graph }: Order, parent: Issue, child: Issue): Record<string, unknown> {
  return { issue: graph.show.issue(parent), subIssue: graph.show.issue(child) };
}
