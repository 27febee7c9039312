/** What the service has on disk and which agents live, as tests look at it from outside. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** An agent that has not come so far by then has stopped. */
const patienceMs = 60_000;

/** Folders of worktrees that exist, as `<issue>` and `<issue>/<name>`. */
export async function worktreesIn(dataFolder: string): Promise<readonly string[]> {
  const entries = await readdir(`${dataFolder}/repositories`, { recursive: true }).catch(() => []);
  return entries
    .map((entry) => entry.split("/"))
    .filter((parts) => parts[1] === "issues" && (parts.length === 3 || parts.length === 4))
    .map((parts) => parts.slice(2).join("/"))
    .toSorted();
}

/** A file in the work that was saved of an issue's first attempt; null when it is not there. */
export async function savedFile(
  dataFolder: string,
  number: number,
  path: string,
): Promise<string | null> {
  const [repository = ""] = await readdir(`${dataFolder}/repositories`);
  const mirror = `${dataFolder}/repositories/${repository}/mirror.git`;
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run("git", ["--git-dir", mirror, ...args])).stdout;
  const [ref = ""] = (
    await git("for-each-ref", "--format=%(refname)", `refs/yardmaster/saved/${number}/1/`)
  ).split("\n");
  return git("show", `${ref}:${path}`).catch(() => null);
}

/** The agent is another program, and its output file is all that tells of it. */
export async function stepBegun(dataFolder: string, number: number, name: string): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const entries = await readdir(`${dataFolder}/runs`, { recursive: true }).catch(() => []);
    const file = entries.find(
      (entry) => entry.includes(`-${number}/`) && entry.endsWith("/events.jsonl"),
    );
    const events = file === undefined ? "" : await readFile(`${dataFolder}/runs/${file}`, "utf8");
    if (events.includes(`"name":"${name}"`)) return;
    if (Date.now() > giveUpAt)
      throw new Error(`the agent of #${number} did not come to ${name}: ${events}`);
    await setTimeout(10);
  }
}

/** Agents have their home in the data folder, whatever else they leave behind. */
export async function agentsOf(dataFolder: string, number?: number): Promise<readonly number[]> {
  const found = await Promise.all(
    (await pids()).map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      const home = environment.split("\0").find((entry) => entry.startsWith(`HOME=${dataFolder}/`));
      const isMeant = number === undefined || home?.endsWith(`/issues/${number}/home`) === true;
      return home !== undefined && isMeant ? [pid] : [];
    }),
  );
  return found.flat();
}

/** Workers that there ever were. */
export async function workersIn(dataFolder: string): Promise<readonly string[]> {
  const entries = await readdir(`${dataFolder}/runs`, { recursive: true });
  const runs = entries.map((entry) => entry.split("/")).filter((parts) => parts.length === 2);
  return runs.map(([, worker = ""]) => worker);
}

/** Processes that were started with this folder among their arguments or in their environment. */
export async function processesOn(dataFolder: string): Promise<readonly string[]> {
  const found = await Promise.all(
    (await pids()).map(async (pid) => {
      const parts = await Promise.all(
        ["cmdline", "environ"].map((file) =>
          readFile(`/proc/${pid}/${file}`, "utf8").catch(() => ""),
        ),
      );
      const isOurs = pid !== process.pid && parts.some((part) => part.includes(dataFolder));
      return isOurs ? [`${pid}: ${(parts[0] ?? "").split("\0").join(" ")}`] : [];
    }),
  );
  return found.flat();
}

const pids = async (): Promise<readonly number[]> =>
  (await readdir("/proc")).map(Number).filter(Number.isInteger);

/** What a failed test has left running. */
export async function killAgents(dataFolder: string): Promise<void> {
  for (const pid of await agentsOf(dataFolder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself in between.
    }
  }
}
