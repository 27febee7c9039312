/** What a repository tells agents in files of its own, read as data from a commit that people have made. */
import { posix } from "node:path";

import type { Sha } from "../../core/ids.ts";
import { spawnGit } from "./spawn-git.ts";

/** Files that agents read by themselves, for the ones that do not. */
const names = ["AGENTS.md", "CLAUDE.md", "GEMINI.md", ".github/copilot-instructions.md"];

/** The files' text at a commit of the mirror, each under its name; null when there are none. */
export async function guidanceAt(mirror: string, commit: Sha): Promise<string | null> {
  const place = { mirror, commit };
  const found = await entriesAt(place, names);
  const files = await Promise.all(found.map((entry) => fileOf(place, entry)));
  const seen = new Set<string>();
  const sections: string[] = [];
  for (const [index, file] of files.entries()) {
    // Often one of them is a link to another.
    if (file === null || seen.has(file.object)) continue;
    seen.add(file.object);
    const text = await textOf(place, file);
    if (text !== "") sections.push(`# ${found[index]?.path}\n\n${text}`);
  }
  return sections.length === 0 ? null : `${sections.join("\n\n")}\n`;
}

type Place = { readonly mirror: string; readonly commit: Sha };
type Entry = {
  readonly path: string;
  readonly mode: string;
  readonly object: string;
  readonly bytes: number;
};

/** In the order of the paths. */
async function entriesAt(
  { mirror, commit }: Place,
  paths: readonly string[],
): Promise<readonly Entry[]> {
  const args = ["ls-tree", "-z", "-l", commit, "--", ...paths];
  const list = (await spawnGit({ gitDir: mirror, cwd: mirror, args })).toString("utf8");
  const entries = list.split("\0").flatMap((line): readonly Entry[] => {
    const [, mode = "", object = "", size = "", path = ""] =
      /^(\d+) \w+ ([0-9a-f]+) +(\S+)\t(.*)$/s.exec(line) ?? [];
    return path === "" ? [] : [{ path, mode, object, bytes: Number(size) }];
  });
  return paths.flatMap((path) => entries.filter((entry) => entry.path === path));
}

/** The file itself, or the one that a link within the repository leads to, which may be no link in turn. */
async function fileOf(place: Place, entry: Entry): Promise<Entry | null> {
  if (isFile(entry)) return entry;
  if (entry.mode !== "120000" || entry.bytes > 4096) return null;
  const target = await contentOf(place, entry.object);
  const path = posix.join(posix.dirname(entry.path), target.toString("utf8"));
  if (posix.isAbsolute(target.toString("utf8")) || path.startsWith("..")) return null;
  const [found] = await entriesAt(place, [path]);
  return found !== undefined && isFile(found) ? found : null;
}

const isFile = ({ mode, bytes }: Entry): boolean =>
  (mode === "100644" || mode === "100755") && bytes <= readableBytes;

// What is this long is no text for an agent.
const readableBytes = 1024 * 1024;
const shownBytes = 32 * 1024;

async function textOf(place: Place, { object, bytes }: Entry): Promise<string> {
  const content = await contentOf(place, object);
  const text = content.subarray(0, shownBytes).toString("utf8");
  // A character may have been cut in two.
  if (bytes > shownBytes) return `${text.replace(/\uFFFD+$/, "")}\n\n(The rest is left out.)`;
  return text.trim();
}

const contentOf = async ({ mirror }: Place, object: string): Promise<Buffer> =>
  await spawnGit({ gitDir: mirror, cwd: mirror, args: ["cat-file", "blob", object] });
