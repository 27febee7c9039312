/** What agents have been seen to plant in their worktrees and repositories. */
import assert from "node:assert/strict";
import { access, chmod, lstat, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { commitAll, importOf, openWorktree, orderFor, runGit, write } from "./bench.ts";
import type { Bench } from "./bench.ts";

/** Where an agent plants something: its worktree, its repository, and the file that planted code would make. */
export interface Ground {
  readonly bench: Bench;
  readonly folder: string;
  readonly repository: string;
  readonly canary: string;
  readonly program: string;
}

/** Each makes the canary appear when the agent's own git runs. */
export const attacks: Record<string, (ground: Ground) => Promise<void>> = {
  "fsmonitor in the shared configuration": async ({ folder, program }) => {
    await runGit(folder, "config", "core.fsmonitor", program);
  },
  "hooks of every kind": async ({ repository, program }) => {
    const kinds = "post-index-change reference-transaction pre-commit post-checkout pre-push";
    for (const kind of kinds.split(" ")) await link(program, join(repository, "hooks", kind));
  },
  "a hooks path and a pager": async ({ folder, repository, program }) => {
    await link(program, join(repository, "elsewhere", "post-index-change"));
    await runGit(folder, "config", "core.hooksPath", join(repository, "elsewhere"));
    await runGit(folder, "config", "core.pager", program);
    await runGit(folder, "config", "core.editor", program);
  },
  "a clean filter": async ({ folder, program }) => {
    await runGit(folder, "config", "filter.x.clean", program);
    await write(folder, { ".gitattributes": "* filter=x\n" });
  },
  "a filter process": async ({ folder, program }) => {
    await runGit(folder, "config", "filter.x.process", program);
    await write(folder, { ".gitattributes": "* filter=x\n" });
  },
  "a filter by info/attributes": async ({ folder, repository, program }) => {
    await runGit(folder, "config", "filter.x.clean", program);
    await write(repository, { "info/attributes": "* filter=x\n" });
  },
  "textconv and an external diff": async ({ folder, program }) => {
    await runGit(folder, "config", "diff.x.textconv", program);
    await runGit(folder, "config", "diff.external", program);
    await write(folder, { ".gitattributes": "* diff=x\n" });
  },
  "configuration of the worktree alone": async ({ folder, program }) => {
    await runGit(folder, "config", "extensions.worktreeConfig", "true");
    await runGit(folder, "config", "--worktree", "core.fsmonitor", program);
  },
  "a repository of its own in place of .git": async ({ folder, program }) => {
    await rm(join(folder, ".git"));
    await runGit(folder, "init", "-q");
    await runGit(folder, "config", "core.fsmonitor", program);
    await write(folder, { "own.txt": "own" });
    await commitAll(folder, "in a repository of its own");
  },
  ".git that leads elsewhere": async ({ bench, folder, program }) => {
    const elsewhere = join(bench.root, "elsewhere");
    await runGit(bench.root, "init", "-q", elsewhere);
    await runGit(elsewhere, "config", "core.fsmonitor", program);
    await writeFile(join(folder, ".git"), `gitdir: ${elsewhere}/.git\n`);
  },
  "a nested repository with fsmonitor and a filter": async ({ folder, program }) => {
    await plantNested(folder, program);
  },
  "a nested repository that is tracked": async ({ folder, program }) => {
    await plantNested(folder, program);
    await runGit(folder, "-c", "core.fsmonitor=false", "add", "nested");
    await runGit(folder, "commit", "-qm", "track the nested one");
    await write(join(folder, "nested"), { "more.txt": "more", "file.txt": "changed" });
  },
  "a registered submodule with an update command": async ({ folder, program }) => {
    await plantNested(folder, program);
    await runGit(folder, "config", "submodule.nested.update", `!${program}`);
    await write(folder, {
      ".gitmodules": `[submodule "nested"]\n\tpath = nested\n\turl = ./nested\n`,
    });
  },
  "another address for every remote": async ({ bench, folder, program }) => {
    await runGit(folder, "config", `url.${bench.root}/evil.insteadOf`, bench.server.origin);
    await runGit(folder, "config", "remote.origin.receivepack", program);
    await runGit(folder, "config", "core.sshCommand", program);
    await runGit(folder, "config", "credential.helper", `!${program}`);
  },
  "alternates and an index by command": async ({ folder, program }) => {
    await runGit(folder, "config", "core.alternateRefsCommand", program);
    await runGit(folder, "config", "uploadpack.packObjectsHook", program);
    await runGit(folder, "config", "gpg.program", program);
    await runGit(folder, "config", "commit.gpgSign", "true");
  },
};

/** Attacks that are planted together, because none of them is in the way of another. */
export const waves: readonly (readonly string[])[] = groupedBy([
  [
    "fsmonitor in the shared configuration",
    "hooks of every kind",
    "a clean filter",
    "another address for every remote",
    "alternates and an index by command",
    "a registered submodule with an update command",
  ],
  [
    "a hooks path and a pager",
    "a filter by info/attributes",
    "textconv and an external diff",
    "configuration of the worktree alone",
  ],
  ["a filter process", "a nested repository with fsmonitor and a filter"],
]);

/** Whatever is in no group is a wave of its own. */
function groupedBy(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const grouped = new Set(groups.flat());
  const alone = Object.keys(attacks).filter((name) => !grouped.has(name));
  return [...groups, ...alone.map((name) => [name])];
}

/** Plants, imports, pushes and removes as the bot does, and sees that nothing planted ran and everything honest arrived. */
export async function endure(bench: Bench, wave: readonly string[]): Promise<void> {
  const order = orderFor(3);
  const { folder, base } = await openWorktree(bench, order);
  const canaries = new Map<string, string>();
  for (const [index, name] of wave.entries()) {
    const ground = await groundOf(bench, folder, `-${index}`);
    canaries.set(name, ground.canary);
    await attacks[name]!(ground);
  }
  await write(folder, { "honest.txt": "work", "src/a.txt": "changed" });
  // The agent's own git may have run it while it was planted.
  for (const canary of canaries.values()) await rm(canary, { force: true });

  const before = await traces(bench);
  const work = await bench.git.importWork(importOf(order, base));
  assert.deepEqual(await traces(bench), before, "something was written beside the mirror");
  assert.equal(work.kind, "commits", JSON.stringify(work));
  if (work.kind !== "commits") return;
  assert.ok(work.files.includes("honest.txt"));
  assert.ok(!work.files.some((file) => file.startsWith("nested/")), "inside the nested one");
  const pushed = await bench.git.pushBranch({ ...order, head: work.head, expected: null });
  assert.deepEqual(pushed, { pushed: true });
  const ends = { ...order, attempts: [order], deleteBranch: null };
  const saved = await bench.git.removeWorktrees(ends);

  assert.equal(saved.length, 1);
  for (const [name, canary] of canaries) {
    await assert.rejects(access(canary), Error, `planted code ran: ${name}`);
  }
  const { gitDir } = bench.server;
  assert.equal(await runGit(gitDir, "rev-parse", "feature/3-say-hello"), work.head);
}

/** A program that leaves a file behind when somebody runs it. */
export async function groundOf(bench: Bench, folder: string, mark = ""): Promise<Ground> {
  const canary = join(bench.root, `canary${mark}`);
  const program = join(bench.root, `program${mark}`);
  await writeFile(program, `#!/bin/sh\ntouch '${canary}'\n`);
  await chmod(program, 0o755);
  const repository = join(bench.root, "repositories/7/issues/3/git");
  return { bench, folder, repository, canary, program };
}

/** Every file of the data folder but the bot's own, with when it was written. */
async function traces({ root }: Bench): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const others = entries
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/\/(?:mirror\.git|incoming|spares)(?:\/|$)/.test(path));
  const found = await Promise.all(
    others.map(async (path) => {
      const { mtimeMs, size, mode } = await lstat(path);
      return `${path} ${mode} ${size} ${mtimeMs}`;
    }),
  );
  return found.filter((line) => !/repositories\/7 /.test(line)).toSorted();
}

async function link(program: string, path: string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await symlink(program, path);
}

async function plantNested(folder: string, program: string): Promise<void> {
  const nested = join(folder, "nested");
  await runGit(folder, "init", "-q", nested);
  await write(nested, { "file.txt": "nested", ".gitattributes": "* filter=x\n" });
  await commitAll(nested, "nested");
  await runGit(nested, "config", "core.fsmonitor", program);
  await runGit(nested, "config", "filter.x.clean", program);
  await link(program, join(nested, ".git/hooks/post-index-change"));
}
