/** What a worktree of a large repository costs, beside what git alone takes for one. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { createGit } from "../../src/adapters/git/create-git.ts";
import { repositoryLayout } from "../../src/adapters/git/layout.ts";
import { commitAt, ensureMirror, fetchBranch, remoteRef } from "../../src/adapters/git/mirror.ts";
import type { Remote } from "../../src/adapters/git/network.ts";
import { makeSpare } from "../../src/adapters/git/spare.ts";
import type { WorktreeOrder } from "../../src/core/effect.ts";
import { installationId, issueNumber, millis, repositoryId, workerId } from "../../src/core/ids.ts";
import type { Git } from "../../src/ports.ts";
import { startGitServer } from "../simulator/git-server.ts";
import type { GitServer } from "../simulator/git-server.ts";
import { begin } from "./endings.ts";
import type { Figure, Found, Measurement } from "./figure.ts";
import { median } from "./figure.ts";
import { changeMuch, growRepository } from "./large-repository.ts";

export const worktree: Measurement = {
  name: "worktree",
  about: "worktrees of a repository of 30,000 files, with and without a spare",
  run: measure,
};

const rounds = 7;
const size = { files: 30_000, commits: 2_000 };
const run = promisify(execFile);

async function measure(): Promise<Found> {
  const scene = await setScene();
  const plain = join(scene.root, "plain.git");
  await git(scene.root, "clone", "-q", "--bare", scene.server.cloneUrl, plain);
  let head = await git(plain, "rev-parse", "main");
  let turn = 0;
  const moveBase = async (): Promise<number> => {
    head = await changeMuch(scene.server.gitDir, head, size, (turn += 1));
    // The same for everybody, so what is timed begins with a fetch that finds nothing.
    await git(plain, "fetch", "-q", "origin", "+refs/heads/main:refs/heads/main");
    await fetchMirror(scene);
    return turn;
  };
  await timedOrder(scene, await moveBase());
  const byHand: ByHand[] = [];
  const withoutMs: number[] = [];
  const withMs: number[] = [];
  // In turns, so that a slow minute of the machine is in all three.
  for (let round = 0; round < rounds; round += 1) {
    byHand.push(await timedByHand(plain, await moveBase()));
    withoutMs.push(await timedOrder(scene, await moveBase()));
    await prepareSpare(scene);
    withMs.push(await timedOrder(scene, await moveBase()));
  }
  const figures = figuresOf({ byHand, withoutMs, withMs });
  return { figures, raw: { byHand, withoutMs, withMs } };
}

/** Milliseconds of the two commands by which somebody gets a worktree of the present base. */
type ByHand = { readonly fetchMs: number; readonly addMs: number };

/** A server of the large repository, and an adapter that makes no spare by itself. */
type Scene = {
  readonly root: string;
  readonly server: GitServer;
  readonly remote: Remote;
  readonly git: Git;
};

const repository = {
  id: repositoryId(7),
  owner: "octo",
  name: "demo",
  installation: installationId(1),
};

async function setScene(): Promise<Scene> {
  const root = await begin(
    async () => mkdtemp(join(await fastFolder(), "yardmaster-bench-")),
    (made) => rm(made, { recursive: true, force: true, maxRetries: 5 }),
  );
  const server = await begin(startGitServer, (started) => started[Symbol.asyncDispose]());
  await growRepository(server.gitDir, await git(server.gitDir, "rev-parse", "main"), size);
  const remote = {
    url: `${server.origin}/octo/demo.git`,
    username: "x-access-token",
    token: "mona-token",
  };
  const adapter = await begin(
    async () => createGit({ root, credential: async () => remote, spares: { perRepository: 0 } }),
    (made) => made.close(),
  );
  return { root, server, remote, git: adapter };
}

/** In memory where there is room: a disk that has to write out 100,000 files makes any ratio look well. */
async function fastFolder(): Promise<string> {
  const memory = await statfs("/dev/shm").catch(() => null);
  const hasRoom = memory !== null && memory.bavail * memory.bsize > neededBytes;
  return hasRoom ? "/dev/shm" : tmpdir();
}

// Two trees and two repositories are there at the same time.
const neededBytes = 1024 ** 3;

/** Milliseconds that an order takes, from asking to the answer. */
async function timedOrder({ git: adapter }: Scene, issue: number): Promise<number> {
  const number = issueNumber(issue);
  const order: WorktreeOrder = {
    repository,
    issueNumber: number,
    attempt: 1,
    worker: workerId(number, millis(Date.UTC(2024, 0, 1))),
    base: "main",
    branch: `feature/${issue}`,
    from: null,
    pull: null,
  };
  const startedAt = performance.now();
  await adapter.createWorktree(order);
  const tookMs = performance.now() - startedAt;
  await rm(dirname(adapter.workplace(order).worktree), { recursive: true });
  return tookMs;
}

async function fetchMirror({ root, remote }: Scene): Promise<void> {
  const layout = repositoryLayout(root, repository);
  await mkdir(layout.folder, { recursive: true });
  await ensureMirror(layout);
  await fetchBranch(layout, remote, "main");
}

/** As the service does while it is idle. */
async function prepareSpare({ root }: Scene): Promise<void> {
  const layout = repositoryLayout(root, repository);
  const commit = await commitAt(layout.mirror, remoteRef("main"));
  await makeSpare(layout, commit, new AbortController().signal);
}

/** With git as it comes. */
async function timedByHand(plain: string, turn: number): Promise<ByHand> {
  const folder = join(dirname(plain), "by-hand");
  await mkdir(folder, { recursive: true });
  const path = join(folder, String(turn));
  const startedAt = performance.now();
  await git(plain, "fetch", "-q", "origin", "+refs/heads/main:refs/heads/main");
  const fetchedAt = performance.now();
  await git(plain, "worktree", "add", "-q", "-b", `feature/${turn}`, path, "main");
  const addMs = performance.now() - fetchedAt;
  await rm(path, { recursive: true });
  return { fetchMs: fetchedAt - startedAt, addMs };
}

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const { PATH = "" } = process.env;
  const env = { PATH, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  return (await run("git", [...args], { cwd, env })).stdout.trim();
}

function figuresOf({
  byHand,
  withoutMs,
  withMs,
}: {
  readonly byHand: readonly ByHand[];
  readonly withoutMs: readonly number[];
  readonly withMs: readonly number[];
}): readonly Figure[] {
  const wholeMs = median(byHand.map(({ fetchMs, addMs }) => fetchMs + addMs));
  const addMs = median(byHand.map((one) => one.addMs));
  const [files, commits] = [size.files, size.commits].map((count) => count.toLocaleString("en-US"));
  return [
    {
      name: "git worktree add",
      value: addMs,
      unit: "ms",
      goal: null,
      meaning: `git alone, ${files} files, ${commits} commits; the middle of ${rounds}, in turns with the two below, in memory where the machine has /dev/shm`,
    },
    {
      name: "worktree without a spare",
      value: median(withoutMs) / wholeMs,
      unit: "×",
      goal: { atMost: 1.15 },
      meaning: `from the order to the worktree in a private repository, against git fetch and git worktree add by hand (${Math.round(wholeMs)} ms); nothing is there to be fetched`,
    },
    {
      name: "worktree with a spare",
      value: median(withMs) / wholeMs,
      unit: "×",
      goal: { atMost: 0.4 },
      meaning:
        "the same with a tree that was checked out ahead, before 250 files of the base changed",
    },
  ];
}
