/** The whole service against a local GitHub, for one test: gestures in, and what people see, the log and the disk out. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { inspect, promisify } from "node:util";
import type { TestContext } from "node:test";

import type { AppLog } from "../../src/app.ts";
import { startService } from "../../src/main.ts";
import type { Service } from "../../src/main.ts";
import { readSettings } from "../../src/settings.ts";
import { defaultSeed } from "../../src/simulator/seed/default-seed.ts";
import type { Seed, SeedPerson } from "../../src/simulator/seed/seed.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { atEnd } from "./cleanup.ts";
import { folderForTest, postgresForTest } from "./postgres.ts";
import { seenOn } from "./seen.ts";
import type { Seen } from "./seen.ts";
import { simulatorForTest } from "./simulator.ts";

/** How a test's service differs from the usual one. */
export type YardmasterOptions = {
  /** `.github/yardmaster.yml`; null for none. The usual one lets green pull requests be merged. */
  readonly repositoryFile?: string | null;
  readonly seed?: Partial<Seed>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Login of the person whose token the service gets for a user's board. */
  readonly boardOf?: string;
  readonly hourlyLimit?: number;
};

/** One line of the service's log. */
export type LoggedLine = {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
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

/** What a repository's file says where a test wants pull requests to be merged by themselves. */
export const mergingFile = "board: { project: 1 }\nmerge: { auto: true }\n";

const run = promisify(execFile);

/** So long without any news nothing comes any more; on a busy machine much may come before what is waited for. */
const silenceMs = 20_000;
const patienceMs = 60_000;

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

/** An issue's text with a script for the scripted agent. */
export const bodyWith = (script: string): string =>
  ["The tank must not leak.", "", "```yardmaster-script", script, "```"].join("\n");

/** A script that changes one file and is done. */
export const change = (path: string, more = ""): string =>
  [
    `- edit: {path: ${path}, content: "done\\n"}`,
    '- commit: "feat: seal it"',
    ...(more === "" ? [] : [more]),
    "- done: Sealed it.",
  ].join("\n");

/** A script that works until it is stopped, with a commit and a file that is not committed. */
export const endless = (path: string): string =>
  [
    `- edit: {path: ${path}, content: "half\\n"}`,
    '- commit: "feat: begin"',
    `- edit: {path: ${path}.txt, content: "loose\\n"}`,
    "- hang",
  ].join("\n");

function seedOf({ repositoryFile = mergingFile, seed }: YardmasterOptions): Seed {
  const base: Seed = {
    ...defaultSeed,
    ci: { checks: ["ci"], auto: { conclusion: "success", afterMs: 20 } },
    people: [...defaultSeed.people, ...guests()],
    // Each repository and each commit costs time in every test.
    otherRepositories: [],
    commits: defaultSeed.commits.slice(0, 1),
    ...seed,
  };
  if (repositoryFile === null) return base;
  const files = { ".github/yardmaster.yml": repositoryFile };
  return {
    ...base,
    commits: [...base.commits, { author: "mona", message: "chore: add the file", files }],
  };
}

let worlds = 0;

/** One more in each world of this process: whatever comes after them has other ids, and Octokit shares the tokens that it is asking for by installation id among all Apps of a process. */
function guests(): readonly SeedPerson[] {
  worlds += 1;
  return Array.from({ length: worlds }, (_, index) => ({
    login: `guest-${index}`,
    name: `Guest ${index}`,
    role: "read",
  }));
}

type News = {
  readonly tell: () => void;
  /** Settles with the next news, or after a while without any. */
  readonly next: (limitMs: number) => Promise<"news" | "late">;
  readonly until: <T>(
    what: string,
    condition: () => T | null | undefined | false,
    tell: () => string,
  ) => Promise<T>;
};

function openNews(): News {
  let changed = Promise.withResolvers<"news">();
  const next: News["next"] = async (limitMs) => {
    const over = new AbortController();
    const late = setTimeout(limitMs, "late" as const, { signal: over.signal });
    late.catch(() => {});
    try {
      return await Promise.race([changed.promise, late]);
    } finally {
      over.abort();
    }
  };
  return {
    tell: () => {
      changed.resolve("news");
      changed = Promise.withResolvers();
    },
    next,
    until: async (what, condition, tell) => {
      const giveUpAt = Date.now() + patienceMs;
      for (;;) {
        const found = condition();
        if (found !== null && found !== undefined && found !== false) return found;
        const isLate = Date.now() > giveUpAt || (await next(silenceMs)) === "late";
        if (isLate && !condition()) {
          throw new Error(`waited in vain for ${what}; the last that happened:\n${tell()}`);
        }
      }
    },
  };
}

/** Pino's face, as far as Probot, Octokit and we use it. */
function logInto(take: (line: LoggedLine) => void): AppLog {
  const write =
    (level: string) =>
    (first: unknown, message?: unknown): void => {
      take(
        typeof first === "string"
          ? { level, message: first, fields: {} }
          : { level, message: String(message), fields: { ...(first as object) } },
      );
    };
  const quiet = (): void => {};
  const log = {
    level: "info",
    trace: quiet,
    debug: quiet,
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: write("fatal"),
    child: () => log,
  };
  return log as unknown as AppLog;
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

async function worktreesIn(dataFolder: string): Promise<readonly string[]> {
  const entries = await readdir(`${dataFolder}/repositories`, { recursive: true }).catch(() => []);
  return entries
    .map((entry) => entry.split("/"))
    .filter((parts) => parts[1] === "issues" && (parts.length === 3 || parts.length === 4))
    .map((parts) => parts.slice(2).join("/"))
    .toSorted();
}

async function savedFile(dataFolder: string, number: number, path: string): Promise<string | null> {
  const [repository = ""] = await readdir(`${dataFolder}/repositories`);
  const mirror = `${dataFolder}/repositories/${repository}/mirror.git`;
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run("git", ["--git-dir", mirror, ...args])).stdout;
  const [ref = ""] = (
    await git("for-each-ref", "--format=%(refname)", `refs/yardmaster/saved/${number}/1/`)
  ).split("\n");
  return git("show", `${ref}:${path}`).catch(() => null);
}

/** The agent is another program, and its output file is all that tells of it. */
async function stepBegun(dataFolder: string, number: number, name: string): Promise<void> {
  const giveUpAt = Date.now() + silenceMs;
  for (;;) {
    const entries = await readdir(`${dataFolder}/runs`, { recursive: true }).catch(() => []);
    const file = entries.find((entry) => entry.endsWith(`-${number}/events.jsonl`));
    const events = file === undefined ? "" : await readFile(`${dataFolder}/runs/${file}`, "utf8");
    if (events.includes(`"name":"${name}"`)) return;
    if (Date.now() > giveUpAt)
      throw new Error(`the agent of #${number} did not come to ${name}: ${events}`);
    await setTimeout(10);
  }
}

/** Agents have their home in the data folder, whatever else they leave behind. */
async function agentsOf(dataFolder: string, number?: number): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      const home = environment.split("\0").find((entry) => entry.startsWith(`HOME=${dataFolder}/`));
      const isMeant = number === undefined || home?.endsWith(`/issues/${number}/home`) === true;
      return home !== undefined && isMeant ? [pid] : [];
    }),
  );
  return found.flat();
}

/** What a failed test has left running. */
async function killAgents(dataFolder: string): Promise<void> {
  for (const pid of await agentsOf(dataFolder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself in between.
    }
  }
}
