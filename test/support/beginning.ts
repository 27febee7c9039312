/** The beginning of a flow's GitHub, and issues whose text tells the scripted agent what to do. */
import { defaultSeed } from "../../src/simulator/seed/default-seed.ts";
import type { Seed } from "../../src/simulator/seed/seed.ts";

/** What a repository's file says where a test wants pull requests to be merged by themselves. */
export const mergingFile = "board: { project: 1 }\nmerge: { auto: true }\n";

/** An issue's text with a script for the scripted agent. */
export const bodyWith = (script: string): string =>
  ["The tank must not leak.", "", "```yardmaster-script", script, "```"].join("\n");

/** A script that changes one file and is done. */
export const change = (path: string, more = ""): string =>
  [
    `- edit: {path: ${path}, content: "done\\n"}`,
    '- commit: "feat: seal it"',
    ...(more === "" ? [] : [more]),
    "- done: Sealed it.",
  ].join("\n");

/** A script that works until it is stopped, with a commit and a file that is not committed. */
export const endless = (path: string): string =>
  [
    `- edit: {path: ${path}, content: "half\\n"}`,
    '- commit: "feat: begin"',
    `- edit: {path: ${path}.txt, content: "loose\\n"}`,
    "- hang",
  ].join("\n");

/** How a world differs from the usual one. */
export type Beginning = {
  /** `.github/yardmaster.yml`; null for none. The usual one lets green pull requests be merged. */
  readonly repositoryFile?: string | null;
  readonly seed?: Partial<Seed>;
};

/** A small world with CI that ends green by itself. */
export function seedOf({ repositoryFile = mergingFile, seed }: Beginning): Seed {
  const base: Seed = {
    ...defaultSeed,
    ci: { checks: ["ci"], auto: { conclusion: "success", afterMs: 20 } },
    // Each repository and each commit costs time in every test.
    otherRepositories: [],
    commits: defaultSeed.commits.slice(0, 1),
    ...seed,
  };
  if (repositoryFile === null) return base;
  const files = { ".github/yardmaster.yml": repositoryFile };
  return {
    ...base,
    commits: [...base.commits, { author: "mona", message: "chore: add the file", files }],
  };
}
