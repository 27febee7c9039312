/** REST: pull requests themselves. */
import { changeBase, openPull, reopenPull } from "../acts/pulls.ts";
import { clearableText, created, ok, optionalFlag, optionalText, textOf } from "./call.ts";
import { closePull } from "../acts/pull-endings.ts";
import { commitShape, fileShape } from "../shapes/commits.ts";
import { diffFiles } from "../git/diff.ts";
import { editIssue } from "../acts/issues.ts";
import { fullPullShape, pullShape } from "../shapes/pulls.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { invalid } from "../refusal.ts";
import { known } from "../world/find.ts";
import { listCommits } from "../git/history.ts";
import { mergeBase } from "../git/merge.ts";
import { needs, repositoryRoute } from "./route.ts";
import { paged } from "./pages.ts";
import { pullAt } from "./pull-at.ts";
import { PULL_FILTER, pullsAsked } from "./pull-filters.ts";
import { runGit } from "../git/run-git.ts";
import { refuseStranger } from "./issue-at.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";

const READ = needs("pull_requests", "read", "read");
const WRITE = needs("pull_requests", "write", "read");

const TEXT = ["title", "body", "base", "maintainer_can_modify"];

/** The routes of this file. */
export const pullRoutes: readonly Route[] = [
  repositoryRoute(
    "GET /repos/{owner}/{repo}/pulls",
    READ,
    (call) => paged(call, pullsAsked(call), (pull) => pullShape(call.sim, pull)),
    PULL_FILTER,
  ),
  repositoryRoute("POST /repos/{owner}/{repo}/pulls", WRITE, create, [...TEXT, "head", "draft"]),
  repositoryRoute("GET /repos/{owner}/{repo}/pulls/{pull_number}", READ, read),
  repositoryRoute("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", WRITE, update, [
    ...TEXT,
    "state",
  ]),
  repositoryRoute("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", READ, listFiles),
  repositoryRoute("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", READ, listOwnCommits),
];

async function create(call: RepositoryCall): Promise<Answer> {
  const { sim, by, repository } = call;
  const pull = await openPull(sim, by, repository, {
    title: textOf(call, "title"),
    body: optionalText(call, "body") ?? null,
    head: textOf(call, "head"),
    base: textOf(call, "base"),
    draft: optionalFlag(call, "draft") ?? false,
    maintainerCanModify: optionalFlag(call, "maintainer_can_modify") ?? false,
  });
  return created(fullPullShape(sim, pull));
}

async function read(call: RepositoryCall): Promise<Answer> {
  const pull = pullAt(call);
  if (!/\b(?:diff|patch)\b/.test(call.accept)) return ok(fullPullShape(call.sim, pull));
  const gitDir = gitDirOf(call.sim, call.repository);
  const text = call.accept.includes("patch")
    ? await runGit(gitDir, ["format-patch", "--stdout", `${pull.baseSha}..${pull.headSha}`])
    : await runGit(gitDir, ["diff", "--no-ext-diff", `${pull.baseSha}...${pull.headSha}`]);
  return { status: 200, body: text, headers: { "content-type": "text/plain; charset=utf-8" } };
}

async function update(call: RepositoryCall): Promise<Answer> {
  const { sim, by } = call;
  const pull = pullAt(call);
  const issue = known(sim.world.issues, pull.issueId);
  refuseStranger(call, issue.authorId);
  const title = optionalText(call, "title");
  const body = clearableText(call, "body");
  const base = optionalText(call, "base");
  const state = optionalText(call, "state");
  editIssue(sim, by, issue, {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
  });
  pull.maintainerCanModify =
    optionalFlag(call, "maintainer_can_modify") ?? pull.maintainerCanModify;
  if (base !== undefined) await changeBase(sim, by, pull, base);
  if (state === "closed") closePull(sim, by, pull);
  else if (state === "open") await reopenPull(sim, by, pull);
  else if (state !== undefined) {
    throw invalid({ resource: "PullRequest", field: "state", code: "invalid" });
  }
  return ok(fullPullShape(sim, pull));
}

async function listFiles(call: RepositoryCall): Promise<Answer> {
  const pull = pullAt(call);
  const gitDir = gitDirOf(call.sim, call.repository);
  const root = await mergeBase(gitDir, pull.baseSha, pull.headSha);
  const files = await diffFiles(gitDir, root, pull.headSha);
  return paged(call, files, (file) => fileShape(call.sim, call.repository, pull.headSha, file));
}

async function listOwnCommits(call: RepositoryCall): Promise<Answer> {
  const pull = pullAt(call);
  const commits = await listCommits(gitDirOf(call.sim, call.repository), {
    // A merged pull request is still shown against the base before its merge.
    revisions: [pull.headSha, `^${pull.baseSha}`],
    order: "oldest first",
    limit: 250,
  });
  return paged(call, commits, (commit) => commitShape(call.sim, call.repository, commit));
}
