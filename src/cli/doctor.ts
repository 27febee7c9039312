/** `yardmaster doctor`: tries everything that the service needs, and says what to do about what fails. */
import { Command } from "commander";

import type { AppSettings, MachineSettings } from "../settings.ts";
import { failed, ok, skipped } from "./check.ts";
import type { Check } from "./check.ts";
import { settingsFile } from "./data-folder.ts";
import { table } from "./table.ts";
import { plainLine } from "./plain.ts";
import { print, printJson } from "./verb.ts";

/** The verb with its options. */
export const doctorCommand = (): Command =>
  new Command("doctor")
    .description(
      "check settings, machine, sandbox, agents and GitHub, and name the cure for each fault",
    )
    .option("--env-file <path>", "file with settings; real variables go before it", ".env")
    .option("--data <folder>", "data folder, in place of the one in the settings")
    .option("--offline", "ask nothing of GitHub")
    .option("--json", "print JSON and nothing else")
    .addHelpText("after", examples)
    .exitOverride()
    .action(doctor);

const examples = `
Leaves with 1 when something that is needed fails; warnings leave with 0.

Examples:
  $ yardmaster doctor
  $ yardmaster doctor --offline --json
  $ yardmaster doctor --env-file /etc/yardmaster.env`;

type Options = {
  readonly envFile: string;
  readonly data?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
};

async function doctor(options: Options): Promise<void> {
  const { readApp, readMachine } = await import("../settings.ts");
  const environment = {
    ...settingsFile(options.envFile),
    ...process.env,
    ...(options.data === undefined ? {} : { YARDMASTER_DATA: options.data }),
  };
  const app = readApp(environment);
  const machine = readMachine(environment);
  const checks = [
    ...settingsChecks([...(app.ok ? [] : app.faults), ...(machine.ok ? [] : machine.faults)]),
    ...(await machineChecks(machine.ok ? machine.settings : null)),
    ...(await githubChecks(
      app.ok ? app.settings : null,
      machine.ok ? machine.settings : null,
      options.offline === true,
    )),
  ];
  const isWell = checks.every(({ status }) => status !== "failed");
  if (options.json === true) printJson({ ok: isWell, checks });
  else report(checks);
  process.exitCode = isWell ? 0 : 1;
}

const settingsChecks = (faults: readonly string[]): readonly Check[] =>
  faults.length === 0
    ? [ok("settings", "complete")]
    : faults.map((fault) => {
        const [name = "", ...words] = fault.split(": ");
        return failed(`setting ${name}`, "wrong or missing", words.join(": "));
      });

async function machineChecks(settings: MachineSettings | null): Promise<readonly Check[]> {
  const { checkData, checkDatabase, checkGit, checkNode } = await import("./check-machine.ts");
  const programs = [checkNode(), await checkGit()];
  if (settings === null) return [...programs, skipped("machine", "its settings are at fault")];
  const { checkAgents, checkKeys, checkSandbox } = await import("./check-agents.ts");
  return [
    ...programs,
    await checkData(settings),
    await checkDatabase(settings),
    await checkSandbox(settings),
    ...(await checkAgents(settings)),
    ...checkKeys(settings),
  ];
}

async function githubChecks(
  app: AppSettings | null,
  machine: MachineSettings | null,
  isOffline: boolean,
): Promise<readonly Check[]> {
  if (isOffline) return [skipped("github", "not asked, as told")];
  if (app === null || machine === null) return [skipped("github", "the settings are at fault")];
  const { checkApp, checkClock } = await import("./check-github.ts");
  const clock = await checkClock(app.apiUrl);
  // Who cannot be reached cannot say who we are.
  return clock.name === "github" ? [clock] : [clock, await checkApp({ ...app, ...machine })];
}

function report(checks: readonly Check[]): void {
  print(table(["", "CHECK", "FOUND"], checks.map(row)));
  const cures = checks.filter(({ cure }) => cure !== null);
  for (const { name, status, cure } of cures) {
    print(`\n${marks[status]} ${name}: ${plainLine(cure ?? "")}`);
  }
}

const row = ({ status, name, says }: Check): readonly string[] => [marks[status], name, says];

const marks = { ok: "ok", warning: "warn", failed: "FAIL", skipped: "skip" } as const;
