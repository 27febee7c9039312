/** The check suite that GitHub opens on each push for every installed App that writes checks. */
import { askForSuite, findSuite, suiteOf } from "../acts/check-suites.ts";
import { botOf } from "../world/ci.ts";
import { grants } from "../auth/who.ts";
import { known, where } from "../world/find.ts";
import type { App, Repository } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";
import type { Sim } from "../sim.ts";

const BRANCHES = "refs/heads/";

/** Opens a suite for each App on the head of a pushed branch and asks the App to begin. */
export async function askInstalledApps(
  sim: Sim,
  repository: Repository,
  push: Shape,
): Promise<void> {
  const { ref, after, deleted } = push;
  if (typeof ref !== "string" || typeof after !== "string" || deleted === true) return;
  if (!ref.startsWith(BRANCHES)) return;
  for (const app of appsThatCheck(sim, repository)) {
    if (findSuite(sim, repository, app, after) !== null) continue;
    const suite = await suiteOf(sim, repository, app, after, ref.slice(BRANCHES.length));
    askForSuite(sim, { account: botOf(sim.world, app), appId: app.id }, suite, "requested");
  }
}

function appsThatCheck(sim: Sim, repository: Repository): App[] {
  return where(
    sim.world.installations,
    (installation) =>
      installation.accountId === repository.ownerId &&
      installation.suspendedAt === null &&
      grants(installation.permissions["checks"], "write") &&
      (installation.repositoryIds?.includes(repository.id) ?? true),
  ).map((installation) => known(sim.world.apps, installation.appId));
}
