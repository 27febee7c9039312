/** What a person may do in a repository, as GitHub says it now. */
import { z } from "zod";
import type { Actor, Permission, RepositoryRef } from "../../core/issue.ts";
import type { Client } from "./client.ts";
import { ForgeFault } from "./fault.ts";

const PermissionAnswer = z.object({
  permission: z.string(),
  role_name: z.string().optional(),
  user: z.object({ id: z.number() }).nullish(),
});

const permissions: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

/** Where a person's permission is asked for. */
export type Place = Pick<RepositoryRef, "owner" | "name">;

/** An account that GitHub does not know, or that is another one than is meant, has none; a breakdown is a fault and not an answer. */
export async function permissionOf(
  client: Client,
  { owner, name }: Place,
  actor: Actor,
): Promise<Permission> {
  const what = `reading what ${actor.login} may do in ${owner}/${name}`;
  const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  try {
    const parameters = { owner, repo: name, username: actor.login };
    const answer = await client.rest(what, route, parameters, PermissionAnswer);
    if (answer.user?.id !== actor.id) return "none";
    // A role of an organisation's own making has a name that we do not know, and the permission that it is built on.
    const named = (wanted: string | undefined): Permission | undefined =>
      permissions.find((permission) => permission === wanted);
    return named(answer.role_name) ?? named(answer.permission) ?? "none";
  } catch (error) {
    if (error instanceof ForgeFault && error.kind === "not-found") return "none";
    throw error;
  }
}

/** Asks about each account once, however often its permission is needed. */
export type Permissions = (actor: Actor) => Promise<Permission>;

/** Permissions in one repository for as long as one look at GitHub takes. */
export function permissionsIn(client: Client, place: Place): Permissions {
  const asked = new Map<number, Promise<Permission>>();
  return (actor) => {
    const answer = asked.get(actor.id) ?? permissionOf(client, place, actor);
    asked.set(actor.id, answer);
    return answer;
  };
}
