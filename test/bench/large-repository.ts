/** A repository of many files and commits, and further commits to it. */
import { commitFiles } from "../../src/simulator/git/repository.ts";
import type { Draft, Signature } from "../../src/simulator/git/repository.ts";

/** How much there is of it. */
export type Size = { readonly files: number; readonly commits: number };

/** Files that each commit after the first changes. */
const changed = 5;

const author: Signature = {
  name: "Mona",
  email: "mona@example.com",
  atMs: Date.UTC(2024, 0, 1),
};

/** Adds all files in one commit and changes some in each of the others; answers with the head. */
export async function growRepository(
  gitDir: string,
  parent: string,
  { files, commits }: Size,
): Promise<string> {
  const all = Array.from({ length: files }, (_, file) => file);
  const later = Array.from({ length: commits - 1 }, (_, index) =>
    draft(index + 1, someOf(files, index + 1, changed)),
  );
  return await commit(gitDir, parent, [draft(0, all), ...later]);
}

/** Changes as many files as fifty commits do; answers with the head. */
export async function changeMuch(
  gitDir: string,
  parent: string,
  { files, commits }: Size,
  round: number,
): Promise<string> {
  const version = commits + round;
  return await commit(gitDir, parent, [draft(version, someOf(files, version, 50 * changed))]);
}

async function commit(gitDir: string, parent: string, drafts: readonly Draft[]): Promise<string> {
  const head = await commitFiles(gitDir, "refs/heads/main", parent, drafts);
  if (head === undefined) throw new Error("nothing was committed");
  return head;
}

const draft = (version: number, files: readonly number[]): Draft => ({
  message: `version ${version}`,
  author,
  committer: author,
  files: Object.fromEntries(files.map((file) => [pathOf(file), textOf(file, version)])),
});

/** Spread over the tree; 7,919 is prime, so none comes twice. */
const someOf = (files: number, seed: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => ((seed * count + index) * 7_919) % files);

const pathOf = (file: number): string =>
  `part-${file % 30}/module-${Math.floor(file / 30) % 40}/file-${file}.txt`;

/** Half a kilobyte to six, three on average. */
const textOf = (file: number, version: number): string =>
  `file ${file} in version ${version}\n`.repeat(20 + (file % 200));
