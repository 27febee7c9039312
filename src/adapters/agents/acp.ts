/** Any agent that speaks the Agent Client Protocol, by a driver that runs beside it: https://agentclientprotocol.com */
import type { AcpOrder } from "./acp-lines.ts";
import { acpParser } from "./acp-parser.ts";
import type { AgentAdapter, Environment, Plan, Preflight, Provider, RunSpec } from "./adapter.ts";
import { ownProgram } from "./own-program.ts";
import { foundProgram, located, outsideSystem } from "./programs.ts";
import {
  filledArguments,
  filledVariables,
  ownWords,
  strangePlaceholders,
  type Part,
} from "./template.ts";

/** How the agent is started. */
export type AcpOptions = {
  /** The name by which it is asked for. */
  readonly id: string;
  /** Program and arguments; `{model}`, `{turns}`, `{session}` and `{gateway}` may stand for whole ones. */
  readonly argv: readonly Part[];
  /** The provider whose models it talks to through the gateway; none when absent. */
  readonly provider?: Provider;
  /** Its variables, in which `{gateway}`, `{token}` and `{model}` may stand anywhere. Without `{model}` here or above, the protocol chooses. */
  readonly env?: Environment;
  /** Mode to set, by the agent's own name for it; permissions are given in any mode. */
  readonly mode?: string;
  /** Way to log in, by the agent's own name for it. */
  readonly login?: string;
  /** Absolute paths that it reads, beside its own program and what its arguments name. */
  readonly readable?: readonly string[];
  /** How to get it, as the beginning of a sentence. */
  readonly install?: string;
  /** Why no model can be reached, as a whole sentence; it can when absent. */
  readonly unreachable?: string;
};

/** The agent of that command. */
export function acpAgent(options: AcpOptions): AgentAdapter {
  return {
    id: options.id,
    caps: { resume: true, maxTurns: false, budget: false, cost: false },
    provider: options.provider ?? null,
    preflight: () => Promise.resolve(preflight(options)),
    plan: (run) => plan(options, run),
    parser: acpParser,
  };
}

const driver = ownProgram("acp-driver", ["@agentclientprotocol/sdk", "zod"]);

function plan(options: AcpOptions, run: RunSpec): Plan {
  const { env = {}, mode = null, login = null, readable = [] } = options;
  const agent = located(filledArguments(options.argv, run), ownWords(options.argv));
  const order: AcpOrder = {
    argv: [...agent.argv],
    prompt: run.brief,
    session: run.session.isResumed ? run.session.id : null,
    model: takesModel(options) ? null : run.model,
    mode,
    login,
  };
  return {
    argv: driver.argv,
    env: filledVariables(env, run),
    stdin: JSON.stringify(order),
    programs: outsideSystem([...driver.programs, ...agent.programs, ...readable]),
    homeFiles: {},
  };
}

/** Whether the model is named where the agent is started. */
const takesModel = ({ argv, env = {} }: AcpOptions): boolean =>
  argv.flat().includes("{model}") || Object.values(env).some((text) => text.includes("{model}"));

function preflight({ id, argv, install = "Install it", unreachable }: AcpOptions): Preflight {
  if (unreachable !== undefined) return { ok: false, why: unreachable };
  const [strange] = strangePlaceholders(argv);
  if (strange !== undefined) {
    return {
      ok: false,
      why: `The command of the agent \`${id}\` has the placeholder \`${strange}\`, which does not exist. Correct it in the settings.`,
    };
  }
  const program = argv.flat()[0] ?? "";
  if (foundProgram(program) === null) {
    return {
      ok: false,
      why: `The agent \`${id}\` is not installed: there is no program \`${program}\`. ${install}, or use the agent \`scripted\`.`,
    };
  }
  return { ok: true, version: "unknown" };
}
