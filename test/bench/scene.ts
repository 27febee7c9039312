/** What most measurements stand on: the local GitHub in this process and the service in one of its own, as `yardmaster demo` has them. */
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { latestRun } from "../../src/adapters/agents/run-folder.ts";
import { killRun } from "../../src/adapters/agents/kill.ts";
import { findPostmaster } from "../../src/adapters/store/postmaster.ts";
import type { DemoService, LogLine } from "../../src/demo/service.ts";
import { startServiceProcess } from "../../src/demo/service.ts";
import { defaultSeed } from "../../src/simulator/seed/default-seed.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { begin } from "./endings.ts";
import { untilTrue } from "./waiting.ts";
import { sandboxHere } from "../support/sandbox.ts";

/** A local GitHub and what a service needs to work with it; everything lies in one folder that goes at the end. */
export type Stage = {
  readonly simulator: Simulator;
  /** The service's data folder. */
  readonly dataFolder: string;
  readonly environment: Readonly<Record<string, string>>;
};

/** A service that listens and everything that it has logged. */
export type Running = {
  readonly service: DemoService;
  readonly log: ServiceLog;
  /** When it was started, in milliseconds since the epoch. */
  readonly spawnedAt: number;
};

/** The lines so far, and a way to wait for one. */
export type ServiceLog = {
  readonly lines: readonly LogLine[];
  /** The first line, also of those that came already, that fits; rejects when time is up or the service is gone. */
  readonly until: (fits: (line: LogLine) => boolean, limitMs?: number) => Promise<LogLine>;
};

const repositoryFile = "board:\n  mode: organization\n  project: 1\nmerge:\n  auto: true\n";

/** The demo's repository with its board; CI succeeds 300 ms after a pull request has a new head. */
const seed: typeof defaultSeed = {
  ...defaultSeed,
  ci: { checks: ["ci"], auto: { conclusion: "success", afterMs: 300 } },
  commits: [
    ...defaultSeed.commits,
    {
      author: "mona",
      message: "chore: let Yardmaster merge what is green",
      files: { ".github/yardmaster.yml": repositoryFile },
    },
  ],
};

/** Starts the local GitHub in a fresh folder. */
export async function setStage(): Promise<Stage> {
  const folder = await begin(
    () => mkdtemp(join(tmpdir(), "yardmaster-bench-")),
    (made) => rm(made, { recursive: true, force: true, maxRetries: 5 }),
  );
  // As root the database runs under a user of its own, who must be able to pass.
  await chmod(folder, 0o711);
  const simulator = await begin(
    () => startSimulator({ dataFolder: join(folder, "github"), seed }),
    (started) => started.close(),
  );
  const { card } = simulator;
  const dataFolder = join(folder, "data");
  await begin(async () => dataFolder, clear);
  const environment = {
    APP_ID: String(card.appId),
    PRIVATE_KEY_PATH: card.privateKeyPath,
    WEBHOOK_SECRET: card.webhookSecret,
    GITHUB_API_URL: card.url,
    YARDMASTER_DATA: dataFolder,
    YARDMASTER_AGENT: "scripted",
    YARDMASTER_SANDBOX: sandboxHere,
    PORT: "0",
  };
  return { simulator, dataFolder, environment };
}

/** Starts the service, waits until it leads, and has the local GitHub send its webhooks there. */
export async function startService(stage: Stage, workers: number): Promise<Running> {
  const log = openLog();
  const spawnedAt = Date.now();
  const slots = String(workers);
  const environment = {
    ...stage.environment,
    YARDMASTER_SLOTS: slots,
    YARDMASTER_SLOTS_PER_REPOSITORY: slots,
  };
  const service = await begin(
    async () => stoppedOnce(await startServiceProcess(environment, log.take)),
    (started) => started.stop(),
  );
  void service.exited.then(log.end);
  await log.until(({ msg }) => msg === "leading");
  await sendWebhooks(stage.simulator, `${service.url}/api/github/webhooks`);
  return { service, log, spawnedAt };
}

/** A second signal would end the service at once and leave its database server behind. */
function stoppedOnce(service: DemoService): DemoService {
  let stopping: Promise<void> | null = null;
  return { ...service, stop: () => (stopping ??= service.stop()) };
}

async function sendWebhooks({ url }: Simulator, to: string): Promise<void> {
  const body = JSON.stringify({ url: to });
  const answer = await fetch(`${url}/_sim/webhooks`, { method: "POST", body });
  if (!answer.ok) throw new Error(`the local GitHub refused ${to}: ${await answer.text()}`);
}

/** What outlives a service on purpose, or because somebody pressed Ctrl-C twice, must not outlive a measurement. */
async function clear(dataFolder: string): Promise<void> {
  const runs = join(dataFolder, "runs");
  for (const repository of await readdir(runs).catch(() => [])) {
    for (const worker of await readdir(join(runs, repository))) {
      const found = await latestRun(dataFolder, Number(repository), worker);
      if (found !== null) await killRun(found.record);
    }
  }
  const database = (): ReturnType<typeof findPostmaster> =>
    findPostmaster(join(dataFolder, "postgres"));
  const left = await database();
  if (left === null) return;
  process.kill(left.pid, "SIGINT");
  await untilTrue("that the database server is gone", async () => (await database()) === null);
}

const patienceMs = 120_000;

type Waiting = { readonly look: () => void; readonly giveUp: (why: Error) => void };

function openLog(): ServiceLog & {
  readonly take: (line: LogLine) => void;
  readonly end: () => void;
} {
  const lines: LogLine[] = [];
  const waiting = new Set<Waiting>();
  let hasEnded = false;
  return {
    lines,
    take: (line) => {
      lines.push(line);
      for (const { look } of waiting) look();
    },
    end: () => {
      hasEnded = true;
      for (const { giveUp } of waiting) giveUp(new Error("the service has ended"));
    },
    until: (fits, limitMs = patienceMs) => {
      const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
      let seen = 0;
      const look = (): void => {
        for (; seen < lines.length; seen += 1) {
          const line = lines[seen];
          if (line !== undefined && fits(line)) return resolve(line);
        }
      };
      const one: Waiting = { look, giveUp: reject };
      const last = (): string =>
        lines
          .slice(-5)
          .map((line) => JSON.stringify(line))
          .join("\n");
      const timer = setTimeout(
        () => reject(new Error(`nothing came within ${limitMs / 1000} s; last lines:\n${last()}`)),
        limitMs,
      );
      waiting.add(one);
      look();
      if (hasEnded) reject(new Error("the service has ended"));
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(one);
      });
    },
  };
}
