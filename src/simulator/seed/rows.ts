/** Accounts and repositories that are simply there from the start. */
import { isoSeconds, timestamp } from "../sim.ts";
import { mint } from "../world/world.ts";
import type { Account, Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

/** Accounts are shown to be this old. */
const AGE_MS = 90 * 24 * 60 * 60 * 1000;

/** Adds a person, an organisation or a bot. */
export function addAccount(
  sim: Sim,
  kind: Account["kind"],
  login: string,
  name: string | null,
): Account {
  const time = isoSeconds(new Date(sim.now().getTime() - AGE_MS));
  const kinds = { User: "accounts", Organization: "organizations", Bot: "bots" } as const;
  const account: Account = {
    ...mint(sim.world, kinds[kind]),
    kind,
    login,
    name,
    email: kind === "User" ? `${login}@example.com` : null,
    appId: null,
    createdAt: time,
    updatedAt: time,
  };
  sim.world.accounts.set(account.id, account);
  return account;
}

/** Adds a repository without any git objects. */
export function addRepository(
  sim: Sim,
  wanted: {
    readonly repository: string;
    readonly description: string | null;
    readonly private: boolean;
    readonly defaultBranch: string;
  },
  owner: Account,
): Repository {
  const time = timestamp(sim);
  const repository: Repository = {
    ...mint(sim.world, "repositories"),
    ownerId: owner.id,
    name: wanted.repository,
    formerNames: [],
    description: wanted.description,
    private: wanted.private,
    archived: false,
    defaultBranch: wanted.defaultBranch,
    allowMergeCommit: true,
    allowSquashMerge: true,
    allowRebaseMerge: false,
    allowAutoMerge: true,
    deleteBranchOnMerge: false,
    protections: {},
    mergeQueues: {},
    roles: {},
    nextNumber: 1,
    createdAt: time,
    updatedAt: time,
    pushedAt: time,
  };
  sim.world.repositories.set(repository.id, repository);
  return repository;
}
