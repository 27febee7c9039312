/** The App behind the simulated CI: like any other, but nobody has its private key. */
import { generateKeyPairSync } from "node:crypto";
import { first, known } from "./find.ts";
import { mint } from "./world.ts";
import type { Account, App } from "./accounts.ts";
import type { World } from "./world.ts";

/** How the simulated CI is called. */
export const CI_SLUG = "ci";

/** The App of the simulated CI, created when it is first needed. */
export function ciApp(world: World, owner: Account, time: string): App {
  const present = first(world.apps, (app) => app.slug === CI_SLUG);
  if (present !== null) return present;
  const ids = mint(world, "apps");
  const bot = mint(world, "bots");
  world.accounts.set(bot.id, {
    ...bot,
    kind: "Bot",
    login: `${CI_SLUG}[bot]`,
    name: null,
    email: null,
    appId: ids.id,
    createdAt: time,
    updatedAt: time,
  });
  const app: App = {
    ...ids,
    slug: CI_SLUG,
    name: "CI",
    clientId: `Iv1.${ids.id}`,
    description: null,
    externalUrl: "http://127.0.0.1/",
    ownerId: owner.id,
    botId: bot.id,
    permissions: { checks: "write", metadata: "read" },
    events: [],
    publicKeyPem: generateKeyPairSync("ec", { namedCurve: "P-256" })
      .publicKey.export({ type: "spki", format: "pem" })
      .toString(),
    hookId: mint(world, "apps").id,
    hookUrl: null,
    hookSecret: "",
    createdAt: time,
    updatedAt: time,
  };
  world.apps.set(app.id, app);
  return app;
}

/** The bot in whose name an App acts. */
export function botOf(world: World, app: App): Account {
  return known(world.accounts, app.botId);
}
