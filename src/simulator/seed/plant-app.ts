/** The App with its bot and its installation, and the App in whose name CI runs. */
import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { addAccount } from "./rows.ts";
import { CI_SLUG } from "../world/ci.ts";
import { mint } from "../world/world.ts";
import { timestamp } from "../sim.ts";
import type { Account, App } from "../world/accounts.ts";
import type { Seed } from "./seed.ts";
import type { Sim } from "../sim.ts";

/** A private key as GitHub hands it out. */
export function freshKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}

/** Adds both Apps and installs the seed's, which signs with this private key. */
export function plantApp(sim: Sim, seed: Seed, owner: Account, privateKeyPem: string): void {
  const publicKey = createPublicKey(privateKeyPem).export({ type: "spki", format: "pem" });
  const app = addApp(sim, owner, { ...seed.app, publicKeyPem: publicKey.toString() });
  const ci = { slug: CI_SLUG, permissions: { checks: "write" }, events: [] } as const;
  addApp(sim, owner, { ...ci, publicKeyPem: null });
  const ids = mint(sim.world, "installations");
  sim.world.installations.set(ids.id, {
    ...ids,
    appId: app.id,
    accountId: owner.id,
    repositoryIds: null,
    permissions: app.permissions,
    events: app.events,
    suspendedAt: null,
    suspendedById: null,
    createdAt: app.createdAt,
    updatedAt: app.createdAt,
  });
}

function addApp(sim: Sim, owner: Account, wanted: Seed["app"] & Pick<App, "publicKeyPem">): App {
  const time = timestamp(sim);
  const bot = addAccount(sim, "Bot", `${wanted.slug}[bot]`, null);
  const app: App = {
    ...mint(sim.world, "apps"),
    slug: wanted.slug,
    name: wanted.slug,
    clientId: `Iv23li${randomBytes(7).toString("hex")}`,
    description: null,
    externalUrl: `${sim.url}/${wanted.slug}`,
    ownerId: owner.id,
    botId: bot.id,
    permissions: wanted.permissions,
    events: [...wanted.events],
    publicKeyPem: wanted.publicKeyPem,
    hookId: mint(sim.world, "apps").id,
    hookUrl: null,
    hookSecret: randomBytes(20).toString("hex"),
    createdAt: time,
    updatedAt: time,
  };
  sim.world.apps.set(app.id, app);
  bot.appId = app.id;
  return app;
}
