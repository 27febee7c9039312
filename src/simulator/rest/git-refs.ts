/** REST: branches and git's own objects: refs, commits, trees, blobs. */
import { createReference, deleteReference, updateReference } from "../acts/refs.ts";
import { created, noContent, ok, optionalFlag, param, queryOf, textOf } from "./call.ts";
import { gitCommitShape } from "../shapes/commits.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { listRefs } from "../git/refs.ts";
import { resolveCommit } from "../git/repository.ts";
import { listTree, readBlob, readCommit } from "../git/history.ts";
import { needs, repositoryRoute } from "./route.ts";
import { notFound, Refusal } from "../refusal.ts";
import { objectKind } from "../git/history.ts";
import { paged } from "./pages.ts";
import { repositoryUrl } from "../shapes/repositories.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";
import type { Shape } from "../shapes/accounts.ts";

const READ = needs("contents", "read", "read");
const WRITE = needs("contents", "write", "write");
const GIT = "/repos/{owner}/{repo}/git" as const;

/** The routes of this file. */
export const gitRoutes: readonly Route[] = [
  repositoryRoute(`GET ${GIT}/ref/{ref+}`, READ, readRef),
  repositoryRoute(`GET ${GIT}/matching-refs/{ref+}`, READ, async (call) => {
    const refs = listRefs(gitDirOf(call.sim, call.repository), refParam(call));
    return paged(call, [...refs], ([ref, sha]) => refShape(call, ref, sha));
  }),
  repositoryRoute(
    `POST ${GIT}/refs`,
    WRITE,
    async (call) => {
      const { sim, by, repository } = call;
      const ref = textOf(call, "ref");
      const sha = await createReference(sim, by, repository, ref, textOf(call, "sha"));
      return created(refShape(call, ref, sha));
    },
    ["ref", "sha"],
  ),
  repositoryRoute(
    `PATCH ${GIT}/refs/{ref+}`,
    WRITE,
    async (call) => {
      const { sim, by, repository } = call;
      const target = { sha: textOf(call, "sha"), force: optionalFlag(call, "force") ?? false };
      const sha = await updateReference(sim, by, repository, refParam(call), target);
      return ok(refShape(call, refParam(call), sha));
    },
    ["sha", "force"],
  ),
  repositoryRoute(`DELETE ${GIT}/refs/{ref+}`, WRITE, async (call) => {
    await deleteReference(call.sim, call.by, call.repository, refParam(call));
    return noContent();
  }),
  repositoryRoute(`GET ${GIT}/commits/{commit_sha}`, READ, async (call) => {
    const gitDir = gitDirOf(call.sim, call.repository);
    const sha = await resolveCommit(gitDir, param(call, "commit_sha"));
    if (sha === undefined) throw notFound();
    return ok(gitCommitShape(call.sim, call.repository, await readCommit(gitDir, sha)));
  }),
  repositoryRoute(`GET ${GIT}/trees/{tree_sha}`, READ, readTree, ["recursive"]),
  repositoryRoute(`GET ${GIT}/blobs/{file_sha}`, READ, readOneBlob),
];

function refParam(call: RepositoryCall): string {
  return `refs/${param(call, "ref")}`;
}

async function readRef(call: RepositoryCall): Promise<Answer> {
  const refs = listRefs(gitDirOf(call.sim, call.repository), refParam(call));
  const sha = refs.get(refParam(call));
  if (sha === undefined) throw notFound();
  return ok(refShape(call, refParam(call), sha));
}

function refShape(call: RepositoryCall, ref: string, sha: string): Shape {
  const root = `${repositoryUrl(call.sim, call.repository)}/git`;
  return {
    ref,
    node_id: `REF_${Buffer.from(`${call.repository.id}:${ref}`).toString("base64url")}`,
    url: `${root}/${ref}`,
    object: { sha, type: "commit", url: `${root}/commits/${sha}` },
  };
}

async function readTree(call: RepositoryCall): Promise<Answer> {
  const gitDir = gitDirOf(call.sim, call.repository);
  const root = `${repositoryUrl(call.sim, call.repository)}/git`;
  const name = param(call, "tree_sha");
  const commit = await resolveCommit(gitDir, name);
  const sha = commit === undefined ? name : (await readCommit(gitDir, commit)).tree;
  if ((await objectKind(gitDir, sha)) !== "tree") throw notFound();
  const isRecursive = queryOf(call, "recursive") !== null;
  const entries = await listTree(gitDir, sha, isRecursive ? "all levels" : "one level");
  return ok({
    sha,
    url: `${root}/trees/${sha}`,
    tree: entries.map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.bytes === undefined ? {} : { size: entry.bytes }),
      url: `${root}/${entry.type}s/${entry.sha}`,
    })),
    truncated: false,
  });
}

async function readOneBlob(call: RepositoryCall): Promise<Answer> {
  const gitDir = gitDirOf(call.sim, call.repository);
  const sha = param(call, "file_sha");
  const kind = await objectKind(gitDir, sha);
  if (kind === undefined) throw notFound();
  if (kind !== "blob") throw new Refusal(422, "The sha parameter is not a blob.");
  const content = await readBlob(gitDir, sha);
  return ok({
    sha,
    node_id: `B_${Buffer.from(`${call.repository.id}:${sha}`).toString("base64url")}`,
    size: content.length,
    url: `${repositoryUrl(call.sim, call.repository)}/git/blobs/${sha}`,
    content: content.toString("base64"),
    encoding: "base64",
  });
}
