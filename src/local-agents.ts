/** The agents of this machine as the settings describe them, and what keeps any of them from working. */
import type { AcpOptions } from "./adapters/agents/acp.ts";
import { acpPresets } from "./adapters/agents/acp-presets.ts";
import type { AgentAdapter } from "./adapters/agents/adapter.ts";
import { agentAdapters } from "./adapters/agents/adapters.ts";
import type { CommandOptions } from "./adapters/agents/command.ts";
import type { WatchedSandbox } from "./adapters/agents/excess.ts";
import { createBubblewrap } from "./adapters/sandbox/bubblewrap.ts";
import { noSandbox } from "./adapters/sandbox/none.ts";
import type { AgentSettings, OwnAgent } from "./agent-settings.ts";
import type { Policy } from "./core/policy.ts";

/** Every agent that may be named. */
export function adaptersOf(settings: AgentSettings): readonly AgentAdapter[] {
  const { claude, codex, own, anthropic, openai } = settings;
  return agentAdapters({
    claude: { ...commandOf(claude), hasKey: anthropic.key !== null },
    codex: { ...commandOf(codex), hasKey: openai.key !== null },
    commands: own.filter(({ kind }) => kind === "command").map(commandOptions),
    acp: own.filter(({ kind }) => kind === "acp").map(acpOptions),
  });
}

const commandOf = (program: string | null): { readonly command?: readonly string[] } =>
  program === null ? {} : { command: [program] };

function commandOptions(agent: OwnAgent): CommandOptions {
  const { name, command, resume } = agent;
  return {
    id: name,
    argv: command,
    prompt: command.includes("{brief-file}") ? "file" : "stdin",
    ...(resume === null ? {} : { resume }),
    ...modelsOf(agent),
  };
}

/** Of an agent that is known, only what the operator says is otherwise. */
function acpOptions(agent: OwnAgent): AcpOptions {
  const { unreachable: _, ...known } = acpPresets.find(({ id }) => id === agent.name) ?? {};
  return { ...known, id: agent.name, argv: agent.command, ...modelsOf(agent) };
}

function modelsOf({ provider, env }: OwnAgent): Pick<AcpOptions, "provider" | "env"> {
  const variables = env ?? (provider === null ? null : gatewayVariables[provider]);
  return {
    ...(provider === null ? {} : { provider }),
    ...(variables === null ? {} : { env: variables }),
  };
}

/** By which variables programs usually find a provider's API. */
const gatewayVariables = {
  anthropic: { ANTHROPIC_BASE_URL: "{gateway}", ANTHROPIC_AUTH_TOKEN: "{token}" },
  openai: { OPENAI_BASE_URL: "{gateway}/v1", OPENAI_API_KEY: "{token}" },
} as const;

/** What keeps agents from the machine; never anything weaker than what was asked for. */
export const sandboxOf = ({ sandbox }: Pick<Policy, "sandbox">): WatchedSandbox => {
  switch (sandbox) {
    case "bubblewrap":
      return createBubblewrap();
    case "none":
      return noSandbox;
  }
};

/** The sandbox where it can be used, and none elsewhere: only for the demo and for tests, whose issues nobody else writes. */
export async function usableSandbox(): Promise<{
  readonly sandbox: Policy["sandbox"];
  readonly fault: string | null;
}> {
  const fault = await sandboxFault(createBubblewrap());
  return { sandbox: fault === null ? "bubblewrap" : "none", fault };
}

/** Why no agent can be started in this sandbox; null when they can. */
export async function sandboxFault(sandbox: WatchedSandbox): Promise<string | null> {
  const tried = await sandbox.preflight();
  return tried.ok ? null : `the sandbox cannot be used: ${tried.why}`;
}

/** Agents of the list that cannot be started here, each with the reason and its cure. */
export async function unavailableAgents(
  names: readonly string[],
  adapters: readonly AgentAdapter[],
  fault: string | null,
): Promise<Readonly<{ [agent: string]: string }>> {
  const reasons: [string, string][] = [];
  for (const name of names) {
    const why = fault ?? (await agentFault(name, adapters));
    if (why !== null) reasons.push([name, why]);
  }
  return Object.fromEntries(reasons);
}

async function agentFault(name: string, adapters: readonly AgentAdapter[]): Promise<string | null> {
  const adapter = adapters.find(({ id }) => id === name);
  if (adapter === undefined) return "this version does not have it";
  const tried = await adapter.preflight();
  return tried.ok ? null : tried.why;
}
