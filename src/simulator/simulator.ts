/** Assembles the local GitHub: state, faces and webhooks on one port of 127.0.0.1. */
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { executeGraphql } from "./graphql/execute.ts";
import { cardOf, homeApp, homeRepository } from "./card.ts";
import { control } from "./control/control.ts";
import { defaultSeed } from "./seed/default-seed.ts";
import { listen } from "./http/server.ts";
import { serveGitPath } from "./git/face.ts";
import { startAutomation } from "./automation/automation.ts";
import { makeGesture } from "./control/gestures.ts";
import { openFaultBox } from "./control/faults.ts";
import { openHub, resumeDeliveries } from "./webhooks/hub.ts";
import { openLimits } from "./http/limits.ts";
import { openRequestLog } from "./control/request-log.ts";
import { openWorld } from "./world/snapshot.ts";
import { plant } from "./seed/plant.ts";
import { readDeliveries, writeDelivery } from "./webhooks/journal.ts";
import { routes } from "./rest/routes.ts";
import type { Card } from "./card.ts";
import type { Delivery } from "./world/accounts.ts";
import type { Emission } from "./webhooks/emission.ts";
import type { Exchange } from "./http/desk.ts";
import type { Front } from "./http/server.ts";
import type { Hub } from "./webhooks/hub.ts";
import type { RequestLine } from "./control/request-log.ts";
import type { Seed } from "./seed/seed.ts";
import { isoSeconds } from "./sim.ts";
import type { Sim } from "./sim.ts";

/** How to start a simulator; everything may be left out. */
export interface SimulatorOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Where everything is kept; a fresh temporary folder by default. */
  readonly dataFolder?: string;
  /** Where webhooks go; null, the default, until `/_sim/webhooks` says where. */
  readonly webhook?: string | null;
  /** What an empty data folder begins with. */
  readonly seed?: Seed;
  /** The real time; the simulated one may be ahead of it. */
  readonly now?: () => Date;
  /** Sees every answer of a REST route. */
  readonly watch?: (exchange: Exchange) => void;
}

/** A running simulator. */
export interface Simulator {
  readonly url: string;
  /** What the command prints about it. */
  readonly card: Card;
  readonly sim: Sim;
  readonly requests: readonly RequestLine[];
  /** The requests for which the simulator had nothing; a test that leaves one here has failed. */
  readonly notModelled: readonly RequestLine[];
  /** Makes a gesture as `POST /_sim/gestures` does. */
  readonly gesture: (body: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** Resolves when all webhook deliveries have settled. */
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a simulator, or wakes up the one that is kept in the data folder. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const dataFolder = resolve(options.dataFolder ?? (await mkdtemp(join(tmpdir(), "simulator-"))));
  mkdirSync(dataFolder, { recursive: true });
  const keeper = openWorld(join(dataFolder, "world.json"));
  const { world } = keeper;
  const deliveryFile = join(dataFolder, "deliveries.jsonl");
  readDeliveries(deliveryFile, world);
  const front = await listen(options.port ?? 0);
  const realNow = options.now ?? (() => new Date());
  const now = (): Date => new Date(realNow().getTime() + world.clockAheadMs);
  const record = (delivery: Delivery): void => {
    writeDelivery(deliveryFile, delivery);
  };
  const hub = openHub(world, () => isoSeconds(now()), record);
  const { url } = front;
  const emit = (emission: Emission): void => {
    hub.emit(emission);
    automation.notice(emission);
  };
  const { touch } = keeper;
  const sim: Sim = { world, url, dataFolder, now, emit, redeliver: hub.redeliver, touch };
  const privateKeyPath = join(dataFolder, "private-key.pem");
  if (!keeper.restored) {
    const privateKeyPem = await plant(sim, options.seed ?? defaultSeed);
    writeFileSync(privateKeyPath, privateKeyPem, { mode: 0o600 });
  }
  if (options.webhook !== undefined) homeApp(world).hookUrl = options.webhook;
  keeper.flush();
  const automation = startAutomation(sim);
  resumeDeliveries(world, hub);
  const drain = async (): Promise<void> => {
    await automation.settled();
    await hub.drain();
    // A receiver that answered by doing something made more to follow.
    await automation.settled();
    await hub.drain();
  };
  const close = async (): Promise<void> => {
    await front.close();
    await automation.close();
    await hub.close();
    keeper.flush();
  };
  return opened({
    sim,
    front,
    hub: { ...hub, drain },
    close,
    privateKeyPath,
    watch: options.watch ?? (() => {}),
  });
}

interface Parts {
  readonly sim: Sim;
  readonly front: Front;
  readonly hub: Hub;
  readonly close: () => Promise<void>;
  readonly privateKeyPath: string;
  readonly watch: (exchange: Exchange) => void;
}

function opened({ sim, front, hub, close, privateKeyPath, watch }: Parts): Simulator {
  const home = homeRepository(sim.world);
  const log = openRequestLog();
  const faults = openFaultBox();
  const controls = { sim, home, hub, faults, log };
  front.open({
    sim,
    routes,
    graphql: executeGraphql,
    git: serveGitPath,
    control: async (method, path, text) => await control(controls, method, path, text),
    limits: openLimits(sim),
    faults,
    log,
    watch,
  });
  return {
    url: sim.url,
    card: cardOf(sim, privateKeyPath),
    sim,
    requests: log.lines,
    get notModelled() {
      return log.lines.filter((line) => line.notModelled);
    },
    gesture: async (body) => await makeGesture(sim, home, body),
    drain: hub.drain,
    close,
  };
}
