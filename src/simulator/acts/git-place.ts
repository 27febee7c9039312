/** Where a repository's git objects lie, and who signs the commits made there. */
import { join } from "node:path";
import { noReplyEmail } from "../shapes/commits.ts";
import type { Account, Repository } from "../world/accounts.ts";
import type { Signature } from "../git/repository.ts";
import type { Sim } from "../sim.ts";

/** The bare repository on disk; renaming does not move it. */
export function gitDirOf(sim: Sim, repository: Repository): string {
  return join(sim.dataFolder, "git", `${repository.id}.git`);
}

/** An account as the author of a commit made at this moment. */
export function signatureOf(sim: Sim, account: Account): Signature {
  return {
    name: account.name ?? account.login,
    email: account.email ?? noReplyEmail(account),
    atMs: sim.now().getTime(),
  };
}

/** GitHub as the committer of what it commits by itself. */
export function githubSignature(sim: Sim): Signature {
  return { name: "GitHub", email: "noreply@github.com", atMs: sim.now().getTime() };
}
