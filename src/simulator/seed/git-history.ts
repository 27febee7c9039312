/** The git history of the seed's repository. */
import { copyRepository, createRepository } from "../git/repository.ts";
import { gitDirOf, signatureOf } from "../acts/git-place.ts";
import { getAccount } from "../world/find.ts";
import type { Repository } from "../world/accounts.ts";
import type { Seed } from "./seed.ts";
import type { Sim } from "../sim.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Commits a seed's history to a repository, one commit a day up to yesterday, and gives the same to others. */
export async function commitHistory(
  sim: Sim,
  repository: Repository,
  others: readonly Repository[],
  seed: Seed,
): Promise<void> {
  const drafts = seed.commits.map(({ author, message, files }, index) => {
    const atMs = sim.now().getTime() - (seed.commits.length - index) * DAY_MS;
    const signature = { ...signatureOf(sim, getAccount(sim.world, author)), atMs };
    return { message, author: signature, committer: signature, files };
  });
  const gitDir = gitDirOf(sim, repository);
  await createRepository(gitDir, repository.defaultBranch, drafts);
  for (const other of others) await copyRepository(gitDir, gitDirOf(sim, other));
}
