/** Installations of Apps: uninstalled, suspended, given other repositories or permissions. */
import { accountShape, installationShape } from "../shapes/accounts.ts";
import { fullName, known, where } from "../world/find.ts";
import { mint } from "../world/world.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { Account, App, Installation, Permissions, Repository } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";

/** Installs an App on an account, for all its repositories. */
export function install(sim: Sim, by: By, app: App, account: Account): Installation {
  const time = timestamp(sim);
  const installation: Installation = {
    ...mint(sim.world, "installations"),
    appId: app.id,
    accountId: account.id,
    repositoryIds: null,
    permissions: app.permissions,
    events: app.events,
    suspendedAt: null,
    suspendedById: null,
    createdAt: time,
    updatedAt: time,
  };
  sim.world.installations.set(installation.id, installation);
  tell(sim, by, installation, "installation", {
    action: "created",
    repositories: repositoriesOf(sim, installation).map((row) => briefly(sim, row)),
    requester: null,
  });
  return installation;
}

/** Uninstalls an App: its tokens are worth nothing from here on. */
export function uninstall(sim: Sim, by: By, installation: Installation): void {
  tell(sim, by, installation, "installation", {
    action: "deleted",
    repositories: repositoriesOf(sim, installation).map((row) => briefly(sim, row)),
  });
  sim.world.installations.delete(installation.id);
}

/** Suspends an installation, or lets it work again. */
export function suspend(
  sim: Sim,
  by: By,
  installation: Installation,
  suspended: boolean,
): Installation {
  if ((installation.suspendedAt !== null) === suspended) return installation;
  installation.suspendedAt = suspended ? timestamp(sim) : null;
  installation.suspendedById = suspended ? by.account.id : null;
  tell(sim, by, installation, "installation", {
    action: suspended ? "suspend" : "unsuspend",
    repositories: repositoriesOf(sim, installation).map((row) => briefly(sim, row)),
  });
  return installation;
}

/** Accepts other permissions for an installation. */
export function acceptPermissions(
  sim: Sim,
  by: By,
  installation: Installation,
  permissions: Permissions,
): Installation {
  installation.permissions = permissions;
  tell(sim, by, installation, "installation", { action: "new_permissions_accepted" });
  return installation;
}

/** Chooses the repositories of an installation; null means all. */
export function selectRepositories(
  sim: Sim,
  by: By,
  installation: Installation,
  repositories: readonly Repository[] | null,
): Installation {
  const before = repositoriesOf(sim, installation);
  installation.repositoryIds = repositories?.map(({ id }) => id) ?? null;
  const after = repositoriesOf(sim, installation);
  tellSelection(sim, by, installation, "added", without(after, before));
  tellSelection(sim, by, installation, "removed", without(before, after));
  return installation;
}

/** The repositories an installation reaches. */
export function repositoriesOf(sim: Sim, installation: Installation): Repository[] {
  return where(
    sim.world.repositories,
    (row) =>
      row.ownerId === installation.accountId &&
      (installation.repositoryIds?.includes(row.id) ?? true),
  );
}

function tellSelection(
  sim: Sim,
  by: By,
  installation: Installation,
  action: "added" | "removed",
  repositories: readonly Repository[],
): void {
  if (repositories.length === 0) return;
  const list = repositories.map((row) => briefly(sim, row));
  tell(sim, by, installation, "installation_repositories", {
    action,
    repository_selection: installation.repositoryIds === null ? "all" : "selected",
    repositories_added: action === "added" ? list : [],
    repositories_removed: action === "removed" ? list : [],
    requester: null,
  });
}

/** An App hears of its own installation without a subscription. */
function tell(sim: Sim, by: By, installation: Installation, event: string, payload: Shape): void {
  installation.updatedAt = timestamp(sim);
  sim.touch();
  sim.emit({
    event,
    ownerId: installation.accountId,
    repository: null,
    onlyAppId: installation.appId,
    payload: {
      ...payload,
      installation: installationShape(sim, installation),
      sender: accountShape(sim, by.account),
    },
  });
}

function without(rows: readonly Repository[], others: readonly Repository[]): Repository[] {
  return rows.filter((row) => !others.includes(row));
}

function briefly(sim: Sim, repository: Repository): Shape {
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName(sim.world, known(sim.world.repositories, repository.id)),
    private: repository.private,
  };
}
