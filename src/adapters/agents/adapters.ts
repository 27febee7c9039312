/** Every kind of agent that this service knows, by the operator's settings. */
import type { AgentAdapter } from "./adapter.ts";
import { claudeAgent, type ClaudeOptions } from "./claude.ts";
import { codexAgent, type CodexOptions } from "./codex.ts";
import { scriptedAgent } from "./scripted.ts";

/** How agents are started; what is absent is started as it comes. */
export type AdapterOptions = {
  readonly claude?: ClaudeOptions;
  readonly codex?: CodexOptions;
};

/** The agents, each under a name of its own. */
export function agentAdapters(options: AdapterOptions): readonly AgentAdapter[] {
  const { claude = { hasKey: false }, codex = { hasKey: false } } = options;
  return [scriptedAgent, claudeAgent(claude), codexAgent(codex)];
}
