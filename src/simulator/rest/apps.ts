/** REST: an App seen by itself, its installations, and tokens for them. */
import { appRoute, installationRoute } from "./route.ts";
import { appShape, installationShape } from "../shapes/accounts.ts";
import { created, noContent, numberParam, ok, param } from "./call.ts";
import { findRepository, first, getAccount, where } from "../world/find.ts";
import { installationToken } from "../auth/tokens.ts";
import { isoSeconds } from "../sim.ts";
import { notFound, Refusal } from "../refusal.ts";
import { paged } from "./pages.ts";
import { readGrant } from "./token-grant.ts";
import { repositoriesOf, uninstall } from "../acts/installations.ts";
import { covers } from "../auth/who.ts";
import { listedRepositoryShape } from "../shapes/repositories.ts";
import type { Answer } from "./call.ts";
import type { AppCall, Route } from "./route.ts";
import type { Installation } from "../world/accounts.ts";

/** The routes of this file. */
export const appRoutes: readonly Route[] = [
  appRoute("GET /app", ({ sim, app }) =>
    ok({
      ...appShape(sim, app),
      events: app.events,
      installations_count: where(sim.world.installations, (row) => row.appId === app.id).length,
    }),
  ),
  appRoute("GET /app/installations", (call) =>
    paged(
      call,
      where(call.sim.world.installations, (row) => row.appId === call.app.id),
      (installation) => installationShape(call.sim, installation),
    ),
  ),
  appRoute("GET /app/installations/{installation_id}", (call) =>
    ok(installationShape(call.sim, installationAt(call))),
  ),
  appRoute("DELETE /app/installations/{installation_id}", (call) => {
    const bot = call.sim.world.accounts.get(call.app.botId);
    if (bot === undefined) throw notFound();
    uninstall(call.sim, { account: bot, appId: call.app.id }, installationAt(call));
    return noContent();
  }),
  appRoute("GET /repos/{owner}/{repo}/installation", (call) => {
    const repository = findRepository(call.sim.world, param(call, "owner"), param(call, "repo"));
    const found = first(
      call.sim.world.installations,
      (row) =>
        row.appId === call.app.id &&
        row.accountId === repository?.ownerId &&
        (row.repositoryIds?.includes(repository.id) ?? true),
    );
    return shown(call, found);
  }),
  appRoute("GET /orgs/{org}/installation", (call) => shown(call, installedOn(call, "org"))),
  appRoute("GET /users/{username}/installation", (call) =>
    shown(call, installedOn(call, "username")),
  ),
  appRoute("POST /app/installations/{installation_id}/access_tokens", makeToken, [
    "permissions",
    "repositories",
    "repository_ids",
  ]),
  installationRoute("GET /installation/repositories", (call) => {
    const { sim, installation } = call;
    const rows = repositoriesOf(sim, installation.installation).filter((row) =>
      covers(installation, row),
    );
    return paged(
      call,
      rows,
      (row) => listedRepositoryShape(sim, row, installation.account),
      (repositories, total) => ({ total_count: total, repositories }),
    );
  }),
];

function makeToken(call: AppCall): Answer {
  const { sim } = call;
  const installation = installationAt(call);
  if (installation.suspendedAt !== null) {
    throw new Refusal(403, "This installation has been suspended");
  }
  const grant = readGrant(call, installation);
  const { token, expiresAt } = installationToken(sim, installation, grant);
  const { permissions, repositoryIds } = grant;
  const repositories = repositoriesOf(sim, installation).filter(
    ({ id }) => repositoryIds?.includes(id) ?? false,
  );
  const bot = getAccount(sim.world, `${call.app.slug}[bot]`);
  return created({
    token,
    expires_at: isoSeconds(expiresAt),
    permissions,
    repository_selection:
      repositoryIds === null && installation.repositoryIds === null ? "all" : "selected",
    ...(repositoryIds === null
      ? {}
      : { repositories: repositories.map((row) => listedRepositoryShape(sim, row, bot)) }),
  });
}

function installationAt(call: AppCall): Installation {
  const found = call.sim.world.installations.get(numberParam(call, "installation_id"));
  if (found?.appId !== call.app.id) throw notFound();
  return found;
}

function installedOn(call: AppCall, name: string): Installation | null {
  const account = getAccount(call.sim.world, param(call, name));
  return first(
    call.sim.world.installations,
    (row) => row.appId === call.app.id && row.accountId === account.id,
  );
}

function shown(call: AppCall, installation: Installation | null): Answer {
  if (installation === null) throw notFound();
  return ok(installationShape(call.sim, installation));
}
