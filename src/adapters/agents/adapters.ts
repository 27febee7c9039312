/** Every kind of agent that this service knows, by the operator's settings. */
import type { AgentAdapter } from "./adapter.ts";
import { claudeAgent, type ClaudeOptions } from "./claude.ts";
import { scriptedAgent } from "./scripted.ts";

/** How agents are started; what is absent is started as it comes. */
export type AdapterOptions = {
  readonly claude?: ClaudeOptions;
};

/** The agents, each under a name of its own. */
export function agentAdapters(options: AdapterOptions): readonly AgentAdapter[] {
  return [scriptedAgent, claudeAgent(options.claude ?? { hasKey: false })];
}
