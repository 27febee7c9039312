/** Deliveries in a file of their own, one line per change, so that the world file stays small. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Delivery } from "../world/accounts.ts";
import type { World } from "../world/world.ts";

/** Reads the deliveries of former runs into the world. */
export function readDeliveries(file: string, world: World): void {
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue;
    const delivery: Delivery = JSON.parse(line);
    world.deliveries.set(delivery.id, delivery);
    world.nextId = Math.max(world.nextId, delivery.id + 1);
  }
}

/** Adds the present state of a delivery to the file. */
export function writeDelivery(file: string, delivery: Delivery): void {
  appendFileSync(file, `${JSON.stringify(delivery)}\n`, { mode: 0o600 });
}
