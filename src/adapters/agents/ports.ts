/** Ports for what an agent starts in its worktree: one block per worktree, which no other worktree has. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { access, link, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { AgentFault, codeOf } from "./fault.ts";
import { createPrivateFolder } from "./run-folder.ts";

/** Ports of one block. */
export const portCount = 20;

/** The first port of the worktree's block; it keeps it until it is released. Throws AgentFault `ports`. */
export async function leasePorts(root: string, worktree: string): Promise<number> {
  const folder = leaseFolder(root);
  await createPrivateFolder(folder);
  const leases = await readLeases(folder);
  const held = leases.find((lease) => lease.worktree === worktree);
  if (held !== undefined) return held.base;
  await reclaim(leases);
  for (let base = firstPort; base < lastPort; base += portCount) {
    if (!(await isFree(base))) continue;
    if (await take(join(folder, `${base}.lease`), worktree)) return base;
  }
  throw new AgentFault("ports", `there is no free block of ${portCount} ports on this machine`);
}

/** Gives the worktree's block back; harmless when it has none. */
export async function releasePorts(root: string, worktree: string): Promise<void> {
  const folder = leaseFolder(root);
  for (const lease of await readLeases(folder)) {
    if (lease.worktree === worktree) await rm(lease.file, { force: true });
  }
}

// Above what services usually listen on, below what systems give to outgoing connections.
const firstPort = 20_000;
const lastPort = 32_000;

const leaseFolder = (root: string): string => join(root, "ports");

type Lease = { readonly file: string; readonly base: number; readonly worktree: string };

async function readLeases(folder: string): Promise<readonly Lease[]> {
  const names = await readdir(folder).catch(() => []);
  const leases = names
    .filter((name) => name.endsWith(".lease"))
    .map(async (name) => {
      const file = join(folder, name);
      // One that was released in the meantime belongs to nobody.
      const worktree = await readFile(file, "utf8").catch(() => "");
      return { file, base: Number.parseInt(name, 10), worktree };
    });
  return await Promise.all(leases);
}

/** Removes leases of worktrees that are gone, for example by a clean-up that a crash cut short. */
async function reclaim(leases: readonly Lease[]): Promise<void> {
  for (const { file, worktree } of leases) {
    if (worktree === "") continue;
    const isThere = await access(worktree).then(
      () => true,
      (error: unknown) => codeOf(error) !== "ENOENT",
    );
    if (!isThere) await rm(file, { force: true });
  }
}

/** False when somebody else was first. By a link, so that a lease never lacks its holder. */
async function take(file: string, worktree: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, worktree, { flag: "wx", mode: 0o600 });
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw new AgentFault("folder", `a lease of ports cannot be written: ${codeOf(error)}`, error);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whether nobody listens on any port of the block. */
async function isFree(base: number): Promise<boolean> {
  const ports = Array.from({ length: portCount }, (_, index) => base + index);
  return (await Promise.all(ports.map(canListen))).every(Boolean);
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: "127.0.0.1", exclusive: true });
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
