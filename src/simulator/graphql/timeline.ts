/** The timeline of an issue or pull request: the kinds of events that the simulator shows. */
import { commentsOf, findLabel, known, where } from "../world/find.ts";
import { connection } from "./connection.ts";
import { NotModelled } from "../refusal.ts";
import type { Arguments, Show, Shown } from "./graph.ts";
import type { Connection } from "./connection.ts";
import type { Issue, TimelineEvent } from "../world/issues.ts";
import type { Sim } from "../sim.ts";

const shownEvents = {
  LABELED_EVENT: { event: "labeled", typename: "LabeledEvent" },
  UNLABELED_EVENT: { event: "unlabeled", typename: "UnlabeledEvent" },
  CLOSED_EVENT: { event: "closed", typename: "ClosedEvent" },
  REOPENED_EVENT: { event: "reopened", typename: "ReopenedEvent" },
  ADDED_TO_MERGE_QUEUE_EVENT: {
    event: "added_to_merge_queue",
    typename: "AddedToMergeQueueEvent",
  },
  REMOVED_FROM_MERGE_QUEUE_EVENT: {
    event: "removed_from_merge_queue",
    typename: "RemovedFromMergeQueueEvent",
  },
} as const;

/** The field `timelineItems`; the caller names the item types it wants. */
export function timelineOf(sim: Sim, show: Show, issue: Issue): Connection {
  return (args, graph, info) => {
    const types = askedTypes(args);
    const entries = [
      ...where(sim.world.timeline, (row) => row.issueId === issue.id && types.has(row.event)).map(
        (row) => ({ id: row.id, at: row.createdAt, shown: () => showEvent(sim, show, issue, row) }),
      ),
      ...(types.has("comment") ? commentsOf(sim.world, issue) : []).map((row) => ({
        id: row.id,
        at: row.createdAt,
        shown: () => show.comment(row),
      })),
    ].toSorted((one, other) => one.id - other.id);
    const { since } = args;
    const wanted =
      typeof since === "string"
        ? entries.filter(({ at }) => Date.parse(at) >= Date.parse(since))
        : entries;
    return connection(
      () => wanted,
      ({ shown }) => shown(),
      { filteredCount: wanted.length, updatedAt: issue.updatedAt },
    )(args, graph, info);
  };
}

function askedTypes(args: Arguments): ReadonlySet<string> {
  const { itemTypes } = args;
  if (!Array.isArray(itemTypes)) throw new NotModelled("timelineItems without itemTypes");
  return new Set(
    itemTypes.map((type: unknown) => {
      if (type === "ISSUE_COMMENT") return "comment";
      if (isShownType(type)) return shownEvents[type].event;
      throw new NotModelled(`timelineItems(itemTypes: ${String(type)})`);
    }),
  );
}

function isShownType(type: unknown): type is keyof typeof shownEvents {
  return typeof type === "string" && type in shownEvents;
}

function showEvent(sim: Sim, show: Show, issue: Issue, row: TimelineEvent): Shown {
  const type = Object.values(shownEvents).find(({ event }) => event === row.event);
  const subject = (): Shown => show.issueOrPull(issue);
  return {
    __typename: type?.typename ?? row.event,
    id: row.nodeId,
    createdAt: row.createdAt,
    actor: () => show.account(known(sim.world.accounts, row.actorId)),
    labelable: subject,
    closable: subject,
    label: () => labelThen(sim, show, issue, row),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    ...(row.event === "removed_from_merge_queue" ? removalFields(sim, show, issue, row) : {}),
  };
}

/** Its commit is the one that the queue had checked. */
function removalFields(
  sim: Sim,
  show: Show,
  issue: Issue,
  { reason, commitId }: TimelineEvent,
): Omit<Shown, "__typename"> {
  const repository = known(sim.world.repositories, issue.repositoryId);
  return {
    reason,
    beforeCommit: () => (commitId === null ? null : show.commit(repository, commitId)),
    pullRequest: () => show.issueOrPull(issue),
  };
}

/** The label as it is today, or as it was called when it was put on. */
function labelThen(sim: Sim, show: Show, issue: Issue, row: TimelineEvent): Shown {
  const { name, color } = row.label ?? { name: "", color: "ededed" };
  const label = findLabel(sim.world, known(sim.world.repositories, issue.repositoryId), name);
  return label === null
    ? { __typename: "Label", id: row.nodeId, name, color, description: null, isDefault: false }
    : show.label(label);
}
