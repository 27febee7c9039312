/** What an agent sees of our environment: an allow-list, because the rest holds the service's secrets. */
import { dirname } from "node:path";
import type { AttemptAddress } from "../../core/effect.ts";
import type { Environment } from "./adapter.ts";
import { portCount } from "./ports.ts";

/** The variable by which every process of a run is known, even after it has left its parent. */
export const runVariable = "YARDMASTER_RUN";

/** Where the variables of one run come from. */
export type RunVariables = {
  /** Our own environment. */
  readonly own: NodeJS.ProcessEnv;
  /** What the operator gave for agents and the repository's file asks for. */
  readonly named: Environment;
  /** The adapter's. */
  readonly added: Environment;
  /** Ours: they always win. */
  readonly run: Environment;
  readonly home: string;
  readonly mark: string;
  /** The agent's program, where it will run in a sandbox, which has none of our other folders; null without one. */
  readonly boxedProgram: string | null;
};

/** The environment of one run. */
export function agentEnvironment(from: RunVariables): Environment {
  const { own, named, added, run, home, mark, boxedProgram } = from;
  const kept = Object.entries(own).flatMap(([name, value]) =>
    value !== undefined && isAllowed(name) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(kept),
    ...unattended,
    ...named,
    ...added,
    ...(boxedProgram === null ? {} : { PATH: boxedPath(boxedProgram), TMPDIR: "/tmp" }),
    ...run,
    HOME: home,
    [runVariable]: mark,
  };
}

/** Those of the operator's variables for agents that a repository's file names. */
export function namedVariables(given: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** What keeps worktrees of one machine apart: ports, and names for databases and for projects of Docker Compose. */
export function worktreeVariables(
  {
    repository,
    issueNumber,
    attempt,
  }: Pick<AttemptAddress, "repository" | "issueNumber" | "attempt">,
  portBase: number,
): Environment {
  const parts = ["yardmaster", repository.id, issueNumber, attempt];
  return {
    YARDMASTER_PORT_BASE: String(portBase),
    YARDMASTER_PORT_COUNT: String(portCount),
    YARDMASTER_DATABASE: parts.join("_"),
    COMPOSE_PROJECT_NAME: parts.join("-"),
  };
}

const allowed = new Set(["PATH", "USER", "LANG", "SHELL", "TERM", "TMPDIR"]);
const isAllowed = (name: string): boolean => allowed.has(name) || name.startsWith("LC_");

/** Without these, git waits for a person at a password prompt or in an editor until the deadline. */
const unattended: Environment = { GIT_TERMINAL_PROMPT: "0", GIT_EDITOR: "true" };

function boxedPath(program: string): string {
  const system = ["/usr/local/bin", "/usr/bin", "/bin"];
  const folder = dirname(program);
  return (folder.startsWith("/") ? [...new Set([...system, folder])] : system).join(":");
}
