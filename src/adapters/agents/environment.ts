/** What an agent sees of our environment: an allow-list, because the rest holds the service's secrets. */
import type { Environment } from "./adapter.ts";

/** The variable by which every process of a run is known, even after it has left its parent. */
export const runVariable = "YARDMASTER_RUN";

/** The environment of one run; `added` are the adapter's variables, `home` and `mark` always win. */
export function agentEnvironment(run: {
  readonly own: NodeJS.ProcessEnv;
  readonly added: Environment;
  readonly home: string;
  readonly mark: string;
}): Environment {
  const kept = Object.entries(run.own).flatMap(([name, value]) =>
    value !== undefined && isAllowed(name) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(kept),
    ...unattended,
    ...run.added,
    HOME: run.home,
    [runVariable]: run.mark,
  };
}

const allowed = new Set(["PATH", "USER", "LANG", "SHELL", "TERM", "TMPDIR"]);
const isAllowed = (name: string): boolean => allowed.has(name) || name.startsWith("LC_");

/** Without these, git waits for a person at a password prompt or in an editor until the deadline. */
const unattended: Environment = { GIT_TERMINAL_PROMPT: "0", GIT_EDITOR: "true" };
