/** Claude Code as an agent, headless: https://code.claude.com/docs/en/headless */
import type {
  AgentAdapter,
  Environment,
  GatewayAddress,
  Plan,
  Preflight,
  RunSpec,
} from "./adapter.ts";
import { claudeParser } from "./claude-parser.ts";
import { besideInModules, foundProgram, located, type Located } from "./programs.ts";
import { versionOf } from "./version.ts";

/** How the operator wants Claude Code started. */
export type ClaudeOptions = {
  /** The program and its first arguments; `claude` on the PATH when absent. */
  readonly command?: readonly string[];
  /** Whether the gateway has a key for Anthropic's API: the agent itself never has one. */
  readonly hasKey: boolean;
  /** Spending of one run in US dollars, by Claude's own count; it may be exceeded by one call. The gateway's limit holds beside it. */
  readonly maxBudgetUsd?: number;
};

/** The agent `claude`. */
export function claudeAgent(options: ClaudeOptions): AgentAdapter {
  return {
    id: "claude",
    caps: { resume: true, maxTurns: true, budget: true, cost: true },
    provider: "anthropic",
    preflight: () => preflight(options),
    plan: (run) => plan(options, run),
    parser: claudeParser,
  };
}

function plan(options: ClaudeOptions, run: RunSpec): Plan {
  const { maxBudgetUsd } = options;
  const { argv, programs } = locatedClaude(options);
  return {
    argv: [
      ...argv,
      "-p",
      "--output-format",
      "stream-json",
      // Demanded by stream-json.
      "--verbose",
      run.session.isResumed ? "--resume" : "--session-id",
      run.session.id,
      "--max-turns",
      String(run.turns),
      ...(maxBudgetUsd === undefined ? [] : ["--max-budget-usd", String(maxBudgetUsd)]),
      ...(run.model === null ? [] : ["--model", run.model]),
      "--dangerously-skip-permissions",
      // A repository's own settings could run hooks and send the gateway's token elsewhere.
      "--setting-sources",
      "user",
      "--strict-mcp-config",
    ],
    env: {
      ...(run.gateway === null ? {} : gatewayVariables(run.gateway)),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      // By default a refused key is tried again for more than a minute.
      CLAUDE_CODE_MAX_RETRIES: "3",
      // The superuser may not skip permissions without it.
      ...(run.isRoot ? { IS_SANDBOX: "1" } : {}),
    },
    stdin: run.brief,
    programs,
    homeFiles: {},
  };
}

const gatewayVariables = ({ url, token }: GatewayAddress): Environment => ({
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_AUTH_TOKEN: token,
});

/** The native program: what npm puts on the PATH is only a stub of it where install scripts are not allowed. */
function locatedClaude({ command = ["claude"] }: ClaudeOptions): Located {
  const [program = "", ...first] = command;
  const found = foundProgram(program) ?? "";
  if (!found.includes("/node_modules/@anthropic-ai/claude-code/")) return located(command);
  const native = besideInModules(found, nativeNames);
  return located(native === null ? command : [native, ...first]);
}

const machine = `${process.platform}-${process.arch}`;
const nativeNames = ["", "-musl"].map(
  (suffix) => `@anthropic-ai/claude-code-${machine}${suffix}/claude`,
);

async function preflight(options: ClaudeOptions): Promise<Preflight> {
  const program = options.command?.[0] ?? "claude";
  const asked = await versionOf(locatedClaude(options));
  if (asked === "missing") {
    return {
      ok: false,
      why: `Claude Code is not installed: there is no program \`${program}\`. Install it with \`npm install --global @anthropic-ai/claude-code\`, or use the agent \`scripted\`.`,
    };
  }
  if (asked === "broken") {
    return {
      ok: false,
      why: `Claude Code does not start: \`${program} --version\` failed. Install it again with its install scripts allowed, or use the agent \`scripted\`.`,
    };
  }
  if (!options.hasKey) {
    return {
      ok: false,
      why: "Claude Code has no model key: set ANTHROPIC_API_KEY, or use the agent `scripted`.",
    };
  }
  return { ok: true, version: asked.version };
}
