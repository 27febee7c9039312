/** The one way to write to a repository's git objects: alone, and with everything told that follows. */
import { afterWrite } from "./pushes.ts";
import { createRefWatch } from "../git/ref-watch.ts";
import { gitDirOf } from "./git-place.ts";
import type { By, Sim } from "../sim.ts";
import type { Repository } from "../world/accounts.ts";

interface Writer {
  readonly sim: Sim;
  readonly by: By;
  readonly repository: Repository;
}

const watch = createRefWatch<Writer>(async (_gitDir, changes, writer) => {
  await afterWrite(writer.sim, writer.by, writer.repository, changes);
});

/** Runs a writer alone in a repository; the refs it moved are announced before this returns. Must not be nested. */
export async function writeRefs<Answer>(
  sim: Sim,
  by: By,
  repository: Repository,
  work: (gitDir: string) => Promise<Answer>,
): Promise<Answer> {
  const gitDir = gitDirOf(sim, repository);
  return await watch.write(gitDir, { sim, by, repository }, async () => await work(gitDir));
}
