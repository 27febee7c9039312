/** Whether somebody who wants something of a live assignment may have it, asked when it matters. */
import type { ActorOrder } from "../../core/effect.ts";
import type { ActorStanding } from "../../ports.ts";
import { commentStanding } from "./actor-documents.ts";
import type { Client } from "./client.ts";
import { refusalFault } from "./client.ts";
import { permissionOf } from "./permission.ts";

/** Reads both anew; a comment that is gone, edited, somebody else's or from elsewhere does not count. */
export async function inspectActor(client: Client, order: ActorOrder): Promise<ActorStanding> {
  const permission = await permissionOf(client, order.repository, order.actor);
  return { permission, isUnedited: await isUnedited(client, order) };
}

async function isUnedited(
  client: Client,
  { comment: id, actor, repository }: ActorOrder,
): Promise<boolean> {
  if (id === null) return true;
  const what = `reading comment ${id}`;
  const { answer, refusals } = await client.partial(what, commentStanding, { comment: id });
  const unexpected = refusals.find(({ kind }) => kind !== "not-found");
  if (unexpected !== undefined) throw refusalFault(what, unexpected);
  const { node } = answer;
  return (
    node?.repository?.databaseId === repository.id &&
    node.author?.databaseId === actor.id &&
    node.lastEditedAt == null
  );
}
