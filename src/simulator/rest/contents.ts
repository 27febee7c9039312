/** REST: files and folders of a commit, read and written. */
import { commitToBranch } from "../acts/refs.ts";
import { created, ok, optionalText, param, queryOf, textOf } from "./call.ts";
import { entryAt, listTree, readBlob, readCommit } from "../git/history.ts";
import { findCommit } from "./commit-at.ts";
import { gitCommitShape } from "../shapes/commits.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { malformed, Refusal } from "../refusal.ts";
import { needs, repositoryRoute } from "./route.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repositories.ts";
import { resolveCommit } from "../git/repository.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";
import type { Shape } from "../shapes/accounts.ts";
import type { TreeEntry } from "../git/history.ts";

const READ = needs("contents", "read", "read");
const WRITE = needs("contents", "write", "write");

/** The routes of this file. */
export const contentRoutes: readonly Route[] = [
  repositoryRoute(
    "GET /repos/{owner}/{repo}/contents",
    READ,
    async (call) => await read(call, ""),
    ["ref"],
  ),
  repositoryRoute(
    "GET /repos/{owner}/{repo}/contents/{path+}",
    READ,
    async (call) => await read(call, param(call, "path").replace(/\/$/, "")),
    ["ref"],
  ),
  repositoryRoute("PUT /repos/{owner}/{repo}/contents/{path+}", WRITE, write, [
    "message",
    "content",
    "sha",
    "branch",
  ]),
];

async function read(call: RepositoryCall, path: string): Promise<Answer> {
  const { sim, repository } = call;
  const gitDir = gitDirOf(sim, repository);
  const ref = queryOf(call, "ref") ?? repository.defaultBranch;
  const commit = await findCommit(call, ref);
  if (commit === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const entry = await entryAt(gitDir, commit, path);
  if (entry === undefined) throw new Refusal(404, "Not Found");
  if (entry.type === "tree") {
    const entries = await listTree(gitDir, entry.sha, "one level");
    const places = entries.map((row) => ({
      ...row,
      path: path === "" ? row.path : `${path}/${row.path}`,
    }));
    return ok(places.map((row) => entryShape(call, ref, row)));
  }
  const content = await readBlob(gitDir, entry.sha);
  if (call.accept.includes("raw")) {
    return { status: 200, body: content, headers: { "content-type": "application/octet-stream" } };
  }
  return ok({
    ...entryShape(call, ref, entry),
    content: inLines(content.toString("base64")),
    encoding: "base64",
  });
}

/** GitHub breaks base64 after every 60 characters. */
function inLines(text: string): string {
  return text.replaceAll(/.{1,60}/g, "$&\n");
}

const TYPE_OF = { blob: "file", tree: "dir", commit: "submodule" } as const;

function entryShape(call: RepositoryCall, ref: string, entry: TreeEntry): Shape {
  const { sim, repository } = call;
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const [page, root] = [repositoryPage(sim, repository), repositoryUrl(sim, repository)];
  const isFile = entry.type === "blob";
  const self = `${root}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${root}/git/${isFile ? "blobs" : "trees"}/${entry.sha}`;
  const html = `${page}/${isFile ? "blob" : "tree"}/${ref}/${path}`;
  return {
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    size: entry.bytes ?? 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url: isFile ? `${page}/raw/${ref}/${path}` : null,
    type: TYPE_OF[entry.type],
    _links: { self, git, html },
  };
}

async function write(call: RepositoryCall): Promise<Answer> {
  const { sim, by, repository } = call;
  const path = param(call, "path");
  const branch = optionalText(call, "branch") ?? repository.defaultBranch;
  const gitDir = gitDirOf(sim, repository);
  const message = textOf(call, "message");
  const content = Buffer.from(textOf(call, "content"), "base64");
  const head = await resolveCommit(gitDir, `refs/heads/${branch}`);
  if (head === undefined) throw new Refusal(404, `Branch ${branch} not found`);
  const present = await entryAt(gitDir, head, path);
  const expected = optionalText(call, "sha");
  if (present !== undefined && expected === undefined) throw malformed('"sha" wasn\'t supplied.');
  if (present?.sha !== expected) throw new Refusal(409, `${path} does not match ${expected}`);
  const commit = await commitToBranch(sim, by, repository, {
    branch,
    files: { [path]: content },
    message,
    createFrom: undefined,
    author: undefined,
    onto: undefined,
  });
  const entry = await entryAt(gitDir, commit, path);
  if (entry === undefined) throw new Error(`${path} was committed but is not there`);
  const shape = gitCommitShape(sim, repository, await readCommit(gitDir, commit));
  const body = { content: entryShape(call, branch, entry), commit: shape };
  return present === undefined ? created(body) : ok(body);
}
