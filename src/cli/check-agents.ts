/** What `doctor` looks at of agents: the sandbox, each agent that may be named, and the keys of their models. */
import type { AgentAdapter } from "../adapters/agents/adapter.ts";
import { adaptersOf, sandboxFault, sandboxOf } from "../local-agents.ts";
import type { MachineSettings } from "../settings.ts";
import { failed, ok, warning } from "./check.ts";
import type { Check } from "./check.ts";

/** Tries the sandbox for real. */
export async function checkSandbox({ policy }: MachineSettings): Promise<Check> {
  if (policy.sandbox === "none") {
    return warning(
      "sandbox",
      "none: agents run as this user and read all its files; only issues by people with write access are worked on",
      "set YARDMASTER_SANDBOX=bubblewrap",
    );
  }
  const fault = await sandboxFault(sandboxOf(policy));
  return fault === null
    ? ok("sandbox", "bubblewrap starts")
    : failed("sandbox", "no worker starts", fault);
}

/** Starts each agent far enough to know that it is there. */
export async function checkAgents({ agents, policy }: MachineSettings): Promise<readonly Check[]> {
  const adapters = adaptersOf(agents);
  const checks: Check[] = [];
  for (const name of policy.agents) {
    // Without the default agent most issues come to nothing; the others are for whoever asks for them.
    const bad = name === policy.agent ? failed : warning;
    checks.push(await checkAgent(name, adapters, bad));
  }
  return checks;
}

async function checkAgent(
  name: string,
  adapters: readonly AgentAdapter[],
  bad: typeof failed,
): Promise<Check> {
  const title = `agent ${name}`;
  const adapter = adapters.find(({ id }) => id === name);
  if (adapter === undefined)
    return bad(title, "this version does not have it", "name another agent");
  const tried = await adapter.preflight();
  return tried.ok ? ok(title, tried.version) : bad(title, "cannot be started", tried.why);
}

/** Whether there are keys for the providers that the agents need; a key itself is never shown. */
export function checkKeys({ agents, policy }: MachineSettings): readonly Check[] {
  const adapters = adaptersOf(agents);
  return (["anthropic", "openai"] as const).flatMap((provider) => {
    const users = policy.agents.filter(
      (name) => adapters.find(({ id }) => id === name)?.provider === provider,
    );
    if (users.length === 0) return [];
    const { key, url } = agents[provider];
    const where = url === null ? "" : `, at ${new URL(url).host}`;
    const variable = provider === "anthropic" ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY";
    return key === null
      ? [warning(`${provider} key`, `missing, needed by ${users.join(", ")}`, `set ${variable}`)]
      : [ok(`${provider} key`, `present${where}`)];
  });
}
