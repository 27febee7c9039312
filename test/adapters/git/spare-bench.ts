/** A repository with everything that a checkout can get wrong, an adapter that keeps spares of it, and what a worktree looks like. */
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { createGit } from "../../../src/adapters/git/create-git.ts";
import type { LocalGit } from "../../../src/adapters/git/create-git.ts";
import type { SpareLimits } from "../../../src/adapters/git/tend-spares.ts";
import type { WorktreeOrder } from "../../../src/core/effect.ts";
import { sha } from "../../../src/core/ids.ts";
import type { Sha } from "../../../src/core/ids.ts";
import { commitAll, remoteOf, runGit, write } from "./bench.ts";
import type { Bench } from "./bench.ts";

/** An adapter, and the end of each making of a spare. */
export interface Keeping {
  readonly git: LocalGit;
  /** Settles when one more spare has been made than when it was last asked. */
  readonly made: () => Promise<void>;
  readonly warnings: string[];
}

/** An adapter on the bench's folder that makes a spare of any tree as soon as nothing is ordered. */
export function keepSpares(
  bench: Bench,
  limits: Partial<SpareLimits> = {},
  root = bench.root,
): Keeping {
  const warnings: string[] = [];
  let count = 0;
  let asked = 0;
  let wake = (): void => {};
  const git = createGit({
    root,
    credential: async () => remoteOf(bench.server),
    spares: { leastFiles: 1, quietMs: 0, leastFree: 0, ...limits },
    log: {
      info: (_, message) => {
        if (message !== "spare worktree made") return;
        count += 1;
        wake();
      },
      warn: (fields, message) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
    },
  });
  const made = async (): Promise<void> => {
    asked += 1;
    // The keeper's timer is no reason to wait, so something else must be.
    const alive = setInterval(() => {}, 60_000);
    while (count < asked) await new Promise<void>((resolve) => (wake = resolve));
    clearInterval(alive);
  };
  return { git, made, warnings };
}

export const sparesIn = (root: string): Promise<string[]> =>
  readdir(join(root, "repositories/7/spares")).catch(() => []);

export const leftIn = (root: string): Promise<string[]> =>
  readdir(join(root, "repositories/7/incoming"));

/** A clone from which somebody pushes to the server. */
export async function openClone({ root, server }: Bench): Promise<string> {
  const folder = join(root, "person");
  await runGit(root, "clone", "-q", server.gitDir, folder);
  return folder;
}

/** Commits everything and pushes it to main. */
export async function publish(clone: string, message: string): Promise<Sha> {
  await commitAll(clone, message);
  await runGit(clone, "push", "-q", "origin", "HEAD:main");
  return sha(await runGit(clone, "rev-parse", "HEAD"));
}

/** Links, modes, line ends, keywords, filters without a program, submodules, odd names. */
export async function publishFirst(clone: string): Promise<Sha> {
  await write(clone, {
    ".gitattributes": "*.txt text eol=crlf\n*.id ident\n*.big filter=lfs\n",
    "run.sh": "#!/bin/sh\n",
    "plain.sh": "#!/bin/sh\n",
    "line-ends.txt": "one\ntwo\n",
    "gone.txt": "one\n",
    "keyword.id": "$Id$\n",
    "large.big": "version https://git-lfs.github.com/spec/v1\n",
    "folder/in/depth.txt": "deep\n",
    "was-folder/file.md": "x\n",
    "was-file": "y\n",
    "was-plain": "z\n",
    "odd \u00fc\n name.md": "odd\n",
  });
  await chmod(join(clone, "run.sh"), 0o755);
  await symlink("run.sh", join(clone, "link"));
  await submodule(clone, "module-one");
  return await publish(clone, "first");
}

/** As much of it changed as can be. */
export async function publishSecond(clone: string): Promise<Sha> {
  for (const name of ["folder", "was-folder", "was-file", "was-plain", "link", "gone.txt"]) {
    await rm(join(clone, name), { recursive: true });
  }
  await write(clone, {
    "run.sh": "#!/bin/sh\necho\n",
    "new.txt": "one\ntwo\n",
    "was-folder": "x\n",
    "was-file/file.md": "y\n",
    "other.id": "$Id$\n",
  });
  await chmod(join(clone, "plain.sh"), 0o755);
  await symlink("was-file", join(clone, "link"));
  await symlink("/etc/passwd", join(clone, "was-plain"));
  await runGit(clone, "rm", "-q", "--cached", "module-one");
  await rm(join(clone, "module-one"), { recursive: true });
  await submodule(clone, "module-two");
  return await publish(clone, "second");
}

async function submodule(clone: string, name: string): Promise<void> {
  await mkdir(join(clone, name));
  const entry = `160000,${"1".repeat(40)},${name}`;
  await runGit(clone, "update-index", "--add", "--cacheinfo", entry);
}

/** All that can be seen of a worktree and of its repository; where they lie and when they were made is left out. */
export async function appearance(
  git: LocalGit,
  order: WorktreeOrder,
  root: string,
): Promise<Readonly<Record<string, string | readonly string[]>>> {
  const { worktree, repository } = git.workplace(order);
  const ask = (...args: string[]): Promise<string> => runGit(worktree, ...args);
  return {
    // Before anything refreshes the index: what it says of the files is true of them.
    changed: await ask("diff-files", "--name-only"),
    files: await everything(worktree, root),
    repository: await everything(repository, root, (path) => path !== "worktrees/1/index"),
    entries: await ask("ls-files", "--stage", "--full-name", "-v"),
    status: await ask("status", "--porcelain=v2", "--branch", "--ignored"),
    worktrees: (await ask("worktree", "list", "--porcelain")).replaceAll(root, "…"),
    problems: await ask("fsck", "--no-dangling", "--no-progress"),
  };
}

async function everything(
  folder: string,
  root: string,
  isWanted: (path: string) => boolean = () => true,
): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const path of (await readdir(folder, { recursive: true })).filter(isWanted).toSorted()) {
    const full = join(folder, path);
    const found = await lstat(full);
    const mode = found.mode.toString(8);
    if (found.isDirectory()) seen.push(`${mode} ${path}`);
    else if (found.isSymbolicLink()) seen.push(`${mode} ${path} ${await readlink(full)}`);
    else seen.push(`${mode} ${path} ${timeless(await readFile(full, "utf8"), root)}`);
  }
  return seen;
}

const timeless = (text: string, root: string): string =>
  text.replaceAll(root, "…").replaceAll(/> [0-9]{10} /g, "> ");
