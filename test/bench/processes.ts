/** What processes occupy, as the system tells it. */
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Resident memory of one process. */
export async function residentBytes(pid: number): Promise<number> {
  if (process.platform !== "linux") {
    const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
    return Number(stdout.trim()) * 1024;
  }
  return kilobytes(await readFile(`/proc/${pid}/status`, "utf8"), "VmRSS:") * 1024;
}

/**
 * Memory of a process and its children with shared pages counted once (PSS), for PostgreSQL's processes share most of
 * theirs; null where the system does not tell.
 */
export async function proportionalBytes(parent: number): Promise<number | null> {
  if (process.platform !== "linux") return null;
  let bytes = 0;
  for (const pid of [parent, ...(await childrenOf(parent))]) {
    // A connection's process may end meanwhile.
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    bytes += kilobytes(rollup, "Pss:") * 1024;
  }
  return bytes;
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      // The second field is the program's name and may itself hold brackets and spaces.
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] === String(parent) ? [pid] : [];
    }),
  );
  return found.flat();
}

function kilobytes(text: string, field: string): number {
  const line = text.split("\n").find((one) => one.startsWith(field));
  return line === undefined ? 0 : Number.parseInt(line.slice(field.length).trim(), 10);
}
