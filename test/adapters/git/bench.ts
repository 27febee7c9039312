/** A remote on loopback, a data folder and the adapter between them, for tests. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { createGit } from "../../../src/adapters/git/create-git.ts";
import type { GitSurroundings } from "../../../src/adapters/git/ground.ts";
import type { ImportOrder, WorktreeOrder } from "../../../src/core/effect.ts";
import {
  installationId,
  issueNumber,
  millis,
  repositoryId,
  sha,
  workerId,
} from "../../../src/core/ids.ts";
import type { Sha } from "../../../src/core/ids.ts";
import type { RepositoryRef } from "../../../src/core/issue.ts";
import { defaultRepositoryPolicy } from "../../../src/core/policy.ts";
import type { Git } from "../../../src/ports.ts";
import type { GitHost } from "../../../src/simulator/git/backend.ts";
import { git as runAs, startGitServer } from "../../simulator/git-server.ts";
import type { GitServer } from "../../simulator/git-server.ts";
import { emptyRoot, makeOrCopy } from "./kept.ts";

export const TOKEN = "mona-token";

export const repository: RepositoryRef = {
  id: repositoryId(7),
  owner: "octo",
  name: "demo",
  installation: installationId(1),
};

export interface Bench extends AsyncDisposable {
  readonly server: GitServer;
  readonly root: string;
  readonly mirror: string;
  readonly git: Git;
  readonly said: string[];
  /** Another adapter on the same folder, as after a restart. */
  readonly restart: (changes?: Partial<GitSurroundings>) => Git;
}

/** A server of `octo/demo` and an adapter with an empty data folder. */
export async function openBench(
  host: Partial<GitHost<string>> = {},
  usual: Partial<GitSurroundings> = {},
): Promise<Bench> {
  const server = await startGitServer(host);
  const root = await emptyRoot();
  const said: string[] = [];
  const say = (fields: object, message: string): void => {
    said.push(`${message} ${JSON.stringify(fields)}`);
  };
  const restart = (changes: Partial<GitSurroundings> = {}): Git =>
    createGit({
      root,
      credential: async () => remoteOf(server),
      log: { info: say, warn: say },
      ...usual,
      ...changes,
    });
  const mirror = join(root, "repositories", "7", "mirror.git");
  return {
    ...{ server, root, mirror, said, restart },
    git: restart(),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const remoteOf = (server: GitServer): { url: string; username: string; token: string } => ({
  url: `${server.origin}/octo/demo.git`,
  username: "x-access-token",
  token: TOKEN,
});

/** What is asked of a worktree, with the Worker's run that it is asked after. */
export type RunOrder = WorktreeOrder & { readonly run: number };

/** The order for the first attempt of an issue, with changes. */
export function orderFor(issue: number, changes: Partial<WorktreeOrder> = {}): RunOrder {
  return {
    run: 1,
    repository,
    issueNumber: issue,
    attempt: 1,
    worker: workerId(issueNumber(issue), millis(1_700_000_000_000)),
    base: "main",
    branch: `feature/${issue}-say-hello`,
    from: null,
    pull: null,
    ...changes,
  };
}

export const importOf = (order: RunOrder, base: Sha): ImportOrder => ({
  ...order,
  base,
  baseBranch: order.base,
  message: "Keep what the Worker did not commit",
  gates: defaultRepositoryPolicy.gates,
  judged: "all",
});

/** Makes a worktree, or copies one that was made before, and answers with its folder. */
export async function openWorktree(
  bench: Bench,
  order: WorktreeOrder,
): Promise<{ readonly folder: string; readonly base: Sha }> {
  const base = await makeOrCopy(bench, order);
  return { folder: bench.git.workplace(order).worktree, base };
}

/** Imports and answers with the commits, or fails. */
export async function importedHead(bench: Bench, order: RunOrder, base: Sha): Promise<Sha> {
  const work = await bench.git.importWork(importOf(order, base));
  if (work.kind !== "commits") throw new Error(JSON.stringify(work));
  return work.head;
}

/** Runs git as an agent would in its worktree, with every configuration and hook it finds. */
export const runGit = async (folder: string, ...args: string[]): Promise<string> =>
  (await runAs(folder, ...args)).trimEnd();

/** Commits everything as the agent. */
export async function commitAll(folder: string, message: string): Promise<Sha> {
  await runGit(folder, "add", "-A");
  await runGit(folder, "commit", "-qm", message);
  return sha(await runGit(folder, "rev-parse", "HEAD"));
}

/** Writes files, with their folders. */
export async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** Paths in a commit of a repository. */
export const pathsIn = async (gitDir: string, commit: string): Promise<string[]> =>
  (await runGit(gitDir, "ls-tree", "-r", "--name-only", commit)).split("\n");

/** Somebody commits to the base branch on GitHub. */
export async function publish(
  { root, server }: Bench,
  change: (folder: string) => Promise<unknown>,
): Promise<void> {
  const clone = await mkdtemp(join(root, "clone-"));
  await runGit(root, "clone", "-q", server.cloneUrl, clone);
  await change(clone);
  await commitAll(clone, "publish");
  await runGit(clone, "push", "-q", "origin", "main");
  await rm(clone, { recursive: true });
}
