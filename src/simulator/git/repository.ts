/** Bare repositories on disk: made from a seed, committed to on behalf of people, refs moved. Nothing here reads the world. */

import { createHash, randomUUID } from "node:crypto";
import { cp, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

import { endOfGit, GitRefusal, runGit } from "./run-git.ts";
import { readHead, readRef } from "./refs.ts";
import { remembered } from "./remember.ts";
import { seenCommit } from "./seen.ts";

/** Who made a commit, and when. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since epoch; git keeps whole seconds. */
  readonly atMs: number;
}

/** What a commit does to the tree: the content of a path, or null to remove it. */
export type Changes = Readonly<Record<string, string | Buffer | null>>;

/** One commit to be written on top of its parent. */
export interface Draft {
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
  readonly files: Changes;
}

const SHEBANG = Buffer.from("#!");

/** A path that no git tree may hold, such as `../x` or `.git/config`. */
export class BadPath extends Error {
  constructor(path: string) {
    super(`path ${JSON.stringify(path)} cannot be in a tree`);
    this.name = "BadPath";
  }
}

const CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n";

/** Makes a bare repository whose default branch has the given commits, oldest first; returns the head. */
export async function createRepository(
  gitDir: string,
  defaultBranch: string,
  drafts: readonly Draft[],
): Promise<string | undefined> {
  // What `git init --bare` makes, without its samples of hooks.
  for (const folder of ["objects", "refs/heads"])
    await mkdir(join(gitDir, folder), { recursive: true });
  await writeFile(join(gitDir, "HEAD"), `ref: refs/heads/${defaultBranch}\n`);
  await writeFile(join(gitDir, "config"), CONFIG);
  return await commitFiles(gitDir, `refs/heads/${defaultBranch}`, undefined, drafts);
}

/** Makes a second repository that has what a first one has. */
export async function copyRepository(gitDir: string, to: string): Promise<void> {
  await cp(gitDir, to, { recursive: true });
}

/** Writes commits on top of a parent and sets a ref to the last one, forwards or not; returns it. */
export async function commitFiles(
  gitDir: string,
  ref: string,
  parent: string | undefined,
  drafts: readonly Draft[],
): Promise<string | undefined> {
  if (drafts.length === 0) return parent;
  const parts = drafts.flatMap((draft, index) => [
    ...commitCommand(ref, index + 1, index === 0 ? parent : `:${String(index)}`, draft),
  ]);
  parts.push(Buffer.from(`get-mark :${String(drafts.length)}\ndone\n`));
  // --force: a force push may leave commits behind, and whether it may is the caller's question.
  const stdout = await runGit(
    gitDir,
    ["fast-import", "--quiet", "--done", "--force", "--date-format=raw"],
    Buffer.concat(parts),
  );
  return stdout.trim();
}

function commitCommand(
  ref: string,
  mark: number,
  parent: string | undefined,
  draft: Draft,
): Buffer[] {
  const message = Buffer.from(draft.message);
  const parts = [
    Buffer.from(
      `commit ${ref}\nmark :${String(mark)}\n` +
        `author ${signed(draft.author)}\ncommitter ${signed(draft.committer)}\n` +
        `data ${String(message.length)}\n`,
    ),
    message,
    Buffer.from(parent === undefined ? "\n" : `\nfrom ${parent}\n`),
  ];
  for (const [path, content] of Object.entries(draft.files)) {
    if (content === null) {
      parts.push(Buffer.from(`D ${quoted(path)}\n`));
      continue;
    }
    const bytes = Buffer.from(content);
    const mode = bytes.subarray(0, 2).equals(SHEBANG) ? "100755" : "100644";
    parts.push(
      Buffer.from(`M ${mode} inline ${quoted(path)}\ndata ${String(bytes.length)}\n`),
      bytes,
      Buffer.from("\n"),
    );
  }
  return parts;
}

function signed(signature: Signature): string {
  const name = signature.name.replaceAll(/[<>\n\0]/g, "");
  const email = signature.email.replaceAll(/[<>\n\0 ]/g, "");
  return `${name} <${email}> ${String(Math.floor(signature.atMs / 1000))} +0000`;
}

function quoted(path: string): string {
  const steps = path.split("/");
  const isBad = steps.some(
    (step) => step === "" || step === "." || step === ".." || step.toLowerCase() === ".git",
  );
  if (isBad || path.includes("\0")) throw new BadPath(path);
  const escaped = path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `"${escaped}"`;
}

/** The commit that a ref or abbreviated name means, or undefined where there is none. */
export async function resolveCommit(gitDir: string, name: string): Promise<string | undefined> {
  const ref = name === "HEAD" ? readHead(gitDir) : name;
  if (!ref.startsWith("refs/")) return await askForCommit(gitDir, ref);
  const sha = readRef(gitDir, ref);
  // A tag may point to an object of its own, which points to the commit.
  return sha === undefined || ref.startsWith("refs/heads/") ? sha : await askForCommit(gitDir, sha);
}

async function askForCommit(gitDir: string, name: string): Promise<string | undefined> {
  try {
    return await peeled(gitDir, name);
  } catch (error) {
    if (error instanceof GitRefusal) return undefined;
    throw error;
  }
}

const peeled = remembered(async (gitDir: string, name: string): Promise<string> => {
  if (seenCommit(gitDir, name) !== undefined) return name;
  const args = ["--quiet", "--verify", "--end-of-options", `${name}^{commit}`];
  return (await runGit(gitDir, ["rev-parse", ...args])).trim();
});

/** Whether git takes this as the full name of a ref. */
export async function isRefName(gitDir: string, ref: string): Promise<boolean> {
  // these letters are in nothing that git forbids; of all other names it is asked
  if (/^refs(?:\/[a-z0-9_-]+){2,}$/i.test(ref)) return true;
  return (await endOfGit(gitDir, ["check-ref-format", ref])).code === 0;
}

/** Sets a ref; with `from`, only if it is there now. Throws `GitRefusal` when it is not. */
export async function updateRef(
  gitDir: string,
  ref: string,
  to: string,
  from?: string,
): Promise<void> {
  await runGit(gitDir, ["update-ref", ref, to, ...(from === undefined ? [] : [from])]);
}

/** Makes a ref that must not be there yet. Throws `GitRefusal` when it is. */
export async function createRef(gitDir: string, ref: string, to: string): Promise<void> {
  await runGit(gitDir, ["update-ref", ref, to, "0".repeat(40)]);
}

/** Removes a ref; one that is not there is no failure. */
export async function deleteRef(gitDir: string, ref: string): Promise<void> {
  await runGit(gitDir, ["update-ref", "-d", ref]);
}

/** Writes a commit for a tree that exists; returns it. */
export async function commitTree(
  gitDir: string,
  tree: string,
  parents: readonly string[],
  draft: Omit<Draft, "files">,
): Promise<string> {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${signed(draft.author)}`,
    `committer ${signed(draft.committer)}`,
    "",
    draft.message.endsWith("\n") ? draft.message : `${draft.message}\n`,
  ];
  return await writeLooseObject(gitDir, "commit", Buffer.from(lines.join("\n")));
}

/** Writes an object as git does, to a file of its own that is there in whole or not at all. */
async function writeLooseObject(gitDir: string, kind: string, content: Buffer): Promise<string> {
  const whole = Buffer.concat([Buffer.from(`${kind} ${String(content.length)}\0`), content]);
  const sha = createHash("sha1").update(whole).digest("hex");
  const folder = join(gitDir, "objects", sha.slice(0, 2));
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `tmp_obj_${randomUUID()}`);
  await writeFile(draft, deflateSync(whole), { mode: 0o444 });
  await rename(draft, join(folder, sha.slice(2)));
  return sha;
}

/** Whether the error is git saying that the ref was not where the caller thought. */
export function isMovedRef(error: unknown): boolean {
  return error instanceof GitRefusal && error.stderr.includes("cannot lock ref");
}
