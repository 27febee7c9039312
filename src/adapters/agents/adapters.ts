/** Every kind of agent that this service knows, by the operator's settings. */
import { acpAgent, type AcpOptions } from "./acp.ts";
import { acpPresets } from "./acp-presets.ts";
import type { AgentAdapter } from "./adapter.ts";
import { claudeAgent, type ClaudeOptions } from "./claude.ts";
import { codexAgent, type CodexOptions } from "./codex.ts";
import { commandAgent, type CommandOptions } from "./command.ts";
import { scriptedAgent } from "./scripted.ts";

/** How agents are started; what is absent is started as it comes. */
export type AdapterOptions = {
  readonly claude?: ClaudeOptions;
  readonly codex?: CodexOptions;
  readonly commands?: readonly CommandOptions[];
  readonly acp?: readonly AcpOptions[];
};

/** The agents, each under a name of its own. */
export function agentAdapters(options: AdapterOptions): readonly AgentAdapter[] {
  const {
    claude = { hasKey: false },
    codex = { hasKey: false },
    commands = [],
    acp = [],
  } = options;
  const all = [
    scriptedAgent,
    claudeAgent(claude),
    codexAgent(codex),
    ...[...acpPresets, ...acp].map(acpAgent),
    ...commands.map(commandAgent),
  ];
  // Of two agents by one name, the operator's own is meant.
  return [...new Map(all.map((agent) => [agent.id, agent])).values()];
}
