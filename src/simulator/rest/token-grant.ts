/** Reads what an installation token shall allow, which may be less than the installation but not more. */
import { findRepository, known } from "../world/find.ts";
import { grants } from "../auth/who.ts";
import { optionalTexts, valueOf } from "./call.ts";
import { Refusal } from "../refusal.ts";
import { repositoriesOf } from "../acts/installations.ts";
import type { Access, Installation, Permissions } from "../world/accounts.ts";
import type { AppCall } from "./route.ts";
import type { Grant } from "../auth/tokens.ts";

/** The permissions and repositories that the body asks for; 422 when the installation has less. */
export function readGrant(
  call: AppCall,
  installation: Installation,
): Omit<Grant, "installationId"> {
  return {
    permissions: permissionsAsked(call, installation),
    repositoryIds: repositoriesAsked(call, installation),
  };
}

function permissionsAsked(call: AppCall, installation: Installation): Permissions {
  const permissions = valueOf(call, "permissions");
  if (permissions === undefined || permissions === null) return installation.permissions;
  const asked: Record<string, unknown> = typeof permissions === "object" ? { ...permissions } : {};
  const granted: Record<string, Access> = { metadata: "read" };
  for (const [name, access] of Object.entries(asked)) {
    if (!isAccess(access) || !grants(installation.permissions[name], access)) {
      throw new Refusal(422, "The permissions requested are not granted to this installation.");
    }
    granted[name] = access;
  }
  return granted;
}

function repositoriesAsked(call: AppCall, installation: Installation): readonly number[] | null {
  const names = optionalTexts(call, "repositories");
  const ids = valueOf(call, "repository_ids");
  if (names === undefined && !Array.isArray(ids)) return null;
  const { world } = call.sim;
  const owner = known(world.accounts, installation.accountId).login;
  const named = (names ?? []).map((name) => findRepository(world, owner, name)?.id ?? -1);
  const asked: unknown[] = [...named, ...(Array.isArray(ids) ? ids : [])];
  const reached = repositoriesOf(call.sim, installation).map(({ id }) => id);
  const found = reached.filter((id) => asked.includes(id));
  if (found.length < new Set(asked).size) {
    throw new Refusal(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  }
  return found;
}

function isAccess(value: unknown): value is Access {
  return value === "read" || value === "write" || value === "admin";
}
