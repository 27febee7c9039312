/** The operator's environment, validated once. Every fault is reported at once, each with the variable it is in. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { AgentSettings } from "./agent-settings.ts";
import { agentSettingsOf, namedAgents } from "./agent-settings.ts";
import type { Policy } from "./core/policy.ts";
import { AppVariables, faultLines, givenIn, MachineVariables } from "./environment.ts";
import type { Given } from "./environment.ts";

/** What the service runs with. */
export type Settings = AppSettings & MachineSettings;

/** What GitHub knows us by. */
export type AppSettings = {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** Base of GitHub's REST API, for example `https://api.github.com`. */
  readonly apiUrl: string;
  /** Token of a person, for boards that a user owns; null without such a board. */
  readonly boardToken: string | null;
};

/** What this machine is to do. */
export type MachineSettings = {
  /** Absolute path. */
  readonly dataFolder: string;
  /** A PostgreSQL server to use in place of the embedded one; null uses the embedded one. */
  readonly databaseUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly webhookPath: string;
  readonly reconcileMs: number;
  readonly logLevel: MachineVariables["LOG_LEVEL"];
  readonly agents: AgentSettings;
  readonly box: BoxSettings;
  /** Hosts of package registries that Workers may reach where their repository asks for them. */
  readonly registries: readonly string[];
  /** Worktrees to have ready in advance per repository. */
  readonly spares: number;
  readonly policy: Policy;
};

/** How much of this machine one Worker may use. */
type BoxSettings = {
  readonly memoryBytes: number;
  readonly processes: number;
  readonly fileBytes: number;
};

/** The environment does not allow a start; `faults` has one line per variable that is wrong. */
export class SettingsFault extends Error {
  readonly kind = "settings";
  readonly retryable = false;
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The settings do not allow a start:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "SettingsFault";
    this.faults = faults;
  }
}

/** One half of the settings, or every fault in it. */
export type Half<Part> =
  | { readonly ok: true; readonly settings: Part }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Throws SettingsFault with every fault. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const app = readApp(environment);
  const machine = readMachine(environment);
  if (!app.ok || !machine.ok) throw new SettingsFault([...faultsOf(app), ...faultsOf(machine)]);
  return { ...app.settings, ...machine.settings };
}

const faultsOf = (half: Half<unknown>): readonly string[] => (half.ok ? [] : half.faults);

/** The half about GitHub. */
export function readApp(environment: NodeJS.ProcessEnv): Half<AppSettings> {
  const given = givenIn(environment);
  const parsed = AppVariables.safeParse(given);
  const key = privateKeyOf(given);
  if (!parsed.success || "fault" in key) {
    const faults = parsed.success ? [] : faultLines(parsed.error, given);
    return { ok: false, faults: "fault" in key ? [...faults, key.fault] : faults };
  }
  const settings: AppSettings = {
    appId: parsed.data.APP_ID,
    privateKey: key.pem,
    webhookSecret: parsed.data.WEBHOOK_SECRET,
    apiUrl: parsed.data.GITHUB_API_URL,
    boardToken: parsed.data.YARDMASTER_BOARD_TOKEN ?? null,
  };
  return { ok: true, settings };
}

/** The half about this machine. */
export function readMachine(environment: NodeJS.ProcessEnv): Half<MachineSettings> {
  const given = givenIn(environment);
  const parsed = MachineVariables.safeParse(given);
  if (!parsed.success) return { ok: false, faults: faultLines(parsed.error, given) };
  const { agents, faults } = agentSettingsOf(given, parsed.data);
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, settings: machineOf(parsed.data, agents) };
}

function machineOf(env: MachineVariables, agents: AgentSettings): MachineSettings {
  return {
    dataFolder: resolve(env.YARDMASTER_DATA),
    databaseUrl: env.DATABASE_URL ?? null,
    host: env.HOST,
    port: env.PORT,
    webhookPath: env.WEBHOOK_PATH,
    reconcileMs: env.YARDMASTER_RECONCILE_SECONDS * 1000,
    logLevel: env.LOG_LEVEL,
    agents,
    box: {
      memoryBytes: env.YARDMASTER_MEMORY_MB * megabyte,
      processes: env.YARDMASTER_PROCESSES,
      fileBytes: env.YARDMASTER_FILE_MB * megabyte,
    },
    registries: env.YARDMASTER_REGISTRIES,
    spares: env.YARDMASTER_SPARES,
    policy: policyOf(env),
  };
}

const megabyte = 1_000_000;

function policyOf(env: MachineVariables): Policy {
  return {
    triggerLabel: env.YARDMASTER_LABEL,
    commandPrefix: env.YARDMASTER_COMMAND,
    slots: env.YARDMASTER_SLOTS,
    slotsPerRepository: env.YARDMASTER_SLOTS_PER_REPOSITORY,
    reviewLimit: env.YARDMASTER_REVIEW_LIMIT ?? null,
    agent: env.YARDMASTER_AGENT,
    agents: namedAgents(env),
    unavailable: {},
    sandbox: env.YARDMASTER_SANDBOX,
    budget: {
      run: env.YARDMASTER_BUDGET_RUN_USD ?? null,
      issue: env.YARDMASTER_BUDGET_ISSUE_USD ?? null,
      repositoryDay: env.YARDMASTER_BUDGET_REPOSITORY_DAY_USD ?? null,
      day: env.YARDMASTER_BUDGET_DAY_USD ?? null,
    },
    backoffMs: env.YARDMASTER_BACKOFF_SECONDS * 1000,
    trackingMs: env.YARDMASTER_TRACKING_SECONDS * 1000,
    providerPauseMs: env.YARDMASTER_PROVIDER_PAUSE_SECONDS * 1000,
  };
}

/** Every value that must never leave this machine but to where it belongs. */
export function secretsOf(settings: Settings): readonly string[] {
  const { privateKey, webhookSecret, boardToken, agents, databaseUrl } = settings;
  return [
    privateKey,
    webhookSecret,
    boardToken,
    passwordIn(databaseUrl),
    agents.anthropic.key,
    agents.openai.key,
    ...Object.values(agents.variables),
  ].filter((value) => value !== null);
}

function passwordIn(databaseUrl: string | null): string | null {
  const password = databaseUrl === null ? "" : new URL(databaseUrl).password;
  return password === "" ? null : decodeURIComponent(password);
}

/** The key from the variable, where newlines may be written as `\n`, or from the file. */
function privateKeyOf(given: Given): { readonly pem: string } | { readonly fault: string } {
  const { PRIVATE_KEY: inline, PRIVATE_KEY_PATH: path } = given;
  if (inline !== undefined) {
    const pem = inline.replaceAll("\\n", "\n");
    return pem.includes("PRIVATE KEY-----")
      ? { pem }
      : { fault: "PRIVATE_KEY: is not a PEM key; paste the whole file that GitHub gave you" };
  }
  if (path === undefined) {
    return { fault: "PRIVATE_KEY_PATH: is missing; name the .pem file that GitHub gave you" };
  }
  try {
    const pem = readFileSync(path, "utf8");
    return pem.includes("PRIVATE KEY-----")
      ? { pem }
      : { fault: `PRIVATE_KEY_PATH: ${path} is not a PEM key` };
  } catch {
    return { fault: `PRIVATE_KEY_PATH: ${path} cannot be read` };
  }
}
