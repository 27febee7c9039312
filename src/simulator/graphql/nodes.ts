/** Finds the rows behind global node ids; whatever the asker may not see is unknown to him. */
import { canSee } from "../auth/who.ts";
import { Fault, unknownNode } from "./faults.ts";
import { known } from "../world/find.ts";
import { readNodeId } from "../world/world.ts";
import { readRefNodeId, showRef } from "./git-objects.ts";
import { seesProject } from "./access.ts";
import { showEntry } from "./merge-queues.ts";
import { showField } from "./board-fields.ts";
import type { Comment, Issue, Label } from "../world/issues.ts";
import type { Graph, Shown } from "./graph.ts";
import type { Project, ProjectField, ProjectItem } from "../world/boards.ts";
import type { PullRequest, ReviewThread } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";

/** Shows the node with an id. */
export async function showNode(graph: Graph, id: string): Promise<Shown> {
  const { sim, show } = graph;
  const { world } = sim;
  switch (id.slice(0, id.indexOf("_"))) {
    case "U":
    case "O":
    case "BOT":
      return show.account(rowWith(world.accounts, id));
    case "R":
      return show.repository(repositoryWith(graph, id));
    case "LA":
      return show.label(labelWith(graph, id));
    case "I":
    case "PR":
      return show.issueOrPull(subjectWith(graph, id));
    case "IC":
      return show.comment(commentWith(graph, id));
    case "PVT":
      return show.project(projectWith(graph, id));
    case "PVTF":
    case "PVTSSF":
      return showField(sim, show, fieldWith(graph, id));
    case "PVTI":
      return show.item(itemWith(graph, id));
    case "PRRT":
      return show.thread(threadWith(graph, id));
    case "REF":
      return await refWith(graph, id);
    default:
      return showPart(graph, id);
  }
}

/** Nodes that no mutation names. */
function showPart({ sim, actor, show }: Graph, id: string): Shown {
  const { world } = sim;
  const seen = <Row extends { readonly repositoryId: number }>(row: Row): Row => {
    if (canSee(actor, known(world.repositories, row.repositoryId))) return row;
    throw unknownNode(id);
  };
  const ofPull = <Row extends { readonly pullId: number }>(row: Row): Row => {
    seen(known(world.pulls, row.pullId));
    return row;
  };
  switch (id.slice(0, id.indexOf("_"))) {
    case "PRR":
      return show.review(ofPull(rowWith(world.reviews, id)));
    case "PRRC":
      return show.reviewComment(ofPull(rowWith(world.reviewComments, id)));
    case "CR":
      return show.checkRun(seen(rowWith(world.checkRuns, id)));
    case "CS":
      return show.checkSuite(seen(rowWith(world.checkSuites, id)));
    case "SC":
      return show.status(seen(rowWith(world.statuses, id)));
    case "MQE":
      return showEntry(sim, show, seen(rowWith(world.queueEntries, id)));
    case "MI":
      return show.milestone(seen(rowWith(world.milestones, id)));
    default:
      throw unknownNode(id);
  }
}

/** The row of a table that has this node id. */
export function rowWith<Row extends { readonly nodeId: string }>(
  rows: ReadonlyMap<number, Row>,
  id: string,
): Row {
  const row = rows.get(readNodeId(id)?.id ?? -1);
  if (row?.nodeId !== id) throw unknownNode(id);
  return row;
}

/** A repository. */
export function repositoryWith(graph: Graph, id: string): Repository {
  return visible(graph, id, rowWith(graph.sim.world.repositories, id).id);
}

/** An issue, or a pull request's issue half. */
export function subjectWith(graph: Graph, id: string): Issue {
  const { issues, pulls } = graph.sim.world;
  const issue = id.startsWith("PR_")
    ? known(issues, rowWith(pulls, id).issueId)
    : rowWith(issues, id);
  visible(graph, id, issue.repositoryId);
  if (issue.gone !== null) throw unknownNode(id);
  return issue;
}

/** An issue; a pull request's id is refused. */
export function issueWith(graph: Graph, id: string): Issue {
  const issue = subjectWith(graph, id);
  if (issue.pullId !== null) throw wrongKind(id, "Issue");
  return issue;
}

/** A pull request; an issue's id is refused. */
export function pullWith(graph: Graph, id: string): PullRequest {
  const { pullId } = subjectWith(graph, id);
  if (pullId === null) throw wrongKind(id, "PullRequest");
  return known(graph.sim.world.pulls, pullId);
}

/** A comment on an issue or pull request. */
export function commentWith(graph: Graph, id: string): Comment {
  const comment = rowWith(graph.sim.world.comments, id);
  visible(graph, id, known(graph.sim.world.issues, comment.issueId).repositoryId);
  return comment;
}

/** A label. */
export function labelWith(graph: Graph, id: string): Label {
  const label = rowWith(graph.sim.world.labels, id);
  visible(graph, id, label.repositoryId);
  return label;
}

/** A thread of a review. */
export function threadWith(graph: Graph, id: string): ReviewThread {
  const thread = rowWith(graph.sim.world.threads, id);
  visible(graph, id, known(graph.sim.world.pulls, thread.pullId).repositoryId);
  return thread;
}

/** A board. */
export function projectWith(graph: Graph, id: string): Project {
  const project = rowWith(graph.sim.world.projects, id);
  if (!seesProject(graph.sim, graph.actor, project)) throw unknownNode(id);
  return project;
}

/** A field of a board. */
export function fieldWith(graph: Graph, id: string): ProjectField {
  const field = rowWith(graph.sim.world.fields, id);
  projectOf(graph, id, field);
  return field;
}

/** A card. */
export function itemWith(graph: Graph, id: string): ProjectItem {
  const item = rowWith(graph.sim.world.items, id);
  projectOf(graph, id, item);
  return item;
}

function projectOf(graph: Graph, id: string, row: { readonly projectId: number }): void {
  const project = known(graph.sim.world.projects, row.projectId);
  if (!seesProject(graph.sim, graph.actor, project)) throw unknownNode(id);
}

async function refWith(graph: Graph, id: string): Promise<Shown> {
  const place = readRefNodeId(id);
  const repository = visible(graph, id, place?.repositoryId ?? -1);
  const ref = await showRef(graph.sim, graph.show, repository, place?.full ?? "");
  if (ref === null) throw unknownNode(id);
  return ref;
}

function visible({ sim, actor }: Graph, id: string, repositoryId: number): Repository {
  const repository = sim.world.repositories.get(repositoryId);
  if (repository === undefined || !canSee(actor, repository)) throw unknownNode(id);
  return repository;
}

function wrongKind(id: string, wanted: string): Fault {
  return new Fault(
    "NOT_FOUND",
    `Could not resolve to ${wanted} node with the global id of '${id}'.`,
  );
}
