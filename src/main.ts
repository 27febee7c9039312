/** The composition root: with `leader.ts` the only place where adapters are constructed and tied together. */
import type { Probot } from "probot";

import { openEmbedded } from "./adapters/store/embedded.ts";
import { waitForLead } from "./adapters/store/leader.ts";
import type { Lead } from "./adapters/store/leader.ts";
import type { Connection } from "./adapters/store/server.ts";
import { openStore } from "./adapters/store/store.ts";
import type { OpenStore } from "./adapters/store/store.ts";
import type { AppIdentity, AppLog } from "./app.ts";
import { createApp, identify } from "./app.ts";
import { createHealth } from "./http/health.ts";
import { createHook } from "./http/hook.ts";
import { startHttp } from "./http/server.ts";
import { startLeader } from "./leader.ts";
import { systemClock } from "./runtime/clock.ts";
import type { Log } from "./ports.ts";
import type { Settings } from "./settings.ts";
import { version } from "./version.ts";

/** A running service. */
export type Service = {
  /** Where it listens. */
  readonly url: string;
  /** Settles, with the reason, when the service cannot do its work any more and must be started anew. */
  readonly broken: Promise<string>;
  /** Ends everything it started, except Workers: the next start adopts them. */
  readonly stop: () => Promise<void>;
};

/** What has been started, to be ended in the opposite order. */
type Started = (() => Promise<void>)[];

/** Starts what the settings describe. Throws a fault that names the cure when that cannot be. */
export async function startService(settings: Settings, appLog?: AppLog): Promise<Service> {
  const probot = createApp(settings, appLog);
  const identity = await identify(probot, settings);
  const started: Started = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await assemble(settings, probot, identity, started)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  settings: Settings,
  probot: Probot,
  identity: AppIdentity,
  started: Started,
): Promise<Omit<Service, "stop">> {
  const { log } = probot;
  const database = await openDatabase(settings, log, started);
  const store = await openStore({ connection: database.connection, log });
  started.push(() => store.close());
  let isLeader = false;
  const health = createHealth({
    version: version(),
    isLeader: () => isLeader,
    database: () => store.health(),
  });
  const http = await listen(settings, probot, store, health);
  started.push(() => http.close());
  log.info({ url: http.url, app: identity.slug, version: version() }, "listening");
  const broken = Promise.withResolvers<string>();
  const lead = async (): Promise<void> => {
    const held = await database.lead;
    if (held === null) return;
    await store.reclaim();
    started.push(await startLeader({ settings, probot, identity, store, health }));
    isLeader = true;
    log.info({ app: identity.slug }, "leading");
    void held.lost.then(() =>
      broken.resolve("the lead was lost, because the database session ended"),
    );
  };
  const leading = lead();
  if (settings.databaseUrl === null) await leading;
  else
    leading.catch((error: unknown) => broken.resolve(`taking the lead failed: ${String(error)}`));
  return { url: http.url, broken: broken.promise };
}

type Database = { readonly connection: Connection; readonly lead: Promise<Lead | null> };

/** The embedded server, where a second service is refused, or a given one, where it stands by. */
async function openDatabase(
  { dataFolder, databaseUrl }: Settings,
  log: Log,
  started: Started,
): Promise<Database> {
  if (databaseUrl === null) {
    const embedded = await openEmbedded(dataFolder, log);
    started.push(() => embedded.stop());
    return { connection: embedded.connection, lead: Promise.resolve(embedded.lead) };
  }
  const connection = { connectionString: databaseUrl };
  const giveUp = new AbortController();
  const lead = waitForLead(connection, giveUp.signal);
  started.push(async () => {
    giveUp.abort();
    await (await lead.catch(() => null))?.release();
  });
  return { connection, lead };
}

function listen(
  settings: Settings,
  probot: Probot,
  store: OpenStore,
  health: ReturnType<typeof createHealth>,
): ReturnType<typeof startHttp> {
  const { host, port, webhookPath } = settings;
  return startHttp({
    host,
    port,
    webhookPath,
    hook: createHook({
      keep: (delivery) => store.keepDelivery(delivery),
      verify: (body, signature) => probot.webhooks.verify(body, signature),
      clock: systemClock,
      log: probot.log,
    }),
    health,
  });
}
