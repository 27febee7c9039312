/** What the operator says of agents: which there are, how they start, what they are given. */
import { z } from "zod";

import type { Given, MachineVariables } from "./environment.ts";

/** How agents are started here. */
export type AgentSettings = {
  /** Program of Claude Code; null finds it on the PATH. */
  readonly claude: string | null;
  /** Program of Codex; null finds it on the PATH. */
  readonly codex: string | null;
  /** Agents by command line, as the operator defined them; one of a built-in ACP agent starts it another way. */
  readonly own: readonly OwnAgent[];
  /** What an agent may see under a name when the repository's file asks for it. */
  readonly variables: Given;
  readonly anthropic: ModelProvider;
  readonly openai: ModelProvider;
};

/** An agent that the operator defined. */
export type OwnAgent = {
  readonly name: string;
  /** `acp` speaks the Agent Client Protocol; `command` reads its brief on standard input. */
  readonly kind: "acp" | "command";
  readonly command: readonly string[];
  /** How a `command` goes on with `{session}`; null when it always begins anew. */
  readonly resume: readonly string[] | null;
  /** Whose models it talks to, through the gateway; null for none. */
  readonly provider: "anthropic" | "openai" | null;
};

/** Where models are and the key to them; nulls are the provider's own address, and no access. */
export type ModelProvider = { readonly key: string | null; readonly url: string | null };

/** Agents that need no definition. */
const builtIn: readonly string[] = [
  "claude",
  "codex",
  "scripted",
  "gemini",
  "copilot",
  "opencode",
  "goose",
];
/** Those that have a variable of their own or take no command. */
const fixed: Readonly<Record<string, string>> = {
  claude: "set YARDMASTER_CLAUDE to its program",
  codex: "set YARDMASTER_CODEX to its program",
  scripted: "it is a part of Yardmaster",
};

const variablePrefix = "YARDMASTER_AGENT_ENV_";
const agentPrefix = "YARDMASTER_AGENT_";

/** The agents' part of the settings, and every fault in it. */
export function agentSettingsOf(
  given: Given,
  variables: MachineVariables,
): { readonly agents: AgentSettings; readonly faults: readonly string[] } {
  const own = ownAgents(given);
  const environment = agentVariables(given);
  const names = [...builtIn, ...own.agents.map(({ name }) => name)];
  return {
    agents: {
      claude: variables.YARDMASTER_CLAUDE ?? null,
      codex: variables.YARDMASTER_CODEX ?? null,
      own: own.agents,
      variables: environment.variables,
      anthropic: {
        key: variables.ANTHROPIC_API_KEY ?? null,
        url: variables.ANTHROPIC_BASE_URL ?? null,
      },
      openai: { key: variables.OPENAI_API_KEY ?? null, url: variables.OPENAI_BASE_URL ?? null },
    },
    faults: [...own.faults, ...environment.faults, ...nameFaults(variables, names)],
  };
}

/** Agents that may be named on an issue: the default one and all others of the list. */
export function namedAgents(variables: MachineVariables): readonly string[] {
  return [...new Set(variables.YARDMASTER_AGENTS ?? [variables.YARDMASTER_AGENT])];
}

function nameFaults(variables: MachineVariables, known: readonly string[]): readonly string[] {
  const named = namedAgents(variables);
  const unknown = named.filter((name) => !known.includes(name));
  const where =
    variables.YARDMASTER_AGENTS === undefined ? "YARDMASTER_AGENT" : "YARDMASTER_AGENTS";
  return [
    ...unknown.map(
      (name) =>
        `${where}: there is no agent ${name}; there are ${known.join(", ")}, and ${commandVariable(name)} defines another one`,
    ),
    ...(named.includes(variables.YARDMASTER_AGENT)
      ? []
      : [`YARDMASTER_AGENT: ${variables.YARDMASTER_AGENT} is not among YARDMASTER_AGENTS`]),
  ];
}

const commandVariable = (name: string): string =>
  `${agentPrefix}${name.toUpperCase().replaceAll("-", "_")}_COMMAND`;

const Command = z.array(z.string()).min(1);

function ownAgents(given: Given): {
  readonly agents: readonly OwnAgent[];
  readonly faults: readonly string[];
} {
  const agents: OwnAgent[] = [];
  const faults: string[] = [];
  for (const [variable, value] of Object.entries(given)) {
    if (!variable.startsWith(agentPrefix) || variable.startsWith(variablePrefix)) continue;
    const agent = ownAgent(given, variable, value);
    if (typeof agent === "string") faults.push(`${variable}: ${agent}`);
    else if (agent !== null) agents.push(agent);
  }
  return { agents, faults };
}

/** The agent that a variable defines, or what is wrong; null for a variable that another one is read with. */
function ownAgent(given: Given, variable: string, value: string): OwnAgent | string | null {
  const [stem, part] = cutLast(variable);
  const name = stem.slice(agentPrefix.length).toLowerCase().replaceAll("_", "-");
  if (part === "KIND" || part === "PROVIDER" || part === "RESUME") {
    return given[`${stem}_COMMAND`] === undefined ? `means nothing without ${stem}_COMMAND` : null;
  }
  if (part !== "COMMAND") return "is not a setting";
  if (!/^[a-z][a-z0-9-]*$/u.test(name)) return "does not name an agent";
  const reserved = fixed[name];
  if (reserved !== undefined) return `cannot be set: ${reserved}`;
  const kind = z.enum(["acp", "command"]).safeParse(given[`${stem}_KIND`] ?? "acp");
  if (!kind.success) return `needs ${stem}_KIND to be acp or command`;
  const provider = z
    .enum(["anthropic", "openai"])
    .nullable()
    .safeParse(given[`${stem}_PROVIDER`] ?? null);
  if (!provider.success) return `needs ${stem}_PROVIDER to be anthropic or openai, or not set`;
  const command = commandOf(value);
  if (command === null) return 'must be a JSON array of words, for example ["my-agent", "--acp"]';
  const again = given[`${stem}_RESUME`];
  const resume = again === undefined ? null : commandOf(again);
  if (again !== undefined && resume === null) return `needs ${stem}_RESUME to be a JSON array too`;
  return { name, kind: kind.data, command, resume, provider: provider.data };
}

/** `A_B_C` as `A_B` and `C`. */
function cutLast(variable: string): readonly [string, string] {
  const at = variable.lastIndexOf("_");
  return [variable.slice(0, at), variable.slice(at + 1)];
}

function commandOf(text: string): readonly string[] | null {
  try {
    return Command.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Names that the box itself sets, and keys that only the gateway may hold. */
const withheld: Readonly<Record<string, string>> = {
  HOME: "is the agent's own folder",
  PATH: "is set by the sandbox",
  TMPDIR: "is set by the sandbox",
  LD_PRELOAD: "would load code into every program of the agent",
  ANTHROPIC_API_KEY: "must not reach an agent; the gateway adds it outside",
  ANTHROPIC_AUTH_TOKEN: "must not reach an agent; the gateway adds the key outside",
  OPENAI_API_KEY: "must not reach an agent; the gateway adds it outside",
};

function agentVariables(given: Given): {
  readonly variables: Given;
  readonly faults: readonly string[];
} {
  const named = Object.entries(given)
    .filter(([variable]) => variable.startsWith(variablePrefix))
    .map(([variable, value]) => [variable.slice(variablePrefix.length), value] as const);
  const faults = named.flatMap(([name]) => {
    const why = variableFault(name);
    return why === null ? [] : [`${variablePrefix}${name}: ${why}`];
  });
  return { variables: Object.fromEntries(named), faults };
}

function variableFault(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name)) return "does not name a variable";
  if (name.startsWith("YARDMASTER_")) return "cannot be set: the name belongs to Yardmaster";
  const why = withheld[name];
  return why === undefined ? null : `cannot be set: ${name} ${why}`;
}
