/** Claude Code as an agent, headless: https://code.claude.com/docs/en/headless */
import { execa } from "execa";
import type { AgentAdapter, Environment, Plan, Preflight, RunSpec } from "./adapter.ts";
import { claudeParser } from "./claude-parser.ts";

/** How the operator wants Claude Code started. */
export type ClaudeOptions = {
  /** The program and its first arguments; `claude` on the PATH when absent. */
  readonly command?: readonly string[];
  /** Model key and endpoint, named one by one: nothing of our own environment is passed on by itself. */
  readonly env: Environment;
  /** Model turns of one run; 100 when absent. */
  readonly maxTurns?: number;
  /** Spending of one run in US dollars; unlimited when absent. It may be exceeded by one call. */
  readonly maxBudgetUsd?: number;
};

/** The agent `claude`. */
export function claudeAgent(options: ClaudeOptions): AgentAdapter {
  return {
    id: "claude",
    caps: { resume: true, maxTurns: true, budget: true, cost: true },
    preflight: () => preflight(options),
    plan: (run) => plan(options, run),
    parser: claudeParser,
  };
}

const commandOf = ({ command }: ClaudeOptions): readonly string[] => command ?? ["claude"];

function plan(options: ClaudeOptions, { brief, session, isRoot }: RunSpec): Plan {
  const { maxTurns = 100, maxBudgetUsd } = options;
  return {
    argv: [
      ...commandOf(options),
      "-p",
      "--output-format",
      "stream-json",
      // Demanded by stream-json.
      "--verbose",
      session.isResumed ? "--resume" : "--session-id",
      session.id,
      "--max-turns",
      String(maxTurns),
      ...(maxBudgetUsd === undefined ? [] : ["--max-budget-usd", String(maxBudgetUsd)]),
      "--dangerously-skip-permissions",
      // A repository's own settings could run hooks and send the model key elsewhere.
      "--setting-sources",
      "user",
      "--strict-mcp-config",
    ],
    env: {
      ...options.env,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      // By default a refused key is tried again for more than a minute.
      CLAUDE_CODE_MAX_RETRIES: "3",
      // The superuser may not skip permissions without it.
      ...(isRoot ? { IS_SANDBOX: "1" } : {}),
    },
    stdin: brief,
  };
}

const keys = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"];

async function preflight(options: ClaudeOptions): Promise<Preflight> {
  const [program = "", ...first] = commandOf(options);
  const asked = await execa(program, [...first, "--version"], {
    extendEnv: false,
    env: { PATH: process.env["PATH"], DISABLE_AUTOUPDATER: "1" },
    stdin: "ignore",
    stderr: "ignore",
    timeout: 10_000,
    reject: false,
  });
  if (asked.code === "ENOENT") {
    return {
      ok: false,
      why: `Claude Code is not installed: there is no program \`${program}\`. Install it with \`npm install --global @anthropic-ai/claude-code\`, or use the agent \`scripted\`.`,
    };
  }
  if (asked.failed) {
    return {
      ok: false,
      why: `Claude Code does not start: \`${program} --version\` failed. Install it again with its install scripts allowed, or use the agent \`scripted\`.`,
    };
  }
  if (!keys.some((key) => options.env[key])) {
    return {
      ok: false,
      why: "Claude Code has no model key: set ANTHROPIC_API_KEY, or use the agent `scripted`.",
    };
  }
  return { ok: true, version: asked.stdout.trim() };
}
