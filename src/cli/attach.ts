/** `yardmaster attach`: how to go on with a Worker's session by hand. */
import type { Command } from "commander";

import { dataFolder, settingsFile } from "./data-folder.ts";
import { CliFault } from "./fault.ts";
import { print, printJson, referenceHelp, serviceVerb } from "./verb.ts";
import type { ServiceOptions } from "./verb.ts";

/** The verb with its options. */
export const attachCommand = (): Command =>
  serviceVerb("attach", "print the command that goes on with a worker's session by hand", [
    "attach 12",
    "attach acme/rocket#12 --json",
  ])
    .argument("<ref>", referenceHelp)
    .action(attach);

async function attach(reference: string, options: ServiceOptions): Promise<void> {
  const { askService, assignmentPath } = await import("./service.ts");
  const { AssignmentView } = await import("../http/control-shapes.ts");
  const { sessionOf } = await import("./session.ts");
  const { resumeCommand } = await import("./resume-command.ts");
  const root = dataFolder(options.data);
  const order = { method: "GET", path: assignmentPath(reference) } as const;
  const view = await askService(root, order, AssignmentView);
  const { agent, worktree_path: worktree, home_path: home } = view;
  const name = view.task_id ?? reference;
  const id = await sessionOf(root, view);
  if (id === null || agent === null || worktree === null || home === null) {
    throw new CliFault(`${name} has no session yet.`);
  }
  const command = resumeCommand({ agent, id, worktree, home, program: await programOf(agent) });
  if (command === null) {
    throw new CliFault(`Sessions of the agent ${agent} cannot be gone on with by hand; use send.`);
  }
  if (options.json === true) {
    printJson({
      task_id: view.task_id,
      session_id: id,
      worktree_path: worktree,
      resume_command: command,
    });
    return;
  }
  print(command);
  if (view.is_running) warn(`The worker of ${name} is running: wait for its end first.`);
  warn(
    "This runs the agent as you, without sandbox and gateway, in files that an agent has written.",
  );
}

const warn = (text: string): void => void process.stderr.write(`${text}\n`);

/** The program that the service would start, where that was configured. */
async function programOf(agent: string): Promise<string | null> {
  const { readMachine } = await import("../settings.ts");
  const machine = readMachine({ ...settingsFile(".env"), ...process.env });
  if (!machine.ok) return null;
  const { agents } = machine.settings;
  if (agent === "claude") return agents.claude;
  if (agent === "codex") return agents.codex;
  const [program] = agents.own.find(({ name }) => name === agent)?.command ?? [];
  return typeof program === "string" ? program : null;
}
