/** Which issues a list asks for, and in which order. */
import { findAccount, findLabel, known, where } from "../world/find.ts";
import { choiceOf, queryOf } from "./call.ts";
import type { Issue } from "../world/issues.ts";
import type { RepositoryCall } from "./call.ts";

/** What a list of issues may ask for. */
export const ISSUE_FILTER = [
  "state",
  "labels",
  "creator",
  "assignee",
  "since",
  "sort",
  "direction",
];

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
  const sort =
    choiceOf(call, "sort", ["created", "updated"]) === "updated" ? "updatedAt" : "createdAt";
  const sign = choiceOf(call, "direction", ["desc", "asc"]) === "asc" ? 1 : -1;
  return rows.toSorted(
    (one, other) => sign * (one[sort].localeCompare(other[sort]) || one.number - other.number),
  );
}

function stateTest(call: RepositoryCall): Test {
  const state = choiceOf(call, "state", ["open", "closed", "all"]);
  return (issue) => state === "all" || issue.state === state;
}

function labelTest(call: RepositoryCall): Test {
  const names = (queryOf(call, "labels") ?? "").split(",").filter((name) => name !== "");
  const ids = names.map((name) => findLabel(call.sim.world, call.repository, name)?.id ?? -1);
  return (issue) => ids.every((id) => issue.labelIds.includes(id));
}

function peopleTest(call: RepositoryCall): Test {
  const creator = queryOf(call, "creator");
  const assignee = queryOf(call, "assignee");
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
  const since = Date.parse(queryOf(call, "since") ?? "");
  return (issue) => Number.isNaN(since) || Date.parse(issue.updatedAt) >= since;
}
