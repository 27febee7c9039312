/** Keeps two simulators from serving one data folder: the one that runs there says so in a file. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How long a simulator that may be alive has for an answer. */
const PATIENCE_MS = 2_000;

interface Claim {
  readonly pid: number;
  readonly url: string;
}

/** Claims a data folder for the simulator at an address, and returns what gives it free; throws when another one runs there. */
export async function claimFolder(dataFolder: string, url: string): Promise<() => void> {
  const file = join(dataFolder, "running.json");
  const release = (): void => {
    rmSync(file, { force: true });
  };
  if (wrote(file, { pid: process.pid, url })) return release;
  const other = read(file);
  if (other !== null && (await isAlive(other))) {
    const where = `at ${other.url}, as process ${other.pid}`;
    throw new Error(`the data folder ${dataFolder} is in use: a simulator serves it ${where}`);
  }
  // What is left of one that was killed.
  release();
  if (wrote(file, { pid: process.pid, url })) return release;
  throw new Error(`the data folder ${dataFolder} was taken by another simulator just now`);
}

function wrote(file: string, claim: Claim): boolean {
  try {
    writeFileSync(file, JSON.stringify(claim), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Null for a file that was not written to its end. */
function read(file: string): Claim | null {
  try {
    const { pid, url }: Partial<Claim> = JSON.parse(readFileSync(file, "utf8"));
    return typeof pid === "number" && typeof url === "string" ? { pid, url } : null;
  } catch {
    return null;
  }
}

/** Process ids and ports are used again, so both must fit. */
async function isAlive({ pid, url }: Claim): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
  }
  try {
    const answer = await fetch(`${url}/_sim/faults`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok;
  } catch (error) {
    // One that is still starting lets requests wait.
    return error instanceof Error && error.name === "TimeoutError";
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
