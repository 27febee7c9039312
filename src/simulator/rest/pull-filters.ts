/** Which pull requests a list asks for, and in which order. */
import { choiceOf, queryOf } from "./call.ts";
import { known, where } from "../world/find.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { RepositoryCall } from "./call.ts";

/** What a list of pull requests may ask for. */
export const PULL_FILTER = ["state", "base", "head", "sort", "direction"];

/** The pull requests of a repository that the query of a call asks for. */
export function pullsAsked(call: RepositoryCall): PullRequest[] {
  const { world } = call.sim;
  const state = choiceOf(call, "state", ["open", "closed", "all"]);
  const base = queryOf(call, "base");
  const head = queryOf(call, "head");
  const rows = where(
    world.pulls,
    (pull) =>
      pull.repositoryId === call.repository.id &&
      (state === "all" || known(world.issues, pull.issueId).state === state) &&
      (base === null || pull.baseRef === base) &&
      (head === null || isHead(call, pull, head)),
  );
  const key =
    choiceOf(call, "sort", ["created", "updated"]) === "updated" ? "updatedAt" : "createdAt";
  // newest first, but in another order than that of creation the least comes first
  const usual = key === "createdAt" ? (["desc", "asc"] as const) : (["asc", "desc"] as const);
  const sign = choiceOf(call, "direction", usual) === "asc" ? 1 : -1;
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
