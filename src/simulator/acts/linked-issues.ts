/** Closing keywords: which issues a text says it closes, and closing them. */
import { closeIssue } from "./issues.ts";
import { findIssue, findRepository, known } from "../world/find.ts";
import type { By, Sim } from "../sim.ts";
import type { Issue } from "../world/issues.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";

/** A keyword, then `#1`, `owner/name#1` or the page of an issue. */
const CLOSING =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:https?:\/\/[^\s/]+\/)?(?:([\w.-]+)\/([\w.-]+))?(?:#|\/issues\/)(\d{1,9})\b/gi;

/** The issues a pull request will close; none unless it goes into the default branch. */
export function linkedIssues(sim: Sim, pull: PullRequest): Issue[] {
  const repository = known(sim.world.repositories, pull.repositoryId);
  if (pull.baseRef !== repository.defaultBranch) return [];
  const { body } = known(sim.world.issues, pull.issueId);
  return namedIssues(sim, repository, body ?? "");
}

/** Closes the open issues that a text landing on the default branch names. */
export function closeNamed(sim: Sim, by: By, repository: Repository, text: string): void {
  for (const issue of namedIssues(sim, repository, text)) {
    if (issue.state === "open") closeIssue(sim, by, issue, "completed");
  }
}

function namedIssues(sim: Sim, home: Repository, text: string): Issue[] {
  const found = new Set<Issue>();
  for (const [, owner, name, number] of text.matchAll(CLOSING)) {
    const repository =
      owner === undefined || name === undefined ? home : findRepository(sim.world, owner, name);
    if (repository === null) continue;
    const issue = findIssue(sim.world, repository, Number(number));
    if (issue !== null && issue.pullId === null && issue.gone === null) found.add(issue);
  }
  return [...found];
}
