/** The inner works of a simulator: state and its files, the clock, webhooks and automation, without any address for clients. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { homeApp } from "./card.ts";
import { isoSeconds } from "./sim.ts";
import { freshKey } from "./seed/plant-app.ts";
import { openHub, resumeDeliveries } from "./webhooks/hub.ts";
import { openWorld } from "./world/snapshot.ts";
import { plant } from "./seed/plant.ts";
import { readDeliveries, writeDelivery } from "./webhooks/journal.ts";
import { startAutomation } from "./automation/automation.ts";
import type { Automation } from "./automation/automation.ts";
import type { Hub } from "./webhooks/hub.ts";
import type { Seed } from "./seed/seed.ts";
import type { Sim } from "./sim.ts";

/** What the works are made of. */
export interface WorksOptions {
  /** A folder that exists. */
  readonly dataFolder: string;
  /** The origin the server listens on. */
  readonly url: string;
  readonly realNow: () => Date;
  /** What an empty data folder begins with. */
  readonly seed: Seed;
  /** The App's private key in an empty data folder; undefined makes a fresh one. */
  readonly privateKeyPem: string | undefined;
  /** Where webhooks go; undefined leaves it as it was. */
  readonly webhook: string | null | undefined;
}

/** Running works. */
export interface Works {
  readonly sim: Sim;
  readonly hub: Hub;
  readonly privateKeyPath: string;
  /** Resolves when nothing follows any more and all deliveries have settled. */
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Sets the works going on a data folder, with the seed when it is empty. */
export async function startWorks(options: WorksOptions): Promise<Works> {
  const { dataFolder, url } = options;
  const keeper = openWorld(join(dataFolder, "world.json"));
  const { world, touch } = keeper;
  const deliveryFile = join(dataFolder, "deliveries.jsonl");
  readDeliveries(deliveryFile, world);
  const now = (): Date => new Date(options.realNow().getTime() + world.clockAheadMs);
  const hub = openHub(
    world,
    () => isoSeconds(now()),
    (delivery) => {
      writeDelivery(deliveryFile, delivery);
    },
  );
  const bare: Sim = {
    world,
    url,
    dataFolder,
    now,
    emit: hub.emit,
    redeliver: hub.redeliver,
    touch,
  };
  const privateKeyPath = join(dataFolder, "private-key.pem");
  if (!keeper.restored) {
    const privateKeyPem = options.privateKeyPem ?? freshKey();
    await plant(bare, options.seed, privateKeyPem);
    writeFileSync(privateKeyPath, privateKeyPem, { mode: 0o600 });
  }
  if (options.webhook !== undefined) homeApp(world).hookUrl = options.webhook;
  keeper.flush();
  const { sim, automation } = automated(bare);
  resumeDeliveries(world, hub);
  const close = async (): Promise<void> => {
    await automation.close();
    await hub.close();
    keeper.flush();
  };
  return { sim, hub, privateKeyPath, close, drain: async () => await settle(automation, hub) };
}

/** The same simulator, with hands that act by themselves on what is announced. */
function automated(bare: Sim): { readonly sim: Sim; readonly automation: Automation } {
  const sim: Sim = {
    ...bare,
    emit: (emission) => {
      bare.emit(emission);
      automation.notice(emission);
    },
  };
  const automation = startAutomation(sim);
  return { sim, automation };
}

/** Twice, because a receiver that answered by doing something made more to follow. */
async function settle(automation: Automation, hub: Hub): Promise<void> {
  for (const _ of ["first", "second"]) {
    await automation.settled();
    await hub.drain();
  }
}
