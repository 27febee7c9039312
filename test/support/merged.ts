/** What must hold of an issue that was merged, and texts without what differs from run to run. */
import assert from "node:assert/strict";

import type { SeenPull } from "./seen.ts";
import type { Yardmaster } from "./yardmaster.ts";

/** Text in which times, ids, commits and signatures are replaced by their names. */
export const masked = (text: string): string =>
  text
    .replaceAll(/repositories\/\d+\//g, "repositories/<repository>/")
    .replaceAll(/worker-\d{10}-/g, "worker-<second>-")
    .replaceAll(/(status|refusal)-\d{13}/g, "$1-<millisecond>")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "<time>")
    .replaceAll(/"sig": "[\w-]{43}"/g, '"sig": "<signature>"')
    .replaceAll(/\b[0-9a-f]{40}\b/g, "<commit>")
    .replaceAll(/`[0-9a-f]{12}`/g, "`<commit>`");

/** The one pull request of an issue, and that everything of it has come to its end: on GitHub, on disk, among processes. */
export async function assertMerged(
  { seen, worktrees, agents }: Pick<Yardmaster, "seen" | "worktrees" | "agents">,
  number: number,
  file: string,
): Promise<SeenPull> {
  const pulls = seen.pulls().filter(({ body }) => body.includes(`Closes #${number}\n`));
  assert.equal(pulls.length, 1, `pull requests of #${number}`);
  const [pull] = pulls;
  assert.ok(pull);
  assert.equal(pull.state, "merged");
  assert.equal(await seen.file(file), "done\n");
  assert.equal(seen.issue(number).state, "closed");
  const branches = await seen.branches();
  assert.ok(!branches.includes(pull.branch), `branch ${pull.branch} is gone`);
  const left = (await worktrees()).filter((path) => path.split("/")[0] === String(number));
  assert.deepEqual(left, [], "worktrees are gone");
  const running = await agents();
  assert.deepEqual(running, [], "no agent lives");
  const told = seen
    .ours(number)
    .filter(({ body }) => body.includes("### Yardmaster: done\n\nMerged as #"));
  assert.equal(told.length, 1, "the status comment says so");
  return pull;
}
