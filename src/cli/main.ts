#!/usr/bin/env node
/** The command line: one verb per file, here only tied together. */
import { Command, CommanderError } from "commander";

import { version } from "../version.ts";
import { demoCommand } from "./demo.ts";
import { serveCommand } from "./serve.ts";
import { simulateCommand } from "./simulate.ts";

const program = new Command("yardmaster")
  .description("Turns ready issues into merged pull requests, with coding agents in git worktrees.")
  .version(version(), "--version", "print the version")
  .helpOption("--help", "print help")
  .showHelpAfterError("(yardmaster --help lists the commands)")
  .exitOverride()
  .addCommand(serveCommand())
  .addCommand(simulateCommand())
  .addCommand(demoCommand());

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
