/** The environment's variables one by one: what each may hold, and what holds where it is not set. */
import { z } from "zod";

const whole = (low: number, high: number): z.ZodType<number, unknown> =>
  z.coerce.number().int().min(low).max(high);
const url = z.url({ protocol: /^https?$/u });
const word = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/u, "must be lower-case letters, digits and hyphens");
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);
const program = z.string().min(1);
const key = z.string().min(1);
const dollars = z.coerce
  .number("must be an amount in US dollars, for example 2.50")
  .positive("must be more than 0; leave it out for no limit")
  .max(1_000_000)
  .optional();
const hosts = list.refine((names) => names.every((name) => hostName.test(name)), {
  error: "must be host names separated by commas, for example registry.npmjs.org,pypi.org",
});
const hostName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9][a-z0-9-]{0,62})+$/u;

/** The App, as GitHub knows it. */
export const AppVariables = z.object({
  APP_ID: z.coerce.number("must be the App's number, as its settings page shows it").int().min(1),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: z
    .string("is missing; without it anybody could send webhooks")
    .min(8, "must have at least 8 characters"),
  GITHUB_API_URL: url.default("https://api.github.com"),
  YARDMASTER_BOARD_TOKEN: key.optional(),
});
export type AppVariables = z.infer<typeof AppVariables>;

/** This machine, the agents on it, and what they may use. */
export const MachineVariables = z.object({
  YARDMASTER_DATA: z.string().min(1).default(".yardmaster"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/u, error: "must begin with postgres://" })
    .optional(),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: whole(0, 65_535).default(3000),
  WEBHOOK_PATH: z.string().startsWith("/").default("/api/github/webhooks"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
  YARDMASTER_LABEL: z.string().min(1).max(50).default("agent:go"),
  YARDMASTER_COMMAND: word.default("agent"),
  YARDMASTER_SLOTS: whole(1, 100).default(5),
  YARDMASTER_SLOTS_PER_REPOSITORY: whole(1, 100).default(5),
  YARDMASTER_REVIEW_LIMIT: whole(1, 1000).optional(),
  YARDMASTER_BACKOFF_SECONDS: whole(0, 86_400).default(30),
  YARDMASTER_TRACKING_SECONDS: whole(1, 86_400).default(30),
  YARDMASTER_PROVIDER_PAUSE_SECONDS: whole(1, 86_400).default(900),
  YARDMASTER_RECONCILE_SECONDS: whole(1, 86_400).default(300),
  YARDMASTER_SPARES: whole(0, 4).default(1),
  YARDMASTER_AGENT: word.default("claude"),
  YARDMASTER_AGENTS: list.pipe(z.array(word).min(1)).optional(),
  YARDMASTER_CLAUDE: program.optional(),
  YARDMASTER_CODEX: program.optional(),
  ANTHROPIC_API_KEY: key.optional(),
  ANTHROPIC_BASE_URL: url.optional(),
  OPENAI_API_KEY: key.optional(),
  OPENAI_BASE_URL: url.optional(),
  YARDMASTER_BUDGET_RUN_USD: dollars,
  YARDMASTER_BUDGET_ISSUE_USD: dollars,
  YARDMASTER_BUDGET_REPOSITORY_DAY_USD: dollars,
  YARDMASTER_BUDGET_DAY_USD: dollars,
  YARDMASTER_SANDBOX: z.enum(["bubblewrap", "none"]).default("bubblewrap"),
  YARDMASTER_REGISTRIES: hosts.default([]),
  YARDMASTER_MEMORY_MB: whole(128, 1_048_576).default(4_096),
  YARDMASTER_PROCESSES: whole(16, 32_768).default(512),
  YARDMASTER_FILE_MB: whole(1, 1_048_576).default(2_048),
});
export type MachineVariables = z.infer<typeof MachineVariables>;

/** What a shell or a file gave; an empty variable is how both say "not set". */
export type Given = Readonly<{ [name: string]: string }>;

/** The variables that are set. */
export const givenIn = (environment: NodeJS.ProcessEnv): Given =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, value] as const],
    ),
  );

/** One line for each fault: the variable and what is wrong with it, never what it holds. */
export const faultLines = (error: z.ZodError, given: Given): readonly string[] =>
  error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const isTold = name in given || message.startsWith("is missing");
    return isTold ? `${name}: ${message}` : `${name}: is missing; ${message}`;
  });
