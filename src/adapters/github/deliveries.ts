/** Deliveries that GitHub could not hand over. It keeps them for three days and does not repeat them by itself. */
import { z } from "zod";
import type { Clock, FailedDelivery } from "../../ports.ts";
import type { Client } from "./client.ts";

/** An id beyond what a JSON number holds exactly comes as a bigint and could not be asked for again. */
const Attempt = z.object({
  id: z.union([z.number(), z.bigint()]),
  guid: z.string(),
  delivered_at: z.iso.datetime({ offset: true }),
});

const keptMs = 3 * 24 * 60 * 60_000;
/** Of 100 each. Where more have failed, the look at issues and boards finds what matters. */
const mostPages = 10;

/** One entry for each delivery, whatever the number of failed attempts. */
export async function failedDeliveries(
  app: Client,
  clock: Clock,
): Promise<readonly FailedDelivery[]> {
  const failed = new Map<string, FailedDelivery>();
  const oldest = clock.now() - keptMs;
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const { nodes, next } = await readPage(app, cursor);
    for (const { id, guid, delivered_at: at } of nodes) {
      if (Date.parse(at) < oldest) return [...failed.values()];
      if (typeof id === "number" && !failed.has(guid)) failed.set(guid, { id, guid });
    }
    if (next === null) break;
    cursor = next;
  }
  return [...failed.values()];
}

const readPage = (app: Client, cursor: string | null): ReturnType<typeof readAttempts> =>
  readAttempts(app, cursor === null ? {} : { cursor });

const readAttempts = (
  app: Client,
  from: { readonly cursor?: string },
): Promise<{ readonly nodes: readonly z.infer<typeof Attempt>[]; readonly next: string | null }> =>
  app.restPage(
    "reading failed deliveries",
    "GET /app/hook/deliveries",
    { status: "failure", per_page: 100, ...from },
    Attempt,
  );

/** Asks GitHub to try again; the delivery comes with the same GUID. */
export async function redeliver(app: Client, { id, guid }: FailedDelivery): Promise<void> {
  const what = `asking for delivery ${guid} again`;
  const route = "POST /app/hook/deliveries/{delivery_id}/attempts";
  await app.rest(what, route, { delivery_id: id }, z.unknown());
}
