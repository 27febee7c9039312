/** Commits, files and trees as GitHub's REST API and webhooks show them. */
import { accountShape } from "./accounts.ts";
import { first } from "../world/find.ts";
import { isoSeconds } from "../sim.ts";
import { repositoryPage, repositoryUrl } from "./repositories.ts";
import type { Account, Repository } from "../world/accounts.ts";
import type { Commit } from "../git/history.ts";
import type { FileChange, Touched } from "../git/diff.ts";
import type { Shape } from "./accounts.ts";
import type { Signature } from "../git/repository.ts";
import type { Sim } from "../sim.ts";

/** The address GitHub makes up for an account that shows none. */
export function noReplyEmail(account: Account): string {
  return `${account.id}+${account.login}@users.noreply.github.com`;
}

/** The account behind an author's address, or null. */
export function accountOf(sim: Sim, signature: Signature): Account | null {
  return first(
    sim.world.accounts,
    (account) => account.email === signature.email || noReplyEmail(account) === signature.email,
  );
}

/** A commit as `/commits` shows it; with its files, as `/commits/{ref}` does. */
export function commitShape(
  sim: Sim,
  repository: Repository,
  commit: Commit,
  files?: readonly FileChange[],
): Shape {
  const url = `${repositoryUrl(sim, repository)}/commits/${commit.sha}`;
  const [author, committer] = [accountOf(sim, commit.author), accountOf(sim, commit.committer)];
  const shape = {
    sha: commit.sha,
    node_id: commitNodeId(repository, commit.sha),
    commit: gitHalf(sim, repository, commit),
    url,
    html_url: `${repositoryPage(sim, repository)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: author === null ? null : accountShape(sim, author),
    committer: committer === null ? null : accountShape(sim, committer),
    parents: parents(sim, repository, commit, "commits"),
  };
  if (files === undefined) return shape;
  const additions = sum(files.map((file) => file.additions));
  const deletions = sum(files.map((file) => file.deletions));
  return {
    ...shape,
    stats: { total: additions + deletions, additions, deletions },
    files: files.map((file) => fileShape(sim, repository, commit.sha, file)),
  };
}

/** A commit as `/git/commits` shows it. */
export function gitCommitShape(sim: Sim, repository: Repository, commit: Commit): Shape {
  const { url, author, committer, message, tree, verification } = gitHalf(sim, repository, commit);
  return {
    sha: commit.sha,
    node_id: commitNodeId(repository, commit.sha),
    url,
    html_url: `${repositoryPage(sim, repository)}/commit/${commit.sha}`,
    author,
    committer,
    message,
    tree,
    parents: parents(sim, repository, commit, "git/commits"),
    verification,
  };
}

/** A commit as it stands in `check_suite` and `workflow_run`. */
export function headCommitShape(commit: Commit): Shape {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: isoSeconds(new Date(commit.committer.atMs)),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

/** A commit as it stands in `push`. */
export function pushedCommitShape(
  sim: Sim,
  repository: Repository,
  commit: Commit,
  touched: Touched | undefined,
): Shape {
  const named = (signature: Signature): Shape => {
    const account = accountOf(sim, signature);
    const username = account === null ? {} : { username: account.login };
    const date = isoSeconds(new Date(signature.atMs));
    return { name: signature.name, email: signature.email, date, ...username };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: isoSeconds(new Date(commit.committer.atMs)),
    url: `${repositoryPage(sim, repository)}/commit/${commit.sha}`,
    author: named(commit.author),
    committer: named(commit.committer),
    added: touched?.added ?? [],
    removed: touched?.removed ?? [],
    modified: touched?.modified ?? [],
  };
}

/** One file of a commit, a comparison or a pull request. */
export function fileShape(
  sim: Sim,
  repository: Repository,
  commit: string,
  file: FileChange,
): Shape {
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const page = repositoryPage(sim, repository);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${commit}/${path}`,
    raw_url: `${page}/raw/${commit}/${path}`,
    contents_url: `${repositoryUrl(sim, repository)}/contents/${path}?ref=${commit}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}

function gitHalf(sim: Sim, repository: Repository, commit: Commit): Shape {
  const root = repositoryUrl(sim, repository);
  const dated = ({ name, email, atMs }: Signature): Shape => ({
    name,
    email,
    date: isoSeconds(new Date(atMs)),
  });
  return {
    url: `${root}/git/commits/${commit.sha}`,
    author: dated(commit.author),
    committer: dated(commit.committer),
    message: commit.message,
    comment_count: 0,
    tree: { sha: commit.tree, url: `${root}/git/trees/${commit.tree}` },
    verification: {
      verified: false,
      reason: "unsigned",
      signature: null,
      payload: null,
      verified_at: null,
    },
  };
}

function parents(sim: Sim, repository: Repository, commit: Commit, kind: string): Shape[] {
  return commit.parents.map((sha) => ({
    sha,
    url: `${repositoryUrl(sim, repository)}/${kind}/${sha}`,
    html_url: `${repositoryPage(sim, repository)}/commit/${sha}`,
  }));
}

/** Commits are not rows of the world: their node ids name the repository and the object. */
export function commitNodeId(repository: Repository, sha: string): string {
  return `C_${Buffer.from(`kw:C:${repository.id}:${sha}`).toString("base64url")}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
