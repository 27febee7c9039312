/** Agents that talk to Anthropic's models: our own small one everywhere, and Claude Code where it is installed. */
import { modelAgent } from "./model-agent.ts";
import { realClaude } from "./real-agents.ts";

/** One of them, as a service in a test is told of it. */
export type ModelAgent = {
  readonly name: string;
  /** Why it cannot be tested here, with the cure; false where it can. */
  readonly skip: string | false;
  readonly settings: () => Promise<Readonly<Record<string, string>>>;
};

export const smallAgent: ModelAgent = {
  name: "a small agent",
  skip: false,
  settings: () => Promise.resolve(modelAgent),
};

export const claudeCode: ModelAgent = {
  name: "Claude Code",
  skip: realClaude.skip,
  settings: async () => ({
    YARDMASTER_AGENT: "claude",
    YARDMASTER_CLAUDE: await realClaude.program(),
  }),
};

/** Key of the operator, which only the scripted model may ever see. */
export const realKey = "canary-real-key-of-the-operator-41c7";
