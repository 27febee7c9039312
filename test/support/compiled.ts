/** Where Node keeps what it has compiled, for the programs that a test starts: much of their time is reading their own code. */
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";

const folder = getCompileCacheDir();

/** The variable that tells them; none where this process has none. */
export const compiled: Readonly<Record<string, string>> =
  folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
