/** Who makes a request: read from its Authorization header, and what that one may see and do. */
import { appOfJwt, looksLikeJwt } from "./app-jwt.ts";
import { first, known, reaches, roleOf } from "../world/find.ts";
import { needsRights, notAccessible, notFound, Refusal } from "../refusal.ts";
import { personalToken, readInstallationToken } from "./tokens.ts";
import type {
  Access,
  Account,
  App,
  Installation,
  Permissions,
  Repository,
  Role,
} from "../world/accounts.ts";
import type { By, Sim } from "../sim.ts";

/** Whoever stands behind a request. */
export type Actor =
  | { readonly kind: "person"; readonly account: Account }
  | {
      readonly kind: "installation";
      /** The App's bot, in whose name the installation acts. */
      readonly account: Account;
      readonly app: App;
      readonly installation: Installation;
      /** What this token was given, at most what the installation has. */
      readonly permissions: Permissions;
      /** The repositories this token was narrowed to; null when it was not. */
      readonly repositoryIds: readonly number[] | null;
    }
  | { readonly kind: "app"; readonly app: App }
  | { readonly kind: "anonymous" };

/** What a call needs: one of these App permissions, or for a person at least this role. */
export interface Need {
  readonly permissions: readonly string[];
  readonly access: Access;
  readonly role: Role;
}

/** Reads an Authorization header (bearer, token or basic); throws 401 when it holds nothing good. */
export function whoIs(sim: Sim, authorization: string | undefined): Actor {
  const token = tokenIn(authorization);
  if (token === null) return { kind: "anonymous" };
  if (looksLikeJwt(token)) return { kind: "app", app: appOfJwt(sim, token) };
  return (
    installationWith(sim, token) ??
    personWith(sim, token) ??
    fail(new Refusal(401, "Bad credentials"))
  );
}

/** In whose name an actor acts; throws 401 for nobody and for a bare App. */
export function byOf(actor: Actor): By {
  switch (actor.kind) {
    case "person":
      return { account: actor.account, appId: null };
    case "installation":
      return { account: actor.account, appId: actor.app.id };
    case "app":
      throw new Refusal(403, "Resource not accessible by integration");
    case "anonymous":
      throw new Refusal(401, "Requires authentication");
  }
}

/** How an actor is named in the request log. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "person":
    case "installation":
      return actor.account.login;
    case "app":
      return `app:${actor.app.slug}`;
    case "anonymous":
      return "anonymous";
  }
}

/** Whether an actor may know that a repository exists. */
export function canSee(actor: Actor, repository: Repository): boolean {
  switch (actor.kind) {
    case "person":
      return roleOf(repository, actor.account) !== null;
    case "installation":
      return covers(actor, repository) || !repository.private;
    case "app":
    case "anonymous":
      return !repository.private;
  }
}

/** Whether an actor may do what needs this in a repository. */
export function may(actor: Actor, repository: Repository, need: Need): boolean {
  switch (actor.kind) {
    case "person":
      return reaches(roleOf(repository, actor.account), need.role);
    case "installation":
      return covers(actor, repository)
        ? need.permissions.some((name) => grants(actor.permissions[name], need.access))
        : !repository.private && need.access === "read";
    case "app":
    case "anonymous":
      return false;
  }
}

/** Throws what GitHub answers when an actor may not do something in a repository. */
export function demand(actor: Actor, repository: Repository, need: Need): void {
  if (actor.kind === "anonymous") throw new Refusal(401, "Requires authentication");
  if (!canSee(actor, repository)) throw notFound();
  if (may(actor, repository, need)) return;
  throw actor.kind === "person"
    ? needsRights()
    : notAccessible(need.permissions.map((name) => `${name}=${need.access}`).join("; "));
}

/** Whether a permission reaches an access. */
export function grants(given: Access | undefined, wanted: Access): boolean {
  const order: readonly Access[] = ["read", "write", "admin"];
  return given !== undefined && order.indexOf(given) >= order.indexOf(wanted);
}

/** Whether an installation token reaches a repository. */
export function covers(
  actor: Extract<Actor, { kind: "installation" }>,
  repository: Repository,
): boolean {
  return (
    actor.installation.accountId === repository.ownerId &&
    (actor.installation.repositoryIds?.includes(repository.id) ?? true) &&
    (actor.repositoryIds?.includes(repository.id) ?? true)
  );
}

function tokenIn(authorization: string | undefined): string | null {
  const [scheme = "", value = ""] = (authorization ?? "").trim().split(/\s+/);
  switch (scheme.toLowerCase()) {
    case "":
      return null;
    case "basic":
      return basicToken(value);
    case "bearer":
    case "token":
      return value;
    default:
      throw new Refusal(401, "Bad credentials");
  }
}

/** Git sends the token as the password, some tools as the user name. */
function basicToken(value: string): string | null {
  const [user = "", ...password] = Buffer.from(value, "base64").toString().split(":");
  return password.join(":") || user || null;
}

function installationWith(sim: Sim, token: string): Actor | null {
  const grant = readInstallationToken(sim, token);
  if (grant === null) return null;
  const installation = sim.world.installations.get(grant.installationId);
  if (installation === undefined) throw new Refusal(401, "Bad credentials");
  if (installation.suspendedAt !== null) {
    throw new Refusal(403, "This installation has been suspended");
  }
  const app = known(sim.world.apps, installation.appId);
  return {
    kind: "installation",
    account: known(sim.world.accounts, app.botId),
    app,
    installation,
    permissions: narrower(grant.permissions, installation.permissions),
    repositoryIds: grant.repositoryIds,
  };
}

/** A permission taken from the installation is gone from its living tokens too. */
function narrower(asked: Permissions, given: Permissions): Permissions {
  return Object.fromEntries(
    Object.entries(asked).filter(([name, access]) => grants(given[name], access)),
  );
}

function personWith(sim: Sim, token: string): Actor | null {
  const account = first(
    sim.world.accounts,
    (row) => row.kind === "User" && personalToken(sim.world, row) === token,
  );
  return account === null ? null : { kind: "person", account };
}

function fail(refusal: Refusal): never {
  throw refusal;
}
