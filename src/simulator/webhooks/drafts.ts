/** Turns an event into deliveries: who hears of it, and what exactly is sent. */
import { randomUUID } from "node:crypto";
import { known, where } from "../world/find.ts";
import { mint } from "../world/world.ts";
import type { Delivery, Installation } from "../world/accounts.ts";
import type { Emission } from "./emission.ts";
import type { World } from "../world/world.ts";

/** The status of a delivery that has not been tried yet; such a one is sent after a restart. */
export const QUEUED = "queued";

/** The deliveries that an event causes: one per installation that hears of it. */
export function draftsOf(world: World, time: string, emission: Emission): Delivery[] {
  return where(world.installations, (installation) => hears(installation, emission)).flatMap(
    (installation) => draft(world, time, installation, emission) ?? [],
  );
}

function hears(installation: Installation, emission: Emission): boolean {
  if (installation.accountId !== emission.ownerId) return false;
  if (emission.onlyAppId !== undefined) return installation.appId === emission.onlyAppId;
  const { repository } = emission;
  return (
    installation.suspendedAt === null &&
    installation.events.includes(emission.event) &&
    (repository === null || (installation.repositoryIds?.includes(repository.id) ?? true))
  );
}

function draft(
  world: World,
  time: string,
  installation: Installation,
  emission: Emission,
): Delivery | null {
  const app = known(world.apps, installation.appId);
  if (app.hookUrl === null) return null;
  const { action } = emission.payload;
  const payload = {
    ...emission.payload,
    // Events about an installation bring its full form themselves.
    installation: emission.payload["installation"] ?? {
      id: installation.id,
      node_id: installation.nodeId,
    },
  };
  return {
    ...mint(world, "deliveries"),
    guid: randomUUID(),
    appId: app.id,
    event: emission.event,
    action: typeof action === "string" ? action : null,
    installationId: installation.id,
    repositoryId: emission.repository?.id ?? null,
    redelivery: false,
    url: app.hookUrl,
    requestHeaders: {},
    requestBody: JSON.stringify(payload),
    ...untried(time),
  };
}

/** What is not known before a delivery has been tried. */
export function untried(
  time: string,
): Pick<
  Delivery,
  "deliveredAt" | "status" | "statusCode" | "durationSeconds" | "responseHeaders" | "responseBody"
> {
  return {
    deliveredAt: time,
    status: QUEUED,
    statusCode: 0,
    durationSeconds: 0,
    responseHeaders: {},
    responseBody: "",
  };
}
