/** Agents that are known to speak the Agent Client Protocol, with what leads each of them to the gateway. */
import type { AcpOptions } from "./acp.ts";

/** GitHub Copilot CLI with a provider of one's own: https://docs.github.com/copilot/how-tos/copilot-cli/customize-copilot/use-byok-models */
const copilot: AcpOptions = {
  id: "copilot",
  argv: ["copilot", "--acp"],
  provider: "anthropic",
  env: {
    COPILOT_PROVIDER_TYPE: "anthropic",
    COPILOT_PROVIDER_BASE_URL: "{gateway}",
    COPILOT_PROVIDER_API_KEY: "{token}",
    COPILOT_MODEL: "{model}",
    COPILOT_OFFLINE: "true",
  },
  install: "Install it with `npm install --global @github/copilot`",
};

/** OpenCode, by a configuration that goes before the repository's own: https://opencode.ai/docs/config */
const opencode: AcpOptions = {
  id: "opencode",
  argv: ["opencode", "acp"],
  provider: "anthropic",
  env: {
    OPENCODE_CONFIG_CONTENT:
      '{"autoupdate":false,"share":"disabled","provider":{"anthropic":{"options":{"baseURL":"{gateway}/v1"}}}}',
    ANTHROPIC_API_KEY: "{token}",
    OPENCODE_DISABLE_AUTOUPDATE: "true",
  },
  install: "Install it with `npm install --global opencode-ai`",
};

/** Goose: https://block.github.io/goose/docs/guides/environment-variables */
const goose: AcpOptions = {
  id: "goose",
  argv: ["goose", "acp"],
  provider: "anthropic",
  env: {
    GOOSE_PROVIDER: "anthropic",
    GOOSE_MODEL: "{model}",
    GOOSE_MODE: "auto",
    GOOSE_DISABLE_KEYRING: "true",
    ANTHROPIC_HOST: "{gateway}",
    ANTHROPIC_API_KEY: "{token}",
  },
  install: "Install it from https://block.github.io/goose",
};

/** Gemini CLI, which an operator can lead to an endpoint of their own by an agent of this name. */
const gemini: AcpOptions = {
  id: "gemini",
  argv: ["gemini", ["--model", "{model}"], "--acp"],
  unreachable:
    "Gemini CLI speaks Google's API, which the gateway does not. Define an agent `gemini` whose variables lead to an endpoint that it can reach, or use another agent.",
};

/** All of them; an operator's own agent by one of these names takes its place. */
export const acpPresets: readonly AcpOptions[] = [gemini, copilot, opencode, goose];
