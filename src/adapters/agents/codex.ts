/** Codex as an agent, headless: https://developers.openai.com/codex/noninteractive */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AgentAdapter, GatewayAddress, Plan, Preflight, RunSpec } from "./adapter.ts";
import { codexParser } from "./codex-parser.ts";
import { besideInModules, foundProgram, located, type Located } from "./programs.ts";
import { versionOf } from "./version.ts";

/** How the operator wants Codex started. */
export type CodexOptions = {
  /** The program and its first arguments; `codex` on the PATH when absent. */
  readonly command?: readonly string[];
  /** Whether the gateway has a key for OpenAI's API: the agent itself never has one. */
  readonly hasKey: boolean;
};

/** The agent `codex`. It counts neither turns nor money: both are the gateway's to limit. */
export function codexAgent(options: CodexOptions): AgentAdapter {
  return {
    id: "codex",
    caps: { resume: true, maxTurns: false, budget: false, cost: false },
    provider: "openai",
    preflight: () => preflight(options),
    plan: (run) => plan(options, run),
    parser: (session) => codexParser(session?.isResumed),
  };
}

function plan(options: CodexOptions, { brief, model, gateway, session }: RunSpec): Plan {
  const { argv, programs } = locatedCodex(options);
  return {
    argv: [
      ...argv,
      "exec",
      ...(session.isResumed ? ["resume"] : []),
      "--json",
      // It runs within a sandbox, and a second one does not start there.
      "--dangerously-bypass-approvals-and-sandbox",
      "--skip-git-repo-check",
      // Its tools need the run's variables, such as its ports, but not the gateway's token.
      "-c",
      "shell_environment_policy.inherit=all",
      "-c",
      `shell_environment_policy.exclude=["${tokenVariable}"]`,
      // The brief holds what the base commit says there; the worktree may say anything.
      "-c",
      "project_doc_max_bytes=0",
      ...(model === null ? [] : ["--model", model]),
      ...(session.isResumed ? [session.id] : []),
      "-",
    ],
    env: gateway === null ? {} : { [tokenVariable]: gateway.token },
    stdin: brief,
    programs,
    // By `CODEX_HOME` it would have to be named by an absolute path, and only the runner knows the home's.
    homeFiles: { ".codex/config.toml": config(gateway) },
  };
}

const tokenVariable = "YARDMASTER_GATEWAY_TOKEN";

/** A string in JSON is one in TOML too. */
const config = (gateway: GatewayAddress | null): string =>
  [
    "check_for_update_on_startup = false",
    ...(gateway === null ? [] : ['model_provider = "gateway"']),
    "[analytics]",
    "enabled = false",
    ...(gateway === null ? [] : providerTable(gateway.url)),
    "",
  ].join("\n");

const providerTable = (url: string): readonly string[] => [
  "[model_providers.gateway]",
  'name = "gateway"',
  `base_url = ${JSON.stringify(`${url}/v1`)}`,
  `env_key = ${JSON.stringify(tokenVariable)}`,
  'wire_api = "responses"',
];

/** The native program with the tools that lie beside it: what npm puts on the PATH is a script that starts it. */
function locatedCodex({ command = ["codex"] }: CodexOptions): Located {
  const [program = "", ...first] = command;
  const found = foundProgram(program) ?? "";
  const isScript = found.includes("/node_modules/@openai/codex/");
  const native = isScript ? besideInModules(found, nativeNames) : null;
  const { argv, programs } = located(native === null ? command : [native, ...first]);
  const folder = dirname(dirname(argv[0] ?? ""));
  const isPackage = existsSync(join(folder, "codex-package.json"));
  return { argv, programs: isPackage ? [folder] : programs };
}

const cpu = process.arch === "arm64" ? "aarch64" : "x86_64";
const target = process.platform === "darwin" ? "apple-darwin" : "unknown-linux-musl";
const nativeNames = [
  `@openai/codex-${process.platform}-${process.arch}/vendor/${cpu}-${target}/bin/codex`,
];

async function preflight(options: CodexOptions): Promise<Preflight> {
  const program = options.command?.[0] ?? "codex";
  const asked = await versionOf(locatedCodex(options));
  if (asked === "missing") {
    return {
      ok: false,
      why: `Codex is not installed: there is no program \`${program}\`. Install it with \`npm install --global @openai/codex\`, or use the agent \`scripted\`.`,
    };
  }
  if (asked === "broken") {
    return {
      ok: false,
      why: `Codex does not start: \`${program} --version\` failed. Install it again, or use the agent \`scripted\`.`,
    };
  }
  if (!options.hasKey) {
    return {
      ok: false,
      why: "Codex has no model key: set OPENAI_API_KEY, or use the agent `scripted`.",
    };
  }
  return { ok: true, version: asked.version };
}
