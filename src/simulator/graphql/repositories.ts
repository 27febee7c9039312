/** Repositories with their branches, files and lists as GraphQL shows them. */
import { connection } from "./connection.ts";
import { demandRead, readContents, readIssues, readPulls } from "./access.ts";
import { Fault } from "./faults.ts";
import { findIssue, findLabel, fullName, known, roleOf, where } from "../world/find.ts";
import { inOrder } from "./order.ts";
import { repositoryPage } from "../shapes/repositories.ts";
import { showQueue } from "./merge-queues.ts";
import { showObject, showRef } from "./git-objects.ts";
import type { Actor } from "../auth/who.ts";
import type { Arguments, Show, Shown } from "./graph.ts";
import type { Issue } from "../world/issues.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

/** A repository. */
export function showRepository(sim: Sim, actor: Actor, show: Show, repository: Repository): Shown {
  const { world } = sim;
  const url = repositoryPage(sim, repository);
  return {
    __typename: "Repository",
    ...settings(repository),
    nameWithOwner: fullName(world, repository),
    url,
    resourcePath: url.slice(sim.url.length),
    owner: () => show.account(known(world.accounts, repository.ownerId)),
    viewerPermission:
      "account" in actor ? (roleOf(repository, actor.account)?.toUpperCase() ?? null) : null,
    ...gitFields(sim, actor, show, repository),
    ...issueFields(sim, actor, show, repository),
    ...pullFields(sim, actor, show, repository),
  };
}

function settings(repository: Repository): Omit<Shown, "__typename"> {
  return {
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    description: repository.description,
    isPrivate: repository.private,
    visibility: repository.private ? "PRIVATE" : "PUBLIC",
    isArchived: repository.archived,
    isDisabled: false,
    isFork: false,
    autoMergeAllowed: repository.allowAutoMerge,
    mergeCommitAllowed: repository.allowMergeCommit,
    squashMergeAllowed: repository.allowSquashMerge,
    rebaseMergeAllowed: repository.allowRebaseMerge,
    deleteBranchOnMerge: repository.deleteBranchOnMerge,
    hasIssuesEnabled: true,
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
  };
}

function gitFields(
  sim: Sim,
  actor: Actor,
  show: Show,
  repository: Repository,
): Omit<Shown, "__typename"> {
  const ref = async (name: string): Promise<Shown | null> => {
    demandRead(actor, repository, readContents);
    return await showRef(sim, show, repository, name);
  };
  return {
    defaultBranchRef: () => ref(`refs/heads/${repository.defaultBranch}`),
    mergeQueue: ({ branch }: Arguments) =>
      showQueue(
        sim,
        show,
        repository,
        typeof branch === "string" ? branch : repository.defaultBranch,
      ),
    ref: (args: Arguments) => ref(String(args["qualifiedName"])),
    object: async (args: Arguments) => {
      demandRead(actor, repository, readContents);
      return await showObject(sim, show, repository, String(args["oid"] ?? args["expression"]));
    },
  };
}

function issueFields(
  sim: Sim,
  actor: Actor,
  show: Show,
  repository: Repository,
): Omit<Shown, "__typename"> {
  const { world } = sim;
  return {
    issue: (args: Arguments) => {
      const found = findIssue(world, repository, Number(args["number"]));
      if (found === null || found.gone !== null || found.pullId !== null)
        throw missing("an Issue", args);
      return show.issue(found);
    },
    issueOrPullRequest: (args: Arguments) => {
      const found = findIssue(world, repository, Number(args["number"]));
      if (found === null || found.gone !== null) throw missing("an issue or pull request", args);
      return show.issueOrPull(found);
    },
    issues: connection((args) => {
      demandRead(actor, repository, readIssues);
      const fits = filterOf(sim, args);
      const rows = where(
        world.issues,
        (row) => row.repositoryId === repository.id && row.pullId === null && row.gone === null,
      ).filter(fits);
      return inOrder(rows, args, (row) => row.updatedAt);
    }, show.issue),
    label: (args: Arguments) => {
      const label = findLabel(world, repository, String(args["name"]));
      return label === null ? null : show.label(label);
    },
    labels: connection(
      () => where(world.labels, (label) => label.repositoryId === repository.id),
      show.label,
    ),
  };
}

function pullFields(
  sim: Sim,
  actor: Actor,
  show: Show,
  repository: Repository,
): Omit<Shown, "__typename"> {
  const { world } = sim;
  const pulls = (): PullRequest[] =>
    where(world.pulls, (row) => row.repositoryId === repository.id);
  return {
    pullRequest: (args: Arguments) => {
      const { number } = args;
      const found = pulls().find((row) => row.number === number);
      if (found === undefined) throw missing("a PullRequest", args);
      return show.pull(found);
    },
    pullRequests: connection((args) => {
      demandRead(actor, repository, readPulls);
      const fits = filterOf(sim, args);
      const { headRefName, baseRefName } = args;
      const rows = pulls().filter(
        (row) =>
          isUnset(headRefName, row.headRef) &&
          isUnset(baseRefName, row.baseRef) &&
          fits(known(world.issues, row.issueId)),
      );
      return inOrder(rows, args, (row) => known(world.issues, row.issueId).updatedAt);
    }, show.pull),
  };
}

/** Whether an argument is left out, or is just this. */
function isUnset(argument: unknown, value: string): boolean {
  return argument === undefined || argument === null || argument === value;
}

/** What `labels` and `states` ask for. */
function filterOf(sim: Sim, { labels, states }: Arguments): (issue: Issue) => boolean {
  return (issue) => {
    const names = issue.labelIds.map((id) => known(sim.world.labels, id).name);
    return (
      (!Array.isArray(states) || states.includes(stateOf(sim, issue))) &&
      (!Array.isArray(labels) || labels.some((label) => names.includes(label)))
    );
  };
}

function stateOf(sim: Sim, issue: Issue): string {
  const isMerged = issue.pullId !== null && known(sim.world.pulls, issue.pullId).merged;
  return isMerged ? "MERGED" : issue.state.toUpperCase();
}

function missing(what: string, args: Arguments): Fault {
  const number = String(args["number"]);
  return new Fault("NOT_FOUND", `Could not resolve to ${what} with the number of ${number}.`);
}
