/** The arguments of bubblewrap: what of this machine a box shows. Pure. */
import { dirname } from "node:path";
import type { Box } from "./box.ts";

/** What of this machine every box shows, found by looking. */
export type Ground = {
  /** `/bin`, `/lib` and the like: where a link leads, or null for a folder of its own. */
  readonly roots: readonly { readonly path: string; readonly link: string | null }[];
  /** Files and folders of `/etc` without which programs of `/usr` do not run. */
  readonly settings: readonly string[];
};

/** Files that stand for the machine's own in a box: path inside, path outside. */
export type Replaced = readonly (readonly [string, string])[];

/** Everything but the environment and the command. Nothing of the machine is there unless it is named here. */
export function boxArguments(box: Box, ground: Ground, replaced: Replaced): readonly string[] {
  return [
    ...["--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--disable-userns"],
    ...["--cap-drop", "ALL", "--die-with-parent", "--new-session", "--hostname", box.name],
    ...["--ro-bind", "/usr", "/usr"],
    ...ground.roots.flatMap(({ path, link }) =>
      link === null ? ["--ro-bind", path, path] : ["--symlink", link, path],
    ),
    ...["--dir", "/etc", ...ground.settings.flatMap((path) => ["--ro-bind", path, path])],
    ...replaced.flatMap(([inside, outside]) => ["--ro-bind", outside, inside]),
    ...["--proc", "/proc", "--dev", "/dev"],
    ...ownMemory(box).flatMap(([path, bytes]) => ["--size", String(bytes), "--tmpfs", path]),
    ...binds(box),
    ...["--chdir", box.workingFolder],
    // For a box of the superuser, the switches of the whole machine in /proc/sys would be its own files.
    ...["/proc", "/dev", "/"].flatMap((path) => ["--remount-ro", path]),
  ];
}

/** The environment as bubblewrap reads it from a file: in arguments everybody on the machine could read it. */
export function environmentFile(environment: Box["environment"]): string {
  const words = Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]);
  return ["--clearenv", ...words].map((word) => `${word}\0`).join("");
}

/** Places in memory, which have to end somewhere like the memory itself. */
function ownMemory({ limits }: Box): readonly (readonly [string, number])[] {
  const share = (parts: number): number => Math.max(1, Math.floor(limits.memoryBytes / parts));
  return [
    ["/tmp", share(2)],
    ["/run", share(16)],
    ["/dev/shm", share(4)],
  ];
}

/** Outer folders first, because a mount hides what was mounted below it before. */
function binds({ writable, readable }: Box): readonly string[] {
  const all = [
    ...writable.map((path) => ({ path, kind: "--bind" })),
    ...readable.filter((path) => !isShown(path)).map((path) => ({ path, kind: "--ro-bind" })),
  ];
  const sorted = all.toSorted((one, other) => depth(one.path) - depth(other.path));
  return sorted.flatMap(({ path, kind }) => [kind, path, path]);
}

const isShown = (path: string): boolean => path === "/usr" || path.startsWith("/usr/");

const depth = (path: string): number => (path === dirname(path) ? 0 : 1 + depth(dirname(path)));
