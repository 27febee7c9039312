/** The files by which bubblewrap and the programs in a box are told what they need to know. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { environmentFile, type Replaced } from "./arguments.ts";
import type { Box } from "./box.ts";

/** Files of one box, outside of what it can write. */
export type BoxFiles = {
  /** The filter of system calls. */
  readonly filter: string;
  readonly environment: string;
  /** What stands for the machine's own files in `/etc`. */
  readonly replaced: Replaced;
};

/** Writes them anew into `folder`, which only we can enter. */
export async function writeBoxFiles(folder: string, box: Box, filter: Buffer): Promise<BoxFiles> {
  const path = (name: string): string => join(folder, "box", name);
  await rm(path(""), { recursive: true, force: true });
  await mkdir(path(""), { recursive: true, mode: 0o700 });
  const settings = Object.entries(settingsOf(box));
  const files: readonly (readonly [string, string | Buffer])[] = [
    ["filter", filter],
    ["environment", environmentFile(box.environment)],
    ...settings,
  ];
  await Promise.all(files.map(([name, text]) => writeFile(path(name), text, { mode: 0o600 })));
  return {
    filter: path("filter"),
    environment: path("environment"),
    replaced: settings.map(([name]) => [join("/etc", name), path(name)] as const),
  };
}

/** Only what programs ask for: who they are, and that `localhost` is where the bridges listen. */
function settingsOf({ name, environment }: Box): Readonly<Record<string, string>> {
  const home = environment["HOME"] ?? "/";
  const isPlain = /^\/[^:\n]*$/.test(home);
  return {
    passwd: `agent:x:1000:1000:agent:${isPlain ? home : "/"}:/bin/sh\n`,
    group: "agent:x:1000:\n",
    hosts: `127.0.0.1 localhost ${name}\n`,
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
  };
}
