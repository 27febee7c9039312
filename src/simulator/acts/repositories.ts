/** Repositories being renamed and archived, and people's roles in them. */
import { announce, refuseArchived } from "./act.ts";
import { findRepository, fullName, known } from "../world/find.ts";
import { invalid } from "../refusal.ts";
import { timestamp } from "../sim.ts";
import type { Account, Repository, Role } from "../world/accounts.ts";
import type { By, Sim } from "../sim.ts";

/** Renames a repository; the old name redirects from here on. */
export function renameRepository(
  sim: Sim,
  by: By,
  repository: Repository,
  name: string,
): Repository {
  refuseArchived(repository);
  const owner = known(sim.world.accounts, repository.ownerId);
  if (!/^[\w.-]{1,100}$/.test(name) || findRepository(sim.world, owner.login, name) !== null) {
    const message = "name already exists on this account";
    throw invalid({ resource: "Repository", field: "name", code: "custom", message });
  }
  const from = repository.name;
  repository.formerNames.push(fullName(sim.world, repository));
  repository.name = name;
  repository.updatedAt = timestamp(sim);
  announce(sim, by, repository, "repository", {
    action: "renamed",
    changes: { repository: { name: { from } } },
  });
  return repository;
}

/** Archives a repository, which makes it read-only, or brings it back. */
export function archiveRepository(
  sim: Sim,
  by: By,
  repository: Repository,
  archived: boolean,
): Repository {
  if (repository.archived === archived) return repository;
  repository.archived = archived;
  repository.updatedAt = timestamp(sim);
  announce(sim, by, repository, "repository", { action: archived ? "archived" : "unarchived" });
  return repository;
}

/** Gives somebody a role in a repository, or takes it away with null. */
export function setRole(
  sim: Sim,
  repository: Repository,
  account: Account,
  role: Role | null,
): Repository {
  if (role === null) delete repository.roles[account.id];
  else repository.roles[account.id] = role;
  sim.touch();
  return repository;
}
