/** REST: merging pull requests and branches. */
import { accountShape } from "../shapes/accounts.ts";
import { commitShape } from "../shapes/commits.ts";
import { created, noContent, ok, optionalText, optionalTexts, textOf } from "./call.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { invalid, notFound, Refusal } from "../refusal.ts";
import { known } from "../world/find.ts";
import { mergeBranch, mergePull, updateBranch } from "../acts/merges.ts";
import { needs, repositoryRoute } from "./route.ts";
import { pullAt } from "./pull-at.ts";
import { pullShape, pullUrl } from "../shapes/pulls.ts";
import { readCommit } from "../git/history.ts";
import { removeReviewers, requestReviewers } from "../acts/reviewers.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { MergeMethod } from "../world/pulls.ts";
import type { Route } from "./route.ts";

const READ = needs("pull_requests", "read", "read");
const WRITE = needs("pull_requests", "write", "write");
const MERGE = needs("contents", "write", "write");
const ASKED = "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers" as const;

/** The routes of this file. */
export const mergeRoutes: readonly Route[] = [
  repositoryRoute("GET /repos/{owner}/{repo}/pulls/{pull_number}/merge", READ, (call) => {
    if (pullAt(call).merged) return noContent();
    throw notFound();
  }),
  repositoryRoute("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", MERGE, merge, [
    "merge_method",
    "sha",
    "commit_title",
    "commit_message",
  ]),
  repositoryRoute(
    "PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch",
    WRITE,
    async (call) => {
      const pull = pullAt(call);
      await updateBranch(call.sim, call.by, pull, optionalText(call, "expected_head_sha"));
      const body = { message: "Updating pull request branch.", url: pullUrl(call.sim, pull) };
      return { status: 202, body };
    },
    ["expected_head_sha"],
  ),
  repositoryRoute("POST /repos/{owner}/{repo}/merges", MERGE, mergeBranches, [
    "base",
    "head",
    "commit_message",
  ]),
  repositoryRoute(`GET ${ASKED}`, READ, (call) => ok(askedShape(call))),
  repositoryRoute(
    `POST ${ASKED}`,
    WRITE,
    (call) => {
      const pull = requestReviewers(call.sim, call.by, pullAt(call), reviewers(call));
      return created(pullShape(call.sim, pull));
    },
    ["reviewers"],
  ),
  repositoryRoute(
    `DELETE ${ASKED}`,
    WRITE,
    (call) => {
      const pull = removeReviewers(call.sim, call.by, pullAt(call), reviewers(call));
      return ok(pullShape(call.sim, pull));
    },
    ["reviewers"],
  ),
];

async function merge(call: RepositoryCall): Promise<Answer> {
  const sha = await mergePull(call.sim, call.by, pullAt(call), {
    method: methodOf(optionalText(call, "merge_method") ?? "merge"),
    sha: optionalText(call, "sha"),
    title: optionalText(call, "commit_title"),
    message: optionalText(call, "commit_message"),
  });
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

function methodOf(text: string): MergeMethod {
  if (text === "merge" || text === "squash" || text === "rebase") return text;
  throw invalid({ resource: "PullRequest", field: "merge_method", code: "invalid", value: text });
}

async function mergeBranches(call: RepositoryCall): Promise<Answer> {
  const { sim, by, repository } = call;
  const [into, from] = [textOf(call, "base"), textOf(call, "head")];
  const message = optionalText(call, "commit_message") ?? `Merge ${from} into ${into}`;
  const outcome = await mergeBranch(sim, by, repository, { into, from, message });
  switch (outcome.kind) {
    case "nothing":
      return noContent();
    case "conflict":
      throw new Refusal(409, "Merge conflict");
    case "merged":
      return created(
        commitShape(sim, repository, await readCommit(gitDirOf(sim, repository), outcome.commit)),
      );
  }
}

function reviewers(call: RepositoryCall): string[] {
  return optionalTexts(call, "reviewers") ?? [];
}

function askedShape(call: RepositoryCall): Readonly<Record<string, unknown>> {
  const { sim } = call;
  const people = pullAt(call).requestedReviewerIds.map((id) => known(sim.world.accounts, id));
  return { users: people.map((person) => accountShape(sim, person)), teams: [] };
}
