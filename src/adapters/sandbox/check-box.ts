/** Refuses boxes that would show or run more than they say. */
import { realpath } from "node:fs/promises";
import { isAbsolute, join, normalize, relative } from "node:path";
import type { Box } from "./box.ts";
import { codeOf, SandboxFault } from "./fault.ts";

/** Throws SandboxFault `refused`; `folder` is where our own files of the box lie. */
export async function checkBox(box: Box, folder: string): Promise<void> {
  const why = objectionTo(box, folder);
  if (why !== null) throw new SandboxFault("refused", `no sandbox can be made: ${why}`);
  for (const path of [...box.writable, ...box.readable]) await checkLinks(path, box.writable);
}

/** What is wrong with a box by its words alone; null when nothing is. */
export function objectionTo(box: Box, folder: string): string | null {
  const shown = [...box.writable, ...box.readable];
  const isWithin = (path: string): boolean => shown.some((outer) => isBelow(path, outer));
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(box.name)) return "its name is not a name of a host";
  const crooked = [...shown, box.workingFolder, folder].find((path) => !isPlain(path));
  if (crooked !== undefined) return `${JSON.stringify(crooked)} is not an absolute path`;
  const ours = shown.find((path) => grounds.some((ground) => isBelow(ground, path)));
  if (ours !== undefined) return `${ours} would take the place of the sandbox's own folders`;
  const system = box.writable.find((path) => programs.some((place) => isBelow(path, place)));
  if (system !== undefined) return `${system} belongs to the system and must not be writable`;
  if (!isWithin(box.workingFolder)) return "it cannot see its working folder";
  if (box.writable.some((path) => isBelow(folder, path))) return "it could write its own rules";
  const name = Object.keys(box.environment).find((one) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(one));
  if (name !== undefined) return `${JSON.stringify(name)} is not a name of a variable`;
  const torn = Object.entries(box.environment).find(([, value]) => value.includes("\0"));
  if (torn !== undefined) return `the variable ${torn[0]} holds a zero byte`;
  return objectionToBridges(box, isWithin) ?? objectionToLimits(box);
}

function objectionToBridges({ bridges }: Box, isWithin: (path: string) => boolean): string | null {
  if (new Set(bridges.map(({ port }) => port)).size < bridges.length)
    return "two bridges share a port";
  for (const { port, socket } of bridges) {
    if (!Number.isInteger(port) || port < 1024 || port > 65535) return `${port} is no port for it`;
    // The others mean something to socat, and the system takes no longer path.
    if (!/^\/[A-Za-z0-9 /._+@=-]{1,106}$/.test(socket))
      return `the socket ${JSON.stringify(socket)} has a path that is too long, or with unusual characters`;
    if (!isWithin(socket)) return `it cannot see the socket ${socket}`;
  }
  return null;
}

function objectionToLimits({ limits }: Box): string | null {
  const wrong = Object.entries(limits).find(
    ([, value]) => !Number.isSafeInteger(value) || value < 1,
  );
  return wrong === undefined ? null : `its limit ${wrong[0]} is ${wrong[1]}`;
}

/** A command of an earlier box may have put a link where a folder of this one is expected. */
async function checkLinks(path: string, writable: readonly string[]): Promise<void> {
  const outers = writable.filter((outer) => outer !== path && isBelow(path, outer));
  try {
    const real = await realpath(path);
    for (const outer of outers) {
      if (real !== join(await realpath(outer), relative(outer, path)))
        throw new SandboxFault("refused", `no sandbox can be made: ${path} is a link`);
    }
  } catch (error) {
    if (error instanceof SandboxFault) throw error;
    throw new SandboxFault("system", `${path} cannot be shown: ${codeOf(error)}`, error);
  }
}

/** Mounting one of them, or what is above it, would hide what the box puts there. */
const grounds = ["/usr", "/etc", "/proc", "/dev", "/tmp", "/run", "/sys"] as const;
const programs = [...grounds.filter((path) => path !== "/tmp" && path !== "/run"), "/bin", "/lib"];

const isPlain = (path: string): boolean =>
  isAbsolute(path) &&
  normalize(path) === path &&
  !path.includes("\0") &&
  (path === "/" || !path.endsWith("/"));

const isBelow = (path: string, outer: string): boolean =>
  path === outer || path.startsWith(outer === "/" ? "/" : `${outer}/`);
