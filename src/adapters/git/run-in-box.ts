/** A command of ours in a sandbox from its start to the end of everything that it started. */
import type { Box, BoxedCommand, Sandbox } from "../sandbox/box.ts";
import type { BoxEnding } from "./box-here.ts";
import type { CollectOrder } from "./collect.ts";
import { GitFault } from "./fault.ts";
import type { HandsEnding } from "./hands-in-box.ts";
import { launched } from "./launcher.ts";

/** What is to be run. */
export type BoxRun = {
  readonly command: readonly string[];
  readonly box: Box;
  /** Folder that only we can enter, for what the sandbox itself needs. */
  readonly folder: string;
  readonly limitMs: number;
};

/** Runs it; when this settles, nothing of it is left. Throws GitFault when the sandbox cannot be had. */
export const runInBox = (
  sandbox: Sandbox,
  { input, ...run }: BoxRun & { readonly input: string },
): Promise<BoxEnding> =>
  inBox(sandbox, run, (box) => launched({ kind: "box", box: { ...box, input } }, null));

/** The same for hands in a sandbox. */
export const collectInBox = (
  sandbox: Sandbox,
  { order, ...run }: BoxRun & { readonly order: CollectOrder },
): Promise<HandsEnding> =>
  inBox(sandbox, run, (box) => launched({ kind: "hands", hands: { box, order } }, null));

async function inBox<Ending>(
  sandbox: Sandbox,
  { command, box, folder, limitMs }: BoxRun,
  launch: (box: BoxedCommand & { readonly limitMs: number }) => Promise<Ending>,
): Promise<Ending> {
  const boxed = await sandbox.wrap(command, box, folder).catch(unusable);
  try {
    return await launch({ ...boxed, limitMs });
  } finally {
    await sandbox.end(box.name);
  }
}

function unusable(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new GitFault("unexpected", `the work cannot be collected in a sandbox: ${why}`, cause);
}
