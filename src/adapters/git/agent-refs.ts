/** The commits that an agent's repository mentions, read as plain text: git itself would obey that repository's configuration. */
import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";

import { sha } from "../../core/ids.ts";
import type { Sha } from "../../core/ids.ts";
import type { Hands } from "./hands.ts";
import { filesBelow, readPlainFile } from "./plain-file.ts";

// A reflog of 60,000 entries.
const limitBytes = 16 * 1024 * 1024;

/** What the worktree's HEAD stands for, detached or not; null when it stands for nothing. */
export async function readHead(
  { textOf }: Hands,
  repository: string,
  name: string,
): Promise<Sha | null> {
  const gitDir = await realpath(repository).catch(() => null);
  if (gitDir === null) return null;
  const text = (await textOf(join(gitDir, "worktrees", name, "HEAD"), 4096))?.trim() ?? "";
  if (isObjectName(text)) return sha(text);
  const ref = text.startsWith("ref: ") ? text.slice("ref: ".length) : "";
  if (!ref.startsWith("refs/heads/") || ref.split("/").includes("..")) return null;
  const loose = (await textOf(join(gitDir, ref), 4096))?.trim() ?? "";
  if (isObjectName(loose)) return sha(loose);
  const packed = (await textOf(join(gitDir, "packed-refs"), limitBytes)) ?? "";
  const line = packed.split("\n").find((one) => one.endsWith(` ${ref}`));
  const id = line?.split(" ")[0] ?? "";
  return isObjectName(id) ? sha(id) : null;
}

/** Every object name in refs, reflogs and pseudo-refs of the repository and its worktrees: what a person could still restore. */
export async function readMentioned(repository: string): Promise<readonly Sha[]> {
  const gitDir = await realpath(repository).catch(() => null);
  if (gitDir === null) return [];
  const folders = ["refs", "logs", "worktrees"].map((name) => join(gitDir, name));
  const files = (await Promise.all(folders.map(filesBelow)))
    .flat()
    .filter((path) => basename(path) !== "index");
  const mentioned = new Set<string>();
  for (const path of [join(gitDir, "packed-refs"), ...files]) {
    const text = (await readPlainFile(path, limitBytes)) ?? "";
    for (const [id] of text.matchAll(/\b[0-9a-f]{40}\b/g)) mentioned.add(id);
  }
  return [...mentioned].filter((id) => id !== "0".repeat(40)).map(sha);
}

const isObjectName = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);
