/** Which service a verb is about: the one with this data folder. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";

/** The settings of a file; none when it is not there. */
export const settingsFile = (path: string): NodeJS.Dict<string> =>
  existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};

/** Absolute path of the data folder: as given, else as in the settings that `serve` would read here. */
export function dataFolder(given: string | undefined): string {
  const named = [given, process.env["YARDMASTER_DATA"], settingsFile(".env")["YARDMASTER_DATA"]];
  return resolve(named.find((one) => one !== undefined && one !== "") ?? ".yardmaster");
}
