/** Branches, commits and files as GraphQL shows them. */
import { accountOf, commitNodeId } from "../shapes/commits.ts";
import { connection } from "./connection.ts";
import { entryAt, readBlob, readCommit } from "../git/history.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { isoSeconds } from "../sim.ts";
import { listRefs } from "../git/refs.ts";
import { resolveCommit } from "../git/repository.ts";
import { repositoryPage } from "../shapes/repositories.ts";
import type { Repository } from "../world/accounts.ts";
import type { Show, Shown } from "./graph.ts";
import type { Signature } from "../git/repository.ts";
import type { Sim } from "../sim.ts";

/** Text beyond this size is cut off, as GitHub does. */
const SHOWN_TEXT_BYTES = 512_000;

/** The branch or tag with a full name such as `refs/heads/main`, or null; a bare name is taken for a branch. */
export async function showRef(
  sim: Sim,
  show: Show,
  repository: Repository,
  name: string,
): Promise<Shown | null> {
  const full = name.startsWith("refs/") ? name : `refs/heads/${name}`;
  const sha = listRefs(gitDirOf(sim, repository), full).get(full);
  if (sha === undefined) return null;
  const prefix = full.startsWith("refs/tags/") ? "refs/tags/" : "refs/heads/";
  return {
    __typename: "Ref",
    id: refNodeId(repository, full),
    name: full.slice(prefix.length),
    prefix,
    repository: () => show.repository(repository),
    target: () => show.commit(repository, sha),
  };
}

function refNodeId(repository: Repository, full: string): string {
  return `REF_${Buffer.from(`${repository.id}:${full}`).toString("base64url")}`;
}

/** What a node id of a branch or tag means, or null for another node. */
export function readRefNodeId(id: string): { repositoryId: number; full: string } | null {
  if (!id.startsWith("REF_")) return null;
  const text = Buffer.from(id.slice("REF_".length), "base64url").toString();
  const colon = text.indexOf(":");
  return { repositoryId: Number(text.slice(0, colon)), full: text.slice(colon + 1) };
}

/** What `expression` means: a commit, or the file at `commit:path`; null where there is nothing. */
export async function showObject(
  sim: Sim,
  show: Show,
  repository: Repository,
  expression: string,
): Promise<Shown | null> {
  const gitDir = gitDirOf(sim, repository);
  const colon = expression.indexOf(":");
  const name = colon < 0 ? expression : expression.slice(0, colon);
  const sha = await resolveCommit(gitDir, name);
  if (sha === undefined) return null;
  if (colon < 0) return await show.commit(repository, sha);
  const entry = await entryAt(gitDir, sha, expression.slice(colon + 1));
  if (entry === undefined) return null;
  const shared = { ...ofObject(sim, show, repository, entry.sha, sha) };
  if (entry.type !== "blob") return { __typename: "Tree", ...shared };
  const bytes = await readBlob(gitDir, entry.sha);
  const isBinary = bytes.includes(0);
  return {
    __typename: "Blob",
    ...shared,
    byteSize: bytes.length,
    isBinary,
    isTruncated: bytes.length > SHOWN_TEXT_BYTES,
    text: isBinary ? null : bytes.subarray(0, SHOWN_TEXT_BYTES).toString("utf8"),
  };
}

/** A commit with its parents and checks. */
export async function showCommit(
  sim: Sim,
  show: Show,
  repository: Repository,
  sha: string,
  checks: Readonly<Record<string, unknown>>,
): Promise<Shown> {
  const commit = await readCommit(gitDirOf(sim, repository), sha);
  const [headline = "", ...rest] = commit.message.split("\n");
  const signed = (signature: Signature): Shown => {
    const account = accountOf(sim, signature);
    return {
      __typename: "GitActor",
      name: signature.name,
      email: signature.email,
      date: isoSeconds(new Date(signature.atMs)),
      user: () => (account === null ? null : show.account(account)),
    };
  };
  return {
    __typename: "Commit",
    ...ofObject(sim, show, repository, sha, sha),
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join("\n").trim(),
    committedDate: isoSeconds(new Date(commit.committer.atMs)),
    authoredDate: isoSeconds(new Date(commit.author.atMs)),
    author: signed(commit.author),
    committer: signed(commit.committer),
    parents: connection(
      () => commit.parents,
      (parent) => show.commit(repository, parent),
    ),
    ...checks,
  };
}

function ofObject(
  sim: Sim,
  show: Show,
  repository: Repository,
  oid: string,
  commit: string,
): Omit<Shown, "__typename"> {
  const url = `${repositoryPage(sim, repository)}/commit/${commit}`;
  return {
    id: commitNodeId(repository, oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    commitUrl: url,
    url,
    commitResourcePath: url.slice(sim.url.length),
    resourcePath: url.slice(sim.url.length),
    repository: () => show.repository(repository),
  };
}
