/** Gestures on settings: what maintainers do to repositories, boards and installed Apps. */
import {
  acceptPermissions,
  install,
  selectRepositories,
  suspend,
  uninstall,
} from "../acts/installations.ts";
import { accountNamed, gesture, refusedGesture, repositoryNamed } from "./gesture.ts";
import { archiveRepository, renameRepository, setRole } from "../acts/repositories.ts";
import { first, known, ROLES } from "../world/find.ts";
import { installationShape } from "../shapes/accounts.ts";
import { repositoryShape } from "../shapes/repositories.ts";
import type { Access, App, Installation, Role } from "../world/accounts.ts";
import type { Gesture, GestureCall } from "./gesture.ts";

/** The gestures of this file by name. */
export const settingsGestures: Readonly<Record<string, Gesture>> = {
  "set-permission": gesture({ login: "text", role: "text" }, (call, { login, role }) => {
    const account = accountNamed(call.sim, login);
    setRole(call.sim, call.repository, account, roleNamed(role));
    return { login, role };
  }),
  "rename-repository": gesture({ name: "text" }, ({ sim, by, repository }, { name }) =>
    repositoryShape(sim, renameRepository(sim, by, repository, name)),
  ),
  "archive-repository": gesture({ archived: "flag?" }, ({ sim, by, repository }, given) =>
    repositoryShape(sim, archiveRepository(sim, by, repository, given.archived ?? true)),
  ),
  "install-app": gesture({ app: "text?" }, (call, given) => {
    const app = appNamed(call, given.app);
    if (findInstallation(call, app) !== null) throw refusedGesture("the App is installed already");
    const owner = known(call.sim.world.accounts, call.repository.ownerId);
    return installationShape(call.sim, install(call.sim, call.by, app, owner));
  }),
  "uninstall-app": gesture({ app: "text?" }, (call, given) => {
    const installation = installationOf(call, given.app);
    const uninstalled = installationShape(call.sim, installation);
    uninstall(call.sim, call.by, installation);
    return { uninstalled };
  }),
  "suspend-app": gesture({ app: "text?", suspended: "flag?" }, (call, given) => {
    const installation = installationOf(call, given.app);
    return installationShape(
      call.sim,
      suspend(call.sim, call.by, installation, given.suspended ?? true),
    );
  }),
  "select-repositories": gesture({ app: "text?", repositories: "texts?" }, (call, given) => {
    const repositories = given.repositories?.map((name) => repositoryNamed(call.sim, name));
    const installation = installationOf(call, given.app);
    return installationShape(
      call.sim,
      selectRepositories(call.sim, call.by, installation, repositories ?? null),
    );
  }),
  "accept-permissions": gesture({ app: "text?", permissions: "record?" }, (call, given) => {
    const installation = installationOf(call, given.app);
    const permissions = Object.fromEntries(
      Object.entries(given.permissions ?? {}).map(([name, access]) => [name, accessNamed(access)]),
    );
    return installationShape(
      call.sim,
      acceptPermissions(call.sim, call.by, installation, permissions),
    );
  }),
};

function roleNamed(text: string): Role | null {
  const role = ROLES.find((known) => known === text);
  if (role !== undefined) return role;
  if (text === "none") return null;
  throw refusedGesture(`role must be one of: none, ${ROLES.join(", ")}`);
}

function accessNamed(value: unknown): Access {
  if (value === "read" || value === "write" || value === "admin") return value;
  throw refusedGesture("a permission must be read, write or admin");
}

/** The installation of an App on the owner of the gesture's repository; the first App when none is named. */
function installationOf(call: GestureCall, slug?: string): Installation {
  const found = findInstallation(call, appNamed(call, slug));
  if (found === null) throw refusedGesture("the App is not installed");
  return found;
}

function appNamed({ sim }: GestureCall, slug?: string): App {
  const app = first(sim.world.apps, (row) => slug === undefined || row.slug === slug);
  if (app === null) throw refusedGesture(`there is no App ${JSON.stringify(slug)}`);
  return app;
}

function findInstallation({ sim, repository }: GestureCall, app: App): Installation | null {
  return first(
    sim.world.installations,
    (row) => row.appId === app.id && row.accountId === repository.ownerId,
  );
}
