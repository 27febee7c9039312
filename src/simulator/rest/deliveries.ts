/** REST: the webhook of an App and its deliveries, which GitHub keeps for three days. */
import { appRoute } from "./route.ts";
import { linkTo, sizeOf } from "./pages.ts";
import { notFound } from "../refusal.ts";
import { numberParam, ok, queryOf } from "./call.ts";
import { KEPT_MS } from "../webhooks/hub.ts";
import { QUEUED } from "../webhooks/drafts.ts";
import { where } from "../world/find.ts";
import type { Answer } from "./call.ts";
import type { AppCall, Route } from "./route.ts";
import type { Delivery } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";

/** The routes of this file. */
export const deliveryRoutes: readonly Route[] = [
  appRoute("GET /app/hook/config", ({ app }) =>
    ok({ content_type: "json", insecure_ssl: "0", secret: "********", url: app.hookUrl ?? "" }),
  ),
  appRoute("GET /app/hook/deliveries", list, ["status", "cursor"]),
  appRoute("GET /app/hook/deliveries/{delivery_id}", (call) => ok(fullShape(deliveryAt(call)))),
  appRoute("POST /app/hook/deliveries/{delivery_id}/attempts", (call) => {
    call.sim.redeliver(deliveryAt(call));
    return { status: 202, body: {} };
  }),
];

/** Newest first; the cursor is the id of the last delivery that was shown. */
function list(call: AppCall): Answer {
  const status = queryOf(call, "status");
  const cursor = Number(queryOf(call, "cursor")?.replace("v1_", "") ?? Number.POSITIVE_INFINITY);
  const rows = kept(call)
    .filter((row) => status === null || (status === "success") === isSuccess(row))
    .toReversed()
    .filter(({ id }) => id < cursor);
  const page = rows.slice(0, sizeOf(call));
  const last = page.at(-1);
  const next =
    last === undefined || rows.length === page.length
      ? {}
      : { link: `<${linkTo(call, { cursor: `v1_${last.id}` })}>; rel="next"` };
  return { ...ok(page.map(briefShape)), headers: next };
}

function deliveryAt(call: AppCall): Delivery {
  const id = numberParam(call, "delivery_id");
  const found = kept(call).find((row) => row.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function kept(call: AppCall): Delivery[] {
  const since = call.sim.now().getTime() - KEPT_MS;
  return where(
    call.sim.world.deliveries,
    (row) =>
      row.appId === call.app.id && row.status !== QUEUED && Date.parse(row.deliveredAt) >= since,
  );
}

function isSuccess({ statusCode }: Delivery): boolean {
  return statusCode >= 200 && statusCode < 400;
}

function briefShape(delivery: Delivery): Shape {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function fullShape(delivery: Delivery): Shape {
  return {
    ...briefShape(delivery),
    url: delivery.url,
    request: {
      headers: delivery.requestHeaders,
      payload: JSON.parse(delivery.requestBody),
    },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
