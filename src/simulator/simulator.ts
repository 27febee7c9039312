/** Assembles the local GitHub: the works, and the faces that clients see, on one port of 127.0.0.1. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cardOf, homeRepository } from "./card.ts";
import { claimFolder } from "./claim.ts";
import { control } from "./control/control.ts";
import { defaultSeed } from "./seed/default-seed.ts";
import { executeGraphql } from "./graphql/execute.ts";
import { listen } from "./http/server.ts";
import { makeGesture } from "./control/gestures.ts";
import { openFaultBox } from "./control/faults.ts";
import { openLimits } from "./http/limits.ts";
import { openRequestLog } from "./control/request-log.ts";
import { routes } from "./rest/routes.ts";
import { serveGitPath } from "./git/face.ts";
import { startWorks } from "./works.ts";
import type { Card } from "./card.ts";
import type { Exchange } from "./http/desk.ts";
import type { Front } from "./http/server.ts";
import type { RequestLine } from "./control/request-log.ts";
import type { Seed } from "./seed/seed.ts";
import type { Sim } from "./sim.ts";
import type { Works } from "./works.ts";

/** What everybody may ask for per hour, unless the options say otherwise. */
const HOURLY_LIMIT = 5000;

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
  /** The App's private key in an empty data folder; a fresh one by default, which takes a moment to make. */
  readonly privateKeyPem?: string;
  /** The real time; the simulated one may be ahead of it. */
  readonly now?: () => Date;
  /** Requests, and GraphQL points, that everybody has per hour; 5,000 by default. */
  readonly hourlyLimit?: number;
  /** Sees every answer of a REST route. */
  readonly watch?: (exchange: Exchange) => void;
  /** Sees every API request when it has taken effect and is not answered yet. */
  readonly onRequest?: (line: RequestLine) => void;
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
  const passing =
    options.dataFolder === undefined ? await mkdtemp(join(tmpdir(), "simulator-")) : null;
  const front = await listen(options.port ?? 0);
  const starting = started(front, resolve(passing ?? options.dataFolder ?? "."), options);
  // A port without a world behind it would let every client wait.
  starting.catch(() => void front.close());
  const simulator = await starting;
  const close = async (): Promise<void> => {
    await simulator.close();
    if (passing !== null) await rm(passing, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ...simulator, close };
}

async function started(
  front: Front,
  dataFolder: string,
  options: SimulatorOptions,
): Promise<Simulator> {
  await mkdir(dataFolder, { recursive: true });
  const release = await claimFolder(dataFolder, front.url);
  const starting = startWorks({
    dataFolder,
    url: front.url,
    realNow: options.now ?? (() => new Date()),
    seed: options.seed ?? defaultSeed,
    privateKeyPem: options.privateKeyPem,
    webhook: options.webhook,
  });
  starting.catch(release);
  const simulator = opened(front, await starting, options);
  const close = async (): Promise<void> => {
    await simulator.close();
    release();
  };
  return { ...simulator, close };
}

function opened(front: Front, works: Works, options: SimulatorOptions): Simulator {
  const { sim } = works;
  const home = homeRepository(sim.world);
  const log = openRequestLog(options.onRequest);
  const faults = openFaultBox();
  const controls = { ...works, home, faults, log };
  front.open({
    sim,
    routes,
    graphql: executeGraphql,
    git: serveGitPath,
    control: async (method, path, text) => await control(controls, method, path, text),
    limits: openLimits(sim, options.hourlyLimit ?? HOURLY_LIMIT),
    faults,
    log,
    watch: options.watch ?? (() => {}),
  });
  return {
    url: sim.url,
    card: cardOf(sim, works.privateKeyPath),
    sim,
    requests: log.lines,
    notModelled: log.notModelled,
    gesture: async (body) => await makeGesture(sim, home, body),
    drain: works.drain,
    close: async () => {
      await front.close();
      await works.close();
    },
  };
}
