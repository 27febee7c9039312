/** Begins a run: what the agent is told, what it finds in its environment, what it may see, and then its process. */
import { randomBytes, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { WorkerOrder } from "../../core/effect.ts";
import { millis } from "../../core/ids.ts";
import type { Workplace } from "../../ports.ts";
import type { Box, BoxedCommand } from "../sandbox/box.ts";
import { SandboxFault } from "../sandbox/fault.ts";
import type { AgentAdapter, Environment, Plan, RunSpec } from "./adapter.ts";
import type { AgentsOptions } from "./agents.ts";
import { briefText } from "./brief-text.ts";
import type { Doors } from "./doors.ts";
import { agentEnvironment, namedVariables, worktreeVariables } from "./environment.ts";
import { AgentFault, codeOf } from "./fault.ts";
import { writeHomeFiles } from "./home-files.ts";
import { launch } from "./launch.ts";
import { leasePorts } from "./ports.ts";
import {
  createPrivateFolder,
  runFolder,
  runsOf,
  type RunFolder,
  type RunRecord,
} from "./run-folder.ts";

/** One run of one Worker. */
export type Start = {
  readonly adapter: AgentAdapter;
  readonly order: WorkerOrder;
  readonly workplace: Workplace;
  readonly folder: RunFolder;
};

/** Starts the agent in a session; its doors are open already. Throws AgentFault. */
export async function beginRun(
  options: AgentsOptions,
  start: Start,
  doors: Doors,
  session: RunSpec["session"],
): Promise<RunRecord> {
  const { root, clock, sandbox } = options;
  const { adapter, order, workplace, folder } = start;
  await makeFolders(start);
  const plan = adapter.plan({
    brief: await briefFor(root, start, session),
    model: order.model,
    turns: order.limits.turns,
    gateway: doors.models?.address ?? null,
    session,
    isRoot: sandbox.name === "none" && process.getuid?.() === 0,
  });
  await writeHomeFiles(workplace.home, plan.homeFiles);
  // Worker ids are unique in one repository of one service only.
  const mark = `${order.worker}/${randomUUID()}`;
  const startedAt = clock.now();
  const command = await boxed(options, start, plan, { doors, mark });
  return launch({
    folder,
    worktree: workplace.worktree,
    command,
    stdin: plan.stdin,
    record: {
      agent: adapter.id,
      worktree: workplace.worktree,
      session: session.id,
      isResumed: session.isResumed,
      mark,
      gateway: doors.models?.address ?? null,
      startedAt,
      deadline: millis(startedAt + order.limits.wallClockMs),
    },
  });
}

async function makeFolders({ workplace, folder }: Start): Promise<void> {
  try {
    for (const path of [workplace.home, folder.path, folder.box]) await createPrivateFolder(path);
  } catch (error) {
    throw new AgentFault("folder", `a run's folders cannot be made: ${codeOf(error)}`, error);
  }
}

/** The rendered brief, also kept for a later run that has to begin without its session. */
async function briefFor(
  root: string,
  { order, folder }: Start,
  session: RunSpec["session"],
): Promise<string> {
  const brief = briefText(order.brief, () => randomBytes(8).toString("hex"));
  await writeFile(folder.brief, brief, { mode: 0o600 });
  if (session.isResumed || order.run === 1) return brief;
  const earlier = await earlierBriefs(root, order);
  return earlier.length === 0 ? brief : [...earlier, lostSession, brief].join("\n\n");
}

async function earlierBriefs(root: string, order: WorkerOrder): Promise<readonly string[]> {
  const { repository, worker, run } = order;
  const own = runFolder(root, { repository: repository.id, worker, run }).path;
  const folders = await runsOf(root, repository.id, worker);
  const earlier = folders.slice(
    0,
    folders.findIndex(({ path }) => path === own),
  );
  const texts = await Promise.all(
    earlier.map(({ brief }) => readFile(brief, "utf8").catch(() => "")),
  );
  return texts.filter((text) => text !== "");
}

const lostSession = [
  "# Since then",
  "",
  "You have worked on this before, but that conversation is not there any more. What was done is in the worktree:",
  "look at its commits and changes first. What follows came after that.",
].join("\n");

async function boxed(
  { root, sandbox, boxLimits, ...options }: AgentsOptions,
  { order, workplace, folder }: Start,
  plan: Plan,
  run: { readonly doors: Doors; readonly mark: string },
): Promise<BoxedCommand> {
  const { worktree, home, objects } = workplace;
  const { doors, mark } = run;
  const places = placesFor(order.task, workplace);
  const environment: Environment = agentEnvironment({
    own: process.env,
    named: namedVariables(options.agentVariables, order.variables),
    added: plan.env,
    run: { ...doors.variables, ...worktreeVariables(order, await leasePorts(root, worktree)) },
    home,
    mark,
    boxedProgram: sandbox.name === "none" ? null : (plan.argv[0] ?? ""),
  });
  const box: Box = {
    name: folder.name,
    writable: [...places.writable, home],
    readable: [
      objects,
      ...places.readable,
      ...plan.programs,
      ...(doors.bridges.length === 0 ? [] : [folder.doors]),
    ],
    workingFolder: worktree,
    environment,
    bridges: doors.bridges,
    limits: boxLimits,
  };
  try {
    return await sandbox.wrap(plan.argv, box, folder.box);
  } catch (error) {
    const why = error instanceof SandboxFault ? error.message : codeOf(error);
    throw new AgentFault("sandbox", `the agent's sandbox cannot be made: ${why}`, error);
  }
}

/** Who only looks can change nothing. */
function placesFor(
  task: WorkerOrder["task"],
  { worktree, repository }: Workplace,
): Pick<Box, "writable" | "readable"> {
  switch (task) {
    case "implement":
    case "rebase":
    case "fix":
    case "revise":
      return { writable: [worktree, repository], readable: [] };
    case "research":
    case "review":
      return { writable: [], readable: [worktree, repository] };
  }
}
