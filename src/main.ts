/** The composition root: the only file that constructs adapters and ties them together. */
import type { Probot } from "probot";

import type { LocalAgents } from "./adapters/agents/agents.ts";
import { createAgents } from "./adapters/agents/agents.ts";
import { createGit } from "./adapters/git/create-git.ts";
import { createGitHub } from "./adapters/github/github.ts";
import { openEmbedded } from "./adapters/store/embedded.ts";
import { waitForLead } from "./adapters/store/leader.ts";
import type { Lead } from "./adapters/store/leader.ts";
import type { Connection } from "./adapters/store/server.ts";
import { openStore } from "./adapters/store/store.ts";
import type { OpenStore } from "./adapters/store/store.ts";
import type { AppIdentity, AppLog } from "./app.ts";
import { createApp, identify } from "./app.ts";
import type { Policy } from "./core/policy.ts";
import { createHealth } from "./http/health.ts";
import { createHook } from "./http/hook.ts";
import { startHttp } from "./http/server.ts";
import { systemClock } from "./runtime/clock.ts";
import type { Yard } from "./runtime/yard.ts";
import { startYard } from "./runtime/yard.ts";
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
  let yard: Yard | null = null;
  const http = await listen(settings, probot, store, () => yard !== null);
  started.push(() => http.close());
  log.info({ url: http.url, app: identity.slug, version: version() }, "listening");
  const broken = Promise.withResolvers<string>();
  const lead = async (): Promise<void> => {
    const held = await database.lead;
    if (held === null) return;
    await store.reclaim();
    yard = await openYard(settings, probot, identity, store);
    started.push(yard.stop);
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
  isLeader: () => boolean,
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
    health: createHealth({ version: version(), isLeader, database: () => store.health() }),
  });
}

async function openYard(
  settings: Settings,
  probot: Probot,
  identity: AppIdentity,
  store: OpenStore,
): Promise<Yard> {
  const { log } = probot;
  const clock = systemClock;
  const github = createGitHub({ probot, identity, settings, clock, log });
  const git = createGit({
    root: settings.dataFolder,
    credential: github.credential,
    ...(identity.author === null ? {} : { author: identity.author }),
    log,
  });
  const agents = agentsOf(settings, log);
  const usable = await usableAgents(settings.policy.agents, (name) => agents.preflight(name), log);
  const policy: Policy = { ...settings.policy, agents: usable };
  const yard = await startYard({
    store,
    forge: github.forge,
    git,
    agents,
    translate: github.translate,
    clock,
    policy,
    reconcileMs: settings.reconcileMs,
    log,
  });
  return {
    ...yard,
    stop: async () => {
      await yard.stop();
      agents.close();
    },
  };
}

function agentsOf({ dataFolder: root, agents }: Settings, log: Log): LocalAgents {
  const { key, url } = agents.anthropic;
  const env = {
    ...(key === null ? {} : { ANTHROPIC_API_KEY: key }),
    ...(url === null ? {} : { ANTHROPIC_BASE_URL: url }),
  };
  return createAgents({
    root,
    clock: systemClock,
    log,
    claude: agents.claude === null ? { env } : { command: [agents.claude], env },
  });
}

/** Agents that cannot be started here are refused on the issue, with the reason in the log from the beginning. */
async function usableAgents(
  names: readonly string[],
  preflight: (name: string) => Promise<{ readonly ok: boolean; readonly why?: string }>,
  log: Log,
): Promise<readonly string[]> {
  const usable: string[] = [];
  for (const name of names) {
    const answer = await preflight(name);
    if (answer.ok) usable.push(name);
    else log.warn({ agent: name, why: answer.why }, "agent cannot be started here");
  }
  return usable;
}
