/** Any program as an agent, by the operator's own command. */
import type { AgentAdapter, Environment, Plan, Preflight, Provider, RunSpec } from "./adapter.ts";
import { commandParser } from "./command-parser.ts";
import { foundProgram, located, outsideSystem } from "./programs.ts";
import {
  filledArguments,
  filledVariables,
  ownWords,
  strangePlaceholders,
  type Part,
} from "./template.ts";

/** How the program is started. */
export type CommandOptions = {
  /** The name by which it is asked for. */
  readonly id: string;
  /** Program and arguments; `{model}`, `{turns}`, `{session}`, `{brief-file}` and `{gateway}` may stand for whole ones. */
  readonly argv: readonly Part[];
  /** `file`: the brief is where `{brief-file}` says. It is on standard input in both cases. */
  readonly prompt: "stdin" | "file";
  /** The command that goes on with `{session}`; without it every run begins anew. */
  readonly resume?: readonly Part[];
  /** The provider whose models it talks to through the gateway; none when absent. */
  readonly provider?: Provider;
  /** Its variables, in which `{gateway}`, `{token}` and `{model}` may stand anywhere. */
  readonly env?: Environment;
  /** Absolute paths that it reads, beside its own program and what its arguments name. */
  readonly readable?: readonly string[];
};

/** The agent of that command. */
export function commandAgent(options: CommandOptions): AgentAdapter {
  const canResume = options.resume !== undefined;
  return {
    id: options.id,
    caps: { resume: canResume, maxTurns: false, budget: false, cost: false },
    provider: options.provider ?? null,
    preflight: () => Promise.resolve(preflight(options)),
    plan: (run) => plan(options, run),
    parser: (session) => commandParser(canResume ? (session?.id ?? null) : null),
  };
}

function plan({ argv, resume, env = {}, readable = [] }: CommandOptions, run: RunSpec): Plan {
  const parts = run.session.isResumed ? (resume ?? argv) : argv;
  const command = located(filledArguments(parts, run), ownWords(parts));
  return {
    argv: command.argv,
    env: filledVariables(env, run),
    stdin: run.brief,
    programs: outsideSystem([...command.programs, ...readable]),
    homeFiles: {},
  };
}

function preflight({ id, argv, prompt, resume = [] }: CommandOptions): Preflight {
  const parts = [...argv, ...resume];
  const [strange] = strangePlaceholders(parts);
  if (strange !== undefined) {
    return wrong(id, `has the placeholder \`${strange}\`, which does not exist`);
  }
  if (prompt === "file" && !argv.flat().includes("{brief-file}")) {
    return wrong(id, "takes the brief from a file but does not name `{brief-file}`");
  }
  const program = argv.flat()[0] ?? "";
  if (foundProgram(program) === null) {
    return {
      ok: false,
      why: `The agent \`${id}\` is not installed: there is no program \`${program}\`. Install it, or correct the command of this agent.`,
    };
  }
  return { ok: true, version: "unknown" };
}

const wrong = (id: string, what: string): Preflight => ({
  ok: false,
  why: `The command of the agent \`${id}\` ${what}. Correct it in the settings.`,
});
