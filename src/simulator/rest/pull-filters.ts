/** Which pull requests a list asks for, and in which order. */
import { known, where } from "../world/find.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { RepositoryCall } from "./call.ts";

/** The pull requests of a repository that the query of a call asks for. */
export function pullsAsked(call: RepositoryCall): PullRequest[] {
  const { world } = call.sim;
  const query = (name: string): string | null => call.url.searchParams.get(name);
  const state = query("state") ?? "open";
  const base = query("base");
  const head = query("head");
  const rows = where(
    world.pulls,
    (pull) =>
      pull.repositoryId === call.repository.id &&
      (state === "all" || known(world.issues, pull.issueId).state === state) &&
      (base === null || pull.baseRef === base) &&
      (head === null || isHead(call, pull, head)),
  );
  const key = query("sort") === "updated" ? "updatedAt" : "createdAt";
  const sign = query("direction") === "asc" ? 1 : -1;
  const time = (pull: PullRequest): string => known(world.issues, pull.issueId)[key];
  return rows.toSorted(
    (one, other) => sign * (time(one).localeCompare(time(other)) || one.number - other.number),
  );
}

/** GitHub takes `owner:branch`; a head without an owner is no filter at all. */
function isHead(call: RepositoryCall, pull: PullRequest, head: string): boolean {
  const colon = head.indexOf(":");
  if (colon < 0) return true;
  const { world } = call.sim;
  const repository = known(world.repositories, pull.headRepositoryId);
  const owner = known(world.accounts, repository.ownerId).login;
  const isOwner = owner.toLowerCase() === head.slice(0, colon).toLowerCase();
  return isOwner && pull.headRef === head.slice(colon + 1);
}
