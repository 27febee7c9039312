/** Keeps two calls of this machine from applying one plan at once: both would find no issue of a task, and open it twice. */
import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { livingProcess } from "../adapters/agents/system-processes.ts";
import { CliFault } from "./fault.ts";
import { plainLine } from "./plain.ts";

/** Whose plan, and where it is applied. */
type Held = { readonly session: string; readonly owner: string; readonly name: string };

/** A process, told from a later one with its number. */
const Holder = z.object({ pid: z.number(), startTime: z.string() });
type Holder = z.infer<typeof Holder>;

/** Acts while nobody else here applies the plan; throws CliFault when somebody does. */
export async function whileLocked<Answer>(
  dataFolder: string,
  held: Held,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const { session, owner, name } = held;
  const digest = createHash("sha256").update(`${owner}/${name}/${session}`.toLowerCase());
  const file = join(dataFolder, "plans", `${digest.digest("hex")}.lock`);
  take(file, held);
  try {
    return await act();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string, { session, owner, name }: Held): void {
  mkdirSync(dirname(file), { recursive: true });
  if (wrote(file)) return;
  const holder = read(file);
  if (holder === null || livingProcess(holder.pid)?.startTime !== holder.startTime) {
    // What is left of a call that was killed.
    rmSync(file, { force: true });
    if (wrote(file)) return;
  }
  const by = holder === null ? "another call" : `process ${holder.pid}`;
  throw new CliFault(
    `The plan ${plainLine(session)} is being applied to ${owner}/${name} by ${by}. Nothing was written; apply it again when that has ended.`,
  );
}

/** Makes the file with us in it; false when it is there. */
function wrote(file: string): boolean {
  const { pid } = process;
  const holder: Holder = { pid, startTime: livingProcess(pid)?.startTime ?? "" };
  const own = `${file}.${pid}`;
  writeFileSync(own, JSON.stringify(holder), { mode: 0o600 });
  try {
    // It is there whole or not at all: half of it would pass for one that a dead call has left.
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Null for a file that is not ours, or is gone. */
function read(file: string): Holder | null {
  try {
    return Holder.safeParse(JSON.parse(readFileSync(file, "utf8"))).data ?? null;
  } catch {
    return null;
  }
}
