/** The operator's environment, validated once. Every fault is reported at once, each with the variable it is in. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";

import type { Policy } from "./core/policy.ts";

/** What the service runs with. */
export type Settings = {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** Base of GitHub's REST API, for example `https://api.github.com`. */
  readonly apiUrl: string;
  /** Token of a person, for boards that a user owns; null without such a board. */
  readonly boardToken: string | null;
  /** Absolute path. */
  readonly dataFolder: string;
  /** A PostgreSQL server to use in place of the embedded one; null uses the embedded one. */
  readonly databaseUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly webhookPath: string;
  readonly reconcileMs: number;
  readonly logLevel: LogLevel;
  readonly claude: { readonly command: readonly string[] | null; readonly env: Variables };
  readonly policy: Policy;
};

type LogLevel = z.infer<typeof LogLevel>;

type Variables = Readonly<{ [name: string]: string }>;

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

const LogLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal"]);
const whole = (low: number, high: number): z.ZodType<number, unknown> =>
  z.coerce.number().int().min(low).max(high);
const url = z.url({ protocol: /^https?$/u });
const word = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/u, "must be lower-case letters, digits and hyphens");
const list = z.string().transform((text) => text.split(",").map((part) => part.trim()));

const Environment = z.object({
  APP_ID: z.coerce.number("must be the App's number, as its settings page shows it").int().min(1),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: z
    .string("is missing; without it anybody could send webhooks")
    .min(8, "must have at least 8 characters"),
  GITHUB_API_URL: url.default("https://api.github.com"),
  YARDMASTER_BOARD_TOKEN: z.string().min(1).optional(),
  YARDMASTER_DATA: z.string().min(1).default(".yardmaster"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/u, error: "must begin with postgres://" })
    .optional(),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: whole(0, 65_535).default(3000),
  WEBHOOK_PATH: z.string().startsWith("/").default("/api/github/webhooks"),
  LOG_LEVEL: LogLevel.default("info"),
  YARDMASTER_LABEL: z.string().min(1).max(50).default("agent:go"),
  YARDMASTER_COMMAND: word.default("agent"),
  YARDMASTER_SLOTS: whole(1, 100).default(5),
  YARDMASTER_SLOTS_PER_REPOSITORY: whole(1, 100).default(5),
  YARDMASTER_AGENT: word.default("claude"),
  YARDMASTER_AGENTS: list.optional(),
  YARDMASTER_BACKOFF_SECONDS: whole(0, 86_400).default(30),
  YARDMASTER_RECONCILE_SECONDS: whole(1, 86_400).default(300),
  YARDMASTER_CLAUDE: z.string().min(1).optional(),
  ANTHROPIC_API_KEY: z.string().min(1).optional(),
  ANTHROPIC_BASE_URL: url.optional(),
});
type Environment = z.infer<typeof Environment>;

/** Throws SettingsFault with every fault. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  // An empty variable is how shells and .env files say "not set".
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = Environment.safeParse(given);
  const key = privateKeyOf(given["PRIVATE_KEY"], given["PRIVATE_KEY_PATH"]);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.map(faultLine)),
    ...("fault" in key ? [key.fault] : []),
  ];
  if (!parsed.success || "fault" in key) throw new SettingsFault(faults);
  return settingsOf(parsed.data, key.pem);
}

function settingsOf(env: Environment, privateKey: string): Settings {
  return {
    appId: env.APP_ID,
    privateKey,
    webhookSecret: env.WEBHOOK_SECRET,
    apiUrl: env.GITHUB_API_URL,
    boardToken: env.YARDMASTER_BOARD_TOKEN ?? null,
    dataFolder: resolve(env.YARDMASTER_DATA),
    databaseUrl: env.DATABASE_URL ?? null,
    host: env.HOST,
    port: env.PORT,
    webhookPath: env.WEBHOOK_PATH,
    reconcileMs: env.YARDMASTER_RECONCILE_SECONDS * 1000,
    logLevel: env.LOG_LEVEL,
    claude: {
      command: env.YARDMASTER_CLAUDE === undefined ? null : [env.YARDMASTER_CLAUDE],
      env: defined({
        ANTHROPIC_API_KEY: env.ANTHROPIC_API_KEY,
        ANTHROPIC_BASE_URL: env.ANTHROPIC_BASE_URL,
      }),
    },
    policy: {
      triggerLabel: env.YARDMASTER_LABEL,
      commandPrefix: env.YARDMASTER_COMMAND,
      slots: env.YARDMASTER_SLOTS,
      slotsPerRepository: env.YARDMASTER_SLOTS_PER_REPOSITORY,
      agent: env.YARDMASTER_AGENT,
      agents: env.YARDMASTER_AGENTS ?? [env.YARDMASTER_AGENT],
      backoffMs: env.YARDMASTER_BACKOFF_SECONDS * 1000,
    },
  };
}

function faultLine(issue: z.core.$ZodIssue): string {
  const name = issue.path.join(".");
  const isMissing = issue.code === "invalid_type" && issue.input === undefined;
  return isMissing && !issue.message.startsWith("is missing")
    ? `${name}: is missing; ${issue.message}`
    : `${name}: ${issue.message}`;
}

/** The key from the variable, where newlines may be written as `\n`, or from the file. */
function privateKeyOf(
  inline: string | undefined,
  path: string | undefined,
): { readonly pem: string } | { readonly fault: string } {
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

const defined = (variables: { readonly [name: string]: string | undefined }): Variables =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
