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
  readonly command: readonly CommandPart[];
  /** How a `command` goes on with `{session}`; null when it always begins anew. */
  readonly resume: readonly CommandPart[] | null;
  /** Whose models it talks to, through the gateway; null for none. */
  readonly provider: "anthropic" | "openai" | null;
  /** Its variables, in which `{gateway}`, `{token}` and `{model}` may stand; null for the usual ones of its provider. */
  readonly env: Given | null;
};

/** A word, or words that are left out together where one of their placeholders has no value. */
type CommandPart = string | readonly string[];

/** Where models are and the key to them; nulls are the provider's own address, and no access. */
type ModelProvider = { readonly key: string | null; readonly url: string | null };

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

/** Variables that say more of an agent whose command is given. */
const furtherParts: readonly string[] = ["KIND", "PROVIDER", "RESUME", "ENV"];

/** The agent that a variable defines, or what is wrong; null for a variable that another one is read with. */
function ownAgent(given: Given, variable: string, value: string): OwnAgent | string | null {
  const [stem, part] = cutLast(variable);
  const name = stem.slice(agentPrefix.length).toLowerCase().replaceAll("_", "-");
  if (furtherParts.includes(part)) {
    return given[`${stem}_COMMAND`] === undefined ? `means nothing without ${stem}_COMMAND` : null;
  }
  if (part !== "COMMAND") return "is not a setting";
  if (!/^[a-z][a-z0-9-]*$/u.test(name)) return "does not name an agent";
  const reserved = fixed[name];
  if (reserved !== undefined) return `cannot be set: ${reserved}`;
  const defined = OwnAgent.safeParse({
    command: value,
    kind: given[`${stem}_KIND`],
    provider: given[`${stem}_PROVIDER`],
    resume: given[`${stem}_RESUME`],
    env: given[`${stem}_ENV`],
  });
  if (defined.success) return { name, ...defined.data };
  return defined.error.issues
    .map(({ path: [key], message }) =>
      key === "command" ? message : `needs ${stem}_${String(key).toUpperCase()}: ${message}`,
    )
    .join("; ");
}

/** JSON in a variable; what is not JSON is of no shape. */
const json = <Shape extends z.ZodType>(shape: Shape): z.ZodType<z.infer<Shape>, string> =>
  z.string().transform(parsed).pipe(shape);

const words = z
  .array(
    z.union([z.string(), z.array(z.string())]),
    'must be a JSON array of words, for example ["my-agent", "--acp"]',
  )
  .min(1, "must name a program");

const OwnAgent = z.object({
  command: json(words),
  kind: z.enum(["acp", "command"], "must be acp or command").default("acp"),
  provider: z.enum(["anthropic", "openai"], "must be anthropic or openai").nullable().default(null),
  resume: json(words).nullable().default(null),
  env: json(
    z.record(
      z.string(),
      z.string(),
      'must be a JSON object, for example {"BASE_URL": "{gateway}"}',
    ),
  )
    .nullable()
    .default(null),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `A_B_C` as `A_B` and `C`. */
function cutLast(variable: string): readonly [string, string] {
  const at = variable.lastIndexOf("_");
  return [variable.slice(0, at), variable.slice(at + 1)];
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
