/** The whole service against a local GitHub, for one test: gestures in, and what people see, the log and the disk out. */
import { inspect } from "node:util";
import type { TestContext } from "node:test";

import { startService } from "../../src/main.ts";
import type { Service } from "../../src/main.ts";
import { readSettings } from "../../src/settings.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { bodyWith, seedOf } from "./beginning.ts";
import type { Beginning } from "./beginning.ts";
import { atEnd } from "./cleanup.ts";
import { agentsOf, killAgents, savedFile, stepBegun, worktreesIn } from "./disk.ts";
import { logInto, openNews } from "./news.ts";
import type { LoggedLine } from "./news.ts";
import { folderForTest, postgresForTest } from "./postgres.ts";
import { sandboxHere } from "./sandbox.ts";
import { seenOn } from "./seen.ts";
import type { Seen } from "./seen.ts";
import { simulatorForTest } from "./simulator.ts";

/** How a test's service differs from the usual one. */
type YardmasterOptions = Beginning & {
  readonly environment?: Readonly<Record<string, string>>;
  /** For what agents do, as opposed to what is seen of it on GitHub: a box costs as much as all the rest of an issue's way. */
  readonly isSandboxed?: boolean;
  /** Login of the person whose token the service gets for a user's board. */
  readonly boardOf?: string;
  readonly hourlyLimit?: number;
};

/** A running service with its GitHub. */
export type Yardmaster = {
  readonly simulator: Simulator;
  readonly seen: Seen;
  readonly dataFolder: string;
  readonly log: readonly LoggedLine[];
  /** A gesture of a person on the local GitHub. */
  readonly as: (login: string, gesture: string, more?: object) => Promise<Gestured>;
  /** Opens an issue; `script` is what the scripted agent does with it. Answers with its number. */
  readonly issue: (script: string, more?: object) => Promise<number>;
  /** Waits until the condition gives something, looking again at each log line and each request. */
  readonly until: <T>(what: string, condition: () => T | null | undefined | false) => Promise<T>;
  /** Waits until the issue is in the phase. */
  readonly reaches: (number: number, phase: string) => Promise<void>;
  /** Waits until the issue is in the phase and nothing is left to do for anybody. */
  readonly ends: (number: number, phase: string) => Promise<void>;
  /** Waits until every delivery is taken in and no job is left. Not while a Worker runs. */
  readonly quiet: () => Promise<void>;
  /** Phases of an issue in order, each once in a row. */
  readonly phases: (number: number) => readonly string[];
  /** Requests that the service made, as method and path or operation, without those for tokens. */
  readonly requests: (about?: number) => readonly string[];
  readonly fault: (match: object, respond: object, times?: number) => Promise<void>;
  readonly webhooks: (switches: object) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Folders of worktrees that exist, as `<issue>/<name>`. */
  readonly worktrees: () => Promise<readonly string[]>;
  /** A file in the work that was saved of an issue's first attempt; null when it is not there. */
  readonly saved: (number: number, path: string) => Promise<string | null>;
  /** Waits until the agent of an issue's first attempt has begun the named step of its script. */
  readonly steps: (number: number, name: string) => Promise<void>;
  /** Process ids of agents, all or those of one issue, that live. */
  readonly agents: (number?: number) => Promise<readonly number[]>;
};

/** What a gesture answers; tests look at one or two fields of it. */
// oxlint-disable-next-line typescript/no-explicit-any
type Gestured = any;

/** Starts both; they end with the test. */
export async function yardmasterForTest(
  t: TestContext,
  options: YardmasterOptions = {},
): Promise<Yardmaster> {
  // First, so that the service is stopped before the simulator, which ends in a step of its own.
  const dataFolder = await folderForTest(t);
  const database = await postgresForTest(t);
  const news = openNews();
  const simulator = await simulatorForTest(t, {
    seed: seedOf(options),
    onRequest: news.tell,
    ...(options.hourlyLimit === undefined ? {} : { hourlyLimit: options.hourlyLimit }),
  });
  const { card } = simulator;
  const log: LoggedLine[] = [];
  const appLog = logInto((line) => {
    log.push(line);
    news.tell();
  });
  const environment = {
    APP_ID: String(card.appId),
    PRIVATE_KEY_PATH: card.privateKeyPath,
    WEBHOOK_SECRET: card.webhookSecret,
    GITHUB_API_URL: card.url,
    YARDMASTER_DATA: dataFolder,
    YARDMASTER_AGENT: "scripted",
    YARDMASTER_SANDBOX: options.isSandboxed === true ? sandboxHere : "none",
    YARDMASTER_BACKOFF_SECONDS: "0",
    YARDMASTER_RECONCILE_SECONDS: "86400",
    PORT: "0",
    DATABASE_URL: `postgres://${database.user}@localhost/${database.database}?host=${encodeURIComponent(database.host ?? "")}&port=${database.port}`,
    ...(options.boardOf === undefined
      ? {}
      : { YARDMASTER_BOARD_TOKEN: card.tokens[options.boardOf] }),
    ...options.environment,
  };
  let settings = readSettings(environment);
  let service: Service | null = null;
  const control = (path: string, body: object): Promise<void> => order(simulator, path, body);
  const until: Yardmaster["until"] = (what, condition) =>
    news.until(what, condition, () => tail(log, simulator));
  const stop = async (): Promise<void> => {
    await service?.stop();
    service = null;
  };
  const start = async (): Promise<void> => {
    const from = log.length;
    service = await startService(settings, appLog);
    // Started again it is found where it was, as behind an operator's address.
    settings = { ...settings, port: Number(new URL(service.url).port) };
    await control("webhooks", { url: `${service.url}/api/github/webhooks` });
    await until("the first look at everything", () =>
      log.slice(from).some(({ message }) => message === "reconciled"),
    );
  };
  atEnd(t, () => killAgents(dataFolder));
  atEnd(t, stop);
  await start();

  const quiet = async (): Promise<void> => {
    for (;;) {
      await simulator.drain();
      const before = simulator.sim.world.deliveries.size;
      if ((await jobsOf(service)) === 0) {
        await simulator.drain();
        if (before === simulator.sim.world.deliveries.size && (await jobsOf(service)) === 0) return;
      }
      await news.next(25);
    }
  };
  const phases: Yardmaster["phases"] = (number) =>
    log
      .filter(
        ({ message, fields }) => message === "assignment changed" && fields["issue"] === number,
      )
      .map(({ fields }) => String(fields["phase"]))
      .filter((phase, index, all) => phase !== all[index - 1]);
  const reaches: Yardmaster["reaches"] = async (number, phase) => {
    await until(`#${number} to be ${phase}`, () => phases(number).at(-1) === phase);
  };
  const as: Yardmaster["as"] = (login, gesture, more) =>
    simulator.gesture({ as: login, do: gesture, ...more });
  return {
    simulator,
    seen: seenOn(simulator),
    dataFolder,
    log,
    as,
    issue: async (script, more) =>
      (await as("mona", "open-issue", { title: "Tank leaks", body: bodyWith(script), ...more }))
        .number,
    until,
    reaches,
    ends: async (number, phase) => {
      await reaches(number, phase);
      await quiet();
    },
    quiet,
    phases,
    requests: (about) => requestsOf(simulator, about),
    fault: (match, respond, times = 1) => control("faults", { match, respond, times }),
    webhooks: (switches) => control("webhooks", switches),
    stop,
    start,
    worktrees: () => worktreesIn(dataFolder),
    saved: (number, path) => savedFile(dataFolder, number, path),
    steps: (number, name) => stepBegun(dataFolder, number, name),
    agents: (number) => agentsOf(dataFolder, number),
  };
}

function tail(log: readonly LoggedLine[], { requests }: Simulator): string {
  const lines = log
    .slice(-25)
    .map(
      ({ level, message, fields }) =>
        `${level} ${message} ${inspect(fields, { breakLength: Infinity, depth: 3 }).slice(0, 600)}`,
    );
  const asked = requests
    .slice(-10)
    .map(({ method, path, operation, status }) => `${status} ${method} ${operation ?? path}`);
  return [...lines, "requests:", ...asked].join("\n");
}

async function order({ url }: Simulator, path: string, body: object): Promise<void> {
  const response = await fetch(`${url}/_sim/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the simulator refused: ${await response.text()}`);
}

/** Jobs that wait or are held; none while there is no service. */
async function jobsOf(service: Service | null): Promise<number> {
  if (service === null) return 0;
  const health = (await (await fetch(`${service.url}/healthz`)).json()) as {
    readonly jobs: readonly { readonly waiting: number; readonly held: number }[];
  };
  return health.jobs.reduce((sum, { waiting, held }) => sum + waiting + held, 0);
}

function requestsOf({ requests, card }: Simulator, about?: number): readonly string[] {
  return requests
    .filter(({ actor, path }) => !(actor in card.tokens) && !path.endsWith("/access_tokens"))
    .filter(({ issues }) => about === undefined || issues.includes(about))
    .map(({ method, path, operation }) => `${method} ${operation ?? path}`);
}
