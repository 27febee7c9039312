/** What every part of the simulator works with: the world, the clock, the address and the way out for webhooks. */
import type { Account, Delivery } from "./world/accounts.ts";
import type { Emission } from "./webhooks/emission.ts";
import type { World } from "./world/world.ts";

/** The running simulator as acts, shapes and faces see it. */
export interface Sim {
  readonly world: World;
  /** The simulated time. */
  readonly now: () => Date;
  /** The origin it listens on, without a slash at the end. */
  readonly url: string;
  /** The folder for git repositories, keys and the world file. */
  readonly dataFolder: string;
  /** Queues webhook deliveries for whoever subscribed; the payload is taken as it is at this moment. */
  readonly emit: (emission: Emission) => void;
  /** Sends a recorded delivery once more under its old GUID. */
  readonly redeliver: (delivery: Delivery) => void;
  /** Says that the world changed, so that it is written to its file. */
  readonly touch: () => void;
}

/** In whose name an act happens: the account people see, and the App behind it if there is one. */
export interface By {
  readonly account: Account;
  readonly appId: number | null;
}

/** The simulated time as GitHub writes it: seconds, UTC. */
export function timestamp(sim: Sim): string {
  return isoSeconds(sim.now());
}

/** A time as GitHub writes it: seconds, UTC. */
export function isoSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
