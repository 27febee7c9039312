/** What the simulator says about itself when it has started: addresses, ids and credentials. */
import { cloneUrl } from "./shapes/repositories.ts";
import { first, fullName, known, where } from "./world/find.ts";
import { personalToken } from "./auth/tokens.ts";
import type { App, Repository } from "./world/accounts.ts";
import type { Sim } from "./sim.ts";
import type { World } from "./world/world.ts";

/** One JSON line on stdout, for programs that start the simulator. */
export interface Card {
  readonly url: string;
  readonly graphqlUrl: string;
  readonly appId: number;
  readonly installationId: number;
  readonly privateKeyPath: string;
  readonly webhookSecret: string;
  readonly org: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly projectNumber: number;
  readonly cloneUrl: string;
  /** A personal token for each person. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** Collects the card from the world. */
export function cardOf(sim: Sim, privateKeyPath: string): Card {
  const { world } = sim;
  const repository = homeRepository(world);
  const app = homeApp(world);
  const people = where(world.accounts, ({ kind }) => kind === "User");
  return {
    url: sim.url,
    graphqlUrl: `${sim.url}/graphql`,
    appId: app.id,
    // An uninstalled App has none; 0 names no installation.
    installationId: first(world.installations, ({ appId }) => appId === app.id)?.id ?? 0,
    privateKeyPath,
    webhookSecret: app.hookSecret,
    org: known(world.accounts, repository.ownerId).login,
    repository: fullName(world, repository),
    projectNumber: first(world.projects, () => true)?.number ?? 1,
    cloneUrl: cloneUrl(sim, repository),
    tokens: Object.fromEntries(
      people.map((person) => [person.login, personalToken(world, person)]),
    ),
  };
}

/** The repository the world began with. */
export function homeRepository(world: World): Repository {
  return oldest(world.repositories);
}

/** The App the world began with. */
export function homeApp(world: World): App {
  return oldest(world.apps);
}

function oldest<T>(rows: Map<number, T>): T {
  const row = first(rows, () => true);
  if (row === null) throw new Error("the world is empty");
  return row;
}
