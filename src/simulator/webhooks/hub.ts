/** The way out for webhooks: deliveries are recorded, stand in line, and suffer what the switches say. */
import { draftsOf, QUEUED, untried } from "./drafts.ts";
import { known, where } from "../world/find.ts";
import { mint } from "../world/world.ts";
import { openLine } from "./line.ts";
import { post } from "./post.ts";
import { openChance } from "./switches.ts";
import type { App, Delivery } from "../world/accounts.ts";
import type { Emission } from "./emission.ts";
import type { World } from "../world/world.ts";
import type { Switches } from "./switches.ts";

/** What GitHub records when the receiver could not be reached at all. */
const LOST = { status: "failed to connect to host", statusCode: 0, durationSeconds: 0 };

/** GitHub keeps deliveries for three days. */
export const KEPT_MS = 3 * 24 * 60 * 60 * 1000;

/** Sends webhooks one after the other and says when all have settled. */
export interface Hub {
  readonly emit: (emission: Emission) => void;
  /** Sends a delivery that was recorded and never tried. */
  readonly resume: (delivery: Delivery) => void;
  /** Sends a recorded delivery once more under its old GUID. */
  readonly redeliver: (delivery: Delivery) => Delivery;
  /** Changes some switches; a seed begins their row of chances anew. */
  readonly turn: (wanted: Partial<Switches>, seed: number | undefined) => Switches;
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Job {
  readonly delivery: Delivery;
  readonly isLost: boolean;
  readonly isTwin: boolean;
}

/** Builds the hub; `record` is told of each delivery when it is made and when it has been tried. */
export function openHub(
  world: World,
  time: () => string,
  record: (delivery: Delivery) => void,
): Hub {
  const chance = openChance();
  const line = openLine<Job>(async (job) => {
    await send(known(world.apps, job.delivery.appId), job);
    record(job.delivery);
  });
  const enqueue = (delivery: Delivery): void => {
    forgetOld(world, delivery);
    record(delivery);
    const { isLost, isTwin, manner } = chance.meet(delivery);
    line.add({ delivery, isLost, isTwin }, manner);
  };
  const add = (delivery: Delivery): Delivery => {
    world.deliveries.set(delivery.id, delivery);
    enqueue(delivery);
    return delivery;
  };
  /** Where the App's webhooks go now; one that comes late goes there too. */
  const addressOf = ({ appId, url }: Delivery): string => known(world.apps, appId).hookUrl ?? url;

  return {
    emit: (emission) => draftsOf(world, time(), emission).forEach(add),
    resume: (delivery) => {
      delivery.url = addressOf(delivery);
      enqueue(delivery);
    },
    redeliver: (delivery) => {
      const fresh = { ...mint(world, "deliveries"), ...untried(time()), redelivery: true };
      return add({ ...delivery, ...fresh, url: addressOf(delivery) });
    },
    turn: chance.turn,
    drain: line.drain,
    close: line.close,
  };
}

async function send(app: App, { delivery, isLost, isTwin }: Job): Promise<void> {
  Object.assign(delivery, isLost ? LOST : await post(app, delivery));
  if (isTwin && !isLost) await post(app, delivery);
}

/** Deliveries stand in the order of their time, so the old ones come first. */
function forgetOld(world: World, newest: Delivery): void {
  const since = Date.parse(newest.deliveredAt) - KEPT_MS;
  for (const delivery of world.deliveries.values()) {
    if (Date.parse(delivery.deliveredAt) >= since) return;
    world.deliveries.delete(delivery.id);
  }
}

/** Puts the deliveries in line that a former run left untried. */
export function resumeDeliveries(world: World, hub: Hub): void {
  for (const delivery of where(world.deliveries, ({ status }) => status === QUEUED)) {
    hub.resume(delivery);
  }
}
