/** The main job on this machine: a local GitHub, Yardmaster beside it, issues in and merged pull requests out. */
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { adaptersOf, unavailableAgents, usableSandbox } from "../local-agents.ts";
import { readMachine } from "../settings.ts";
import { defaultSeed } from "../simulator/seed/default-seed.ts";
import type { Simulator } from "../simulator/simulator.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { ask } from "./ask.ts";
import type { DemoIssue } from "./issues.ts";
import { demoIssues } from "./issues.ts";
import type { DemoReport } from "./report.ts";
import { rowOf } from "./report.ts";
import type { DemoService } from "./service.ts";
import { startServiceProcess } from "./service.ts";
import { verify } from "./verify.ts";
import type { Watch } from "./watch.ts";
import { watchStories } from "./watch.ts";

/** How the demo is run. */
export type DemoOptions = {
  readonly agent: string;
  readonly issues: number;
  readonly workers: number;
  /** Gets each line of the timeline as it happens. */
  readonly say: (line: string) => void;
  /** Called with both addresses when everything is done and before anything is ended. */
  readonly beforeEnd: (urls: {
    readonly github: string;
    readonly yardmaster: string;
  }) => Promise<void>;
};

/** Beyond this nothing that works takes so long; a real agent gets more. */
const patienceMs = { scripted: 120_000, other: 1_800_000 };

/** Runs the demo to its end and leaves nothing behind. Throws with the cure where the agent cannot be started. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  await needAgent(options.agent);
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-demo-"));
  // As root the database runs under a user of its own, who must be able to pass.
  await chmod(folder, 0o711);
  const simulator = await startSimulator({
    dataFolder: join(folder, "github"),
    seed: demoSeed,
  });
  try {
    return await withSimulator(options, folder, simulator);
  } finally {
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Said before anything is started: the service would say it of each issue. */
async function needAgent(agent: string): Promise<void> {
  const machine = readMachine({ ...agentVariables(), YARDMASTER_AGENT: agent });
  // What else is wrong with the variables the service says.
  if (!machine.ok) return;
  const adapters = adaptersOf(machine.settings.agents);
  const why = (await unavailableAgents([agent], adapters, null))[agent];
  if (why !== undefined) throw new Error(why);
}

const repositoryFile = `board:
  mode: organization
  project: 1
merge:
  auto: true
`;

const demoSeed: typeof defaultSeed = {
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

async function withSimulator(
  options: DemoOptions,
  folder: string,
  simulator: Simulator,
): Promise<DemoReport> {
  const { card } = simulator;
  const watch = watchStories(options.say);
  const { sandbox, fault } = await usableSandbox();
  if (fault !== null) options.say(`Agents run without a sandbox here, because ${fault}`);
  options.say(`A local GitHub serves ${card.repository} at ${card.url}.`);
  const service = await startServiceProcess(
    { ...environmentOf(options, folder, simulator), YARDMASTER_SANDBOX: sandbox },
    (line) => watch.take(line),
  );
  try {
    await direct(simulator, `${service.url}/api/github/webhooks`);
    options.say(`Yardmaster listens at ${service.url}, ${options.workers} workers at a time.`);
    options.say("");
    const report = await play(options, folder, simulator, service, watch);
    await options.beforeEnd({ github: card.url, yardmaster: service.url });
    return report;
  } finally {
    await service.stop();
  }
}

/** Exactly what an operator would set for github.com, with another address. */
function environmentOf(
  options: DemoOptions,
  folder: string,
  { card }: Simulator,
): Readonly<Record<string, string>> {
  return {
    APP_ID: String(card.appId),
    PRIVATE_KEY_PATH: card.privateKeyPath,
    WEBHOOK_SECRET: card.webhookSecret,
    GITHUB_API_URL: card.url,
    YARDMASTER_DATA: join(folder, "data"),
    YARDMASTER_AGENT: options.agent,
    YARDMASTER_SLOTS: String(options.workers),
    YARDMASTER_SLOTS_PER_REPOSITORY: String(options.workers),
    YARDMASTER_BACKOFF_SECONDS: "1",
    PORT: "0",
    ...agentVariables(),
  };
}

/** What an operator has told of agents, for the service too. */
const agentVariables = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [
      "ANTHROPIC_API_KEY",
      "ANTHROPIC_BASE_URL",
      "OPENAI_API_KEY",
      "OPENAI_BASE_URL",
      "YARDMASTER_CLAUDE",
      "YARDMASTER_CODEX",
    ].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

/** Sends the simulator's webhooks to an address that is known only now. */
async function direct({ card }: Simulator, url: string): Promise<void> {
  const response = await fetch(`${card.url}/_sim/webhooks`, {
    method: "POST",
    body: JSON.stringify({ url }),
  });
  if (!response.ok) throw new Error(`the simulator refused ${url}: ${await response.text()}`);
}

async function play(
  options: DemoOptions,
  folder: string,
  simulator: Simulator,
  service: DemoService,
  watch: Watch,
): Promise<DemoReport> {
  const startedAt = Date.now();
  const issues = demoIssues(options.issues);
  const numbers = await ask(simulator, issues, (number) => watch.asked(number));
  const limitMs = options.agent === "scripted" ? patienceMs.scripted : patienceMs.other;
  const faults = [...(await watch.finished(numbers, service.exited, limitMs))];
  await simulator.drain();
  const seconds = (Date.now() - startedAt) / 1000;
  faults.push(...(await unseen(simulator, numbers, watch)));
  faults.push(...(await leftovers(join(folder, "data"))));
  faults.push(...simulator.notModelled.map(({ path }) => `the simulator does not model ${path}`));
  return reportOf(simulator, issues, numbers, watch, { faults, seconds });
}

/** What is claimed to be done and cannot be seen on GitHub. */
async function unseen(
  { card }: Simulator,
  numbers: readonly number[],
  watch: Watch,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const number of numbers) {
    const story = watch.story(number);
    if (story === undefined || story.doneAt === null) continue;
    faults.push(...(await verify(card, number, story.pull ?? 0)));
  }
  return faults;
}

function reportOf(
  { requests, card }: Simulator,
  issues: readonly DemoIssue[],
  numbers: readonly number[],
  watch: Watch,
  end: { readonly faults: readonly string[]; readonly seconds: number },
): DemoReport {
  const people = Object.keys(card.tokens);
  const ours = requests.filter(({ actor }) => !people.includes(actor));
  const rows = issues.flatMap((issue, index) => {
    const story = watch.story(numbers[index] ?? 0);
    if (story === undefined) return [];
    const about = ours.filter(
      (line) =>
        line.issues.includes(story.number) ||
        (story.pull !== null && line.issues.includes(story.pull)),
    );
    return [rowOf(issue, story, about.length)];
  });
  return {
    ok: end.faults.length === 0 && rows.every(({ isDone }) => isDone),
    faults: end.faults,
    seconds: end.seconds,
    apiRequests: ours.length,
    issues: rows,
  };
}

/** Worktrees that outlived their issue. */
async function leftovers(dataFolder: string): Promise<readonly string[]> {
  const entries = await readdir(join(dataFolder, "repositories"), { recursive: true }).catch(
    () => [],
  );
  return entries
    .map((entry) => entry.split("/"))
    .filter((parts) => parts.length === 3 && parts[1] === "issues")
    .map((parts) => `the worktrees of issue #${parts[2] ?? "?"} are still there`);
}
