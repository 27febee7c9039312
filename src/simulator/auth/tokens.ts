/** Tokens that carry their own meaning under the world's signature, so that they are still good after a restart. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Account, Installation, Permissions } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";
import type { World } from "../world/world.ts";

/** How long an installation token lives. */
const TOKEN_MS = 60 * 60 * 1000;

/** GitHub's long tokens have about this many characters; shorter ones are padded up to it. */
const TOKEN_CHARACTERS = 520;

/** What an installation token allows. */
export interface Grant {
  readonly installationId: number;
  readonly permissions: Permissions;
  readonly repositoryIds: readonly number[] | null;
}

/** Makes a token for an installation, good for one hour. */
export function installationToken(
  sim: Sim,
  installation: Installation,
  grant: Omit<Grant, "installationId">,
): { readonly token: string; readonly expiresAt: Date } {
  const expiresAt = new Date(sim.now().getTime() + TOKEN_MS);
  const claims = {
    iss: installation.appId,
    sub: installation.id,
    exp: Math.floor(expiresAt.getTime() / 1000),
    permissions: grant.permissions,
    repositories: grant.repositoryIds,
  };
  const head = `ghs_${installation.appId}_${encode({ alg: "HS256", typ: "JWT" })}`;
  const bare = { ...claims, jti: randomBytes(9).toString("base64url") };
  // A signature has 43 characters, and 3 characters of padding become 4 of the token.
  const missing = TOKEN_CHARACTERS - head.length - encode(bare).length - 45;
  const padding = randomBytes(Math.max(0, Math.floor((missing * 9) / 16))).toString("base64url");
  const signed = `${head}.${encode({ ...bare, jti: bare.jti + padding })}`;
  return { token: `${signed}.${seal(sim.world, signed)}`, expiresAt };
}

/** What a token allows; null when it is none of ours, is changed, or is too old. */
export function readInstallationToken(sim: Sim, token: string): Grant | null {
  const [head = "", payload = "", signature = ""] = token.split(".");
  if (!head.startsWith("ghs_") || !isEqual(seal(sim.world, `${head}.${payload}`), signature)) {
    return null;
  }
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  if (claims.exp * 1000 <= sim.now().getTime()) return null;
  return {
    installationId: claims.sub,
    permissions: claims.permissions,
    repositoryIds: claims.repositories,
  };
}

/** The personal token of a person: the same one as long as the world exists. */
export function personalToken(world: World, account: Account): string {
  const letters = seal(world, `person:${account.id}`).replaceAll(/[-_]/g, "0");
  return `ghp_${letters.slice(0, 36)}`;
}

function seal(world: World, text: string): string {
  return createHmac("sha256", world.tokenSecret).update(text).digest("base64url");
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
