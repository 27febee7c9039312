/** Which issues a list asks for, and in which order. */
import { findAccount, findLabel, known, where } from "../world/find.ts";
import type { Issue } from "../world/issues.ts";
import type { RepositoryCall } from "./call.ts";

type Test = (issue: Issue) => boolean;

/** The issues of a repository that the query of a call asks for; pull requests are among them, as on GitHub. */
export function issuesAsked(call: RepositoryCall): Issue[] {
  const tests = [stateTest(call), labelTest(call), peopleTest(call), sinceTest(call)];
  const rows = where(
    call.sim.world.issues,
    (issue) =>
      issue.repositoryId === call.repository.id &&
      issue.gone === null &&
      tests.every((test) => test(issue)),
  );
  const key = { updated: "updatedAt", created: "createdAt" } as const;
  const sort = query(call, "sort") === "updated" ? key.updated : key.created;
  const sign = query(call, "direction") === "asc" ? 1 : -1;
  return rows.toSorted(
    (one, other) => sign * (one[sort].localeCompare(other[sort]) || one.number - other.number),
  );
}

function stateTest(call: RepositoryCall): Test {
  const state = query(call, "state") ?? "open";
  return (issue) => state === "all" || issue.state === state;
}

function labelTest(call: RepositoryCall): Test {
  const names = (query(call, "labels") ?? "").split(",").filter((name) => name !== "");
  const ids = names.map((name) => findLabel(call.sim.world, call.repository, name)?.id ?? -1);
  return (issue) => ids.every((id) => issue.labelIds.includes(id));
}

function peopleTest(call: RepositoryCall): Test {
  const creator = query(call, "creator");
  const assignee = query(call, "assignee");
  const creatorId = creator === null ? null : findAccount(call.sim.world, creator)?.id;
  const fitsAssignee: Test = (issue) => {
    if (assignee === null || assignee === "*") {
      return assignee === null || issue.assigneeIds.length > 0;
    }
    if (assignee === "none") return issue.assigneeIds.length === 0;
    return issue.assigneeIds.some(
      (id) => known(call.sim.world.accounts, id).login.toLowerCase() === assignee.toLowerCase(),
    );
  };
  return (issue) => (creatorId === null || issue.authorId === creatorId) && fitsAssignee(issue);
}

function sinceTest(call: RepositoryCall): Test {
  const since = Date.parse(query(call, "since") ?? "");
  return (issue) => Number.isNaN(since) || Date.parse(issue.updatedAt) >= since;
}

function query(call: RepositoryCall, name: string): string | null {
  return call.url.searchParams.get(name);
}
