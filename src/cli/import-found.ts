/** What an import reads: the tasks of one repository, and files that are told apart from everything that is wrong with them. */
import { readFileSync } from "node:fs";
import type { z } from "zod";

import type { FoundTask } from "../core/takeover.ts";
import { CliFault } from "./fault.ts";
import { faultsOf, readLined } from "./lined-file.ts";
import { plainLine } from "./plain.ts";

/** The tasks of one repository, in the order in which they were found. */
export type Found = {
  /** Names the plan for good. */
  readonly session: string;
  /** `owner/name`, where a pull request tells it. */
  readonly repository: string | null;
  readonly baseBranch: string | null;
  /** Where the repository is on this machine. */
  readonly path: string | null;
  readonly tasks: readonly FoundTask[];
};

/** A file by the schema; every fault of it goes to `faults` with the file, its line and its key, and then there is no value. */
export function readState<Value>(
  path: string,
  schema: z.ZodType<Value>,
  faults: string[],
): Value | null {
  const file = readLined(textOf(path), "json");
  const parsed = file.ok ? schema.safeParse(file.value) : null;
  if (parsed?.success === true) return parsed.data;
  const told = file.ok ? file.told(parsed?.error.issues.flatMap(faultsOf) ?? []) : file.faults;
  faults.push(...told.map((fault) => `${path}: ${fault}`));
  return null;
}

/** Refuses everything when something cannot be read: half a takeover would look like a whole one. */
export function refuseFaults(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const lines = faults.map((fault) => `  ${plainLine(fault)}`);
  throw new CliFault(
    [
      "Nothing is taken over, because of what stands in these files:",
      ...lines,
      "Mend that, or import a copy of the folder in which it is left out.",
    ].join("\n"),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new CliFault(`${plainLine(path)} cannot be read.`);
  }
}

/** The one that is meant of several, each with its tasks. */
export function chosen<Group>(
  groups: ReadonlyMap<string, Group>,
  of: string | undefined,
  what: string,
): readonly [string, Group] {
  const names = [...groups.keys()].toSorted();
  const name = of ?? (names.length === 1 ? names[0] : undefined);
  const group = name === undefined ? undefined : groups.get(name);
  if (name !== undefined && group !== undefined) return [name, group];
  const known = names.map(plainLine).join(", ");
  if (names.length === 0) throw new CliFault("There are no tasks to take over.");
  throw new CliFault(
    name === undefined
      ? `There are tasks of several ${what}: ${known}. Name one with --of; each becomes a plan of its own.`
      : `There are no tasks of ${plainLine(name)}; there are those of ${known}.`,
  );
}

/** `owner/name` and `owner/name#12` of a pull request's page; null for any other address. */
export function pullAt(
  url: string | null | undefined,
): { readonly repository: string; readonly reference: string } | null {
  if (url == null || !URL.canParse(url)) return null;
  const [, owner = "", name = "", kind = "", number = ""] = new URL(url).pathname.split("/");
  if (owner === "" || name === "" || kind !== "pull" || !/^[1-9]\d{0,8}$/u.test(number))
    return null;
  return { repository: `${owner}/${name}`, reference: `${owner}/${name}#${number}` };
}
