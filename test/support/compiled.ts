/** Where Node keeps what it has compiled, for the programs that a test starts: without it each begins with half a second of that. */
const folder = process.env["NODE_COMPILE_CACHE"];

/** The variable that tells them; none where this process has none. */
export const compiled: Readonly<Record<string, string>> =
  folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
