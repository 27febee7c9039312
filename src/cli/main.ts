#!/usr/bin/env node
/** The command line: one verb per file, here only tied together. A verb's file imports at its top what its help needs, and in its action all the rest, so that each run loads only its own. */
import { Command, CommanderError } from "commander";

import { version } from "../version.ts";
import { attachCommand } from "./attach.ts";
import { broadcastCommand } from "./broadcast.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { CliFault, usageExit } from "./fault.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list.ts";
import { logsCommand } from "./logs.ts";
import { planCommand } from "./plan.ts";
import { sendCommand } from "./send.ts";
import { serveCommand } from "./serve.ts";
import { simulateCommand } from "./simulate.ts";
import { spendingCommand } from "./spending.ts";
import { statusCommand } from "./status.ts";
import { waitCommand } from "./wait.ts";

const program = new Command("yardmaster")
  .description("Turns ready issues into merged pull requests, with coding agents in git worktrees.")
  .version(version(), "--version", "print the version")
  .helpOption("--help", "print help")
  .showHelpAfterError("(yardmaster --help lists the commands)")
  .exitOverride()
  .addCommand(serveCommand())
  .addCommand(doctorCommand())
  .addCommand(listCommand())
  .addCommand(statusCommand())
  .addCommand(logsCommand())
  .addCommand(waitCommand())
  .addCommand(sendCommand())
  .addCommand(broadcastCommand())
  .addCommand(planCommand())
  .addCommand(importCommand())
  .addCommand(attachCommand())
  .addCommand(spendingCommand())
  .addCommand(simulateCommand())
  .addCommand(demoCommand());

// Whoever read our output, such as `head`, has read enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : usageExit;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof CliFault ? error.exitCode : 1;
  }
}
