/** Tries a box for real before any Worker depends on one. */
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Sandbox } from "./box.ts";
import { bridgeCure, cureOf, limitCure } from "./cure.ts";
import { SandboxFault } from "./fault.ts";
import { findProgram, kernelFile } from "./machine.ts";
import { runBoxed } from "./start.ts";

type Answer = Awaited<ReturnType<Sandbox["preflight"]>>;

/** Runs `true` in a box with everything that an agent's box has, a bridge included. */
export async function tryBox(sandbox: Sandbox): Promise<Answer> {
  if ((await findProgram("prlimit")) === null) return { ok: false, why: limitCure };
  const hasBridge = (await findProgram("socat")) !== null;
  const folder = await realpath(await mkdtemp(join(tmpdir(), "yardmaster-box-try-")));
  try {
    const said = await tryIn(folder, sandbox, hasBridge);
    if (said !== null) return { ok: false, why: await cureHere(said) };
    return hasBridge ? { ok: true } : { ok: false, why: bridgeCure };
  } catch (error) {
    if (error instanceof SandboxFault) return { ok: false, why: error.message };
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was said when it failed; null when it worked. */
async function tryIn(folder: string, sandbox: Sandbox, hasBridge: boolean): Promise<string | null> {
  const [shown, own] = [join(folder, "shown"), join(folder, "own")];
  await mkdir(shown);
  const name = basename(folder).replaceAll(/[^A-Za-z0-9]/g, "-");
  const box = {
    name,
    writable: [shown],
    readable: [],
    workingFolder: shown,
    environment: { PATH: "/usr/bin:/bin" },
    bridges: hasBridge ? [{ port: 8080, socket: join(shown, "socket") }] : [],
    limits: { memoryBytes: 2 ** 28, processes: 64, fileBytes: 2 ** 20 },
  };
  try {
    const { code, stderr } = await runBoxed(await sandbox.wrap(["true"], box, own));
    return code === 0 ? null : stderr;
  } finally {
    await sandbox.end(name);
  }
}

async function cureHere(said: string): Promise<string> {
  const [cloneSwitch, appArmorSwitch, mostNamespaces] = await Promise.all([
    kernelFile("/proc/sys/kernel/unprivileged_userns_clone"),
    kernelFile("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
    kernelFile("/proc/sys/user/max_user_namespaces"),
  ]);
  return cureOf({ said, cloneSwitch, appArmorSwitch, mostNamespaces });
}
