/** REST: commits, comparisons and the pull requests of a commit. */
import { commitNamed } from "./commit-at.ts";
import { commitShape, fileShape } from "../shapes/commits.ts";
import { diffFiles } from "../git/diff.ts";
import { distance, mergeBase } from "../git/merge.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { listCommits, readCommit } from "../git/history.ts";
import { needs, repositoryRoute } from "./route.ts";
import { notFound, Refusal } from "../refusal.ts";
import { ok, param, queryOf } from "./call.ts";
import { paged } from "./pages.ts";
import { pullShape } from "../shapes/pulls.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repositories.ts";
import { resolveCommit } from "../git/repository.ts";
import { where } from "../world/find.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";

const READ = needs("contents", "read", "read");
const PULLS = needs("pull_requests", "read", "read");
const COMMITS = "/repos/{owner}/{repo}/commits" as const;

/** The routes of this file. */
export const commitRoutes: readonly Route[] = [
  repositoryRoute(`GET ${COMMITS}`, READ, listAll, ["sha", "path"]),
  repositoryRoute(`GET ${COMMITS}/{ref+}`, READ, readOne),
  repositoryRoute(`GET ${COMMITS}/{commit_sha}/pulls`, PULLS, pullsOf),
  repositoryRoute("GET /repos/{owner}/{repo}/compare/{basehead+}", READ, compare),
];

async function listAll(call: RepositoryCall): Promise<Answer> {
  const { sim, repository } = call;
  const gitDir = gitDirOf(sim, repository);
  const wanted = queryOf(call, "sha");
  const sha = await resolveCommit(gitDir, wanted ?? repository.defaultBranch);
  if (sha === undefined) {
    throw wanted === null ? new Refusal(409, "Git Repository is empty.") : notFound();
  }
  const path = queryOf(call, "path");
  const commits = await listCommits(gitDir, {
    revisions: [sha],
    order: "newest first",
    ...(path === null ? {} : { path }),
  });
  return paged(call, commits, (commit) => commitShape(sim, repository, commit));
}

async function readOne(call: RepositoryCall): Promise<Answer> {
  const { sim, repository } = call;
  const gitDir = gitDirOf(sim, repository);
  const sha = await commitNamed(call, param(call, "ref"));
  if (call.accept.includes("sha")) {
    return { status: 200, body: sha, headers: { "content-type": "text/plain; charset=utf-8" } };
  }
  const commit = await readCommit(gitDir, sha);
  return ok(commitShape(sim, repository, commit, await diffFiles(gitDir, commit.parents[0], sha)));
}

async function pullsOf(call: RepositoryCall): Promise<Answer> {
  const { sim, repository } = call;
  const sha = await commitNamed(call, param(call, "commit_sha"));
  const pulls = where(
    sim.world.pulls,
    (pull) =>
      pull.repositoryId === repository.id &&
      (pull.headSha === sha || (pull.merged && pull.mergeCommitSha === sha)),
  );
  return paged(call, pulls, (pull) => pullShape(sim, pull));
}

async function compare(call: RepositoryCall): Promise<Answer> {
  const { sim, repository } = call;
  const gitDir = gitDirOf(sim, repository);
  const [left = "", right = ""] = param(call, "basehead").split("...");
  const [base, head] = [await commitNamed(call, left), await commitNamed(call, right)];
  const root = await mergeBase(gitDir, base, head);
  if (root === undefined) throw notFound();
  const { ahead, behind } = await distance(gitDir, base, head);
  const commits = await listCommits(gitDir, {
    revisions: [head, `^${base}`],
    order: "oldest first",
  });
  const files = await diffFiles(gitDir, root, head);
  const shown = async (sha: string): Promise<unknown> =>
    commitShape(sim, repository, await readCommit(gitDir, sha));
  const page = `${repositoryPage(sim, repository)}/compare/${left}...${right}`;
  return ok({
    url: `${repositoryUrl(sim, repository)}/compare/${left}...${right}`,
    html_url: page,
    permalink_url: `${repositoryPage(sim, repository)}/compare/${base}...${head}`,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: await shown(base),
    merge_base_commit: await shown(root),
    status: relation(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.slice(0, 250).map((commit) => commitShape(sim, repository, commit)),
    files: files.slice(0, 300).map((file) => fileShape(sim, repository, head, file)),
  });
}

function relation(ahead: number, behind: number): string {
  if (ahead === 0) return behind === 0 ? "identical" : "behind";
  return behind === 0 ? "ahead" : "diverged";
}
