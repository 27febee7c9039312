/** A command of ours in a sandbox from its start to the end of everything that it started. */
import type { Box, Sandbox } from "../sandbox/box.ts";
import type { BoxEnding } from "./box-here.ts";
import { GitFault } from "./fault.ts";
import { launched } from "./launcher.ts";

/** What is to be run, and what it reads. */
export type BoxRun = {
  readonly command: readonly string[];
  readonly box: Box;
  /** Folder that only we can enter, for what the sandbox itself needs. */
  readonly folder: string;
  readonly input: string;
  readonly limitMs: number;
};

/** Runs it; when this settles, nothing of it is left. Throws GitFault when the sandbox cannot be had. */
export async function runInBox(sandbox: Sandbox, run: BoxRun): Promise<BoxEnding> {
  const boxed = await sandbox.wrap(run.command, run.box, run.folder).catch(unusable);
  const { input, limitMs } = run;
  try {
    return await launched({ kind: "box", box: { ...boxed, input, limitMs } }, null);
  } finally {
    await sandbox.end(run.box.name);
  }
}

function unusable(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new GitFault("unexpected", `the work cannot be collected in a sandbox: ${why}`, cause);
}
