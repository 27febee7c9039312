/** Where programs are and what they must be able to read, so that a sandbox can show them that and nothing else. */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, resolve, sep } from "node:path";

/** A command by absolute paths, and what it reads outside `/usr`. */
export type Located = { readonly argv: readonly string[]; readonly programs: readonly string[] };

/**
 * The command as it can be started from any folder; one whose program is not found stays as it is. Of its words only the
 * operator's, `own`, can name what it reads: others come from a comment, a label or the agent itself.
 */
export function located(command: readonly string[], own: readonly string[] = command): Located {
  const [program = "", ...rest] = command;
  const found = foundProgram(program);
  if (found === null) return { argv: command, programs: [] };
  const named = rest.filter((word) => own.includes(word)).flatMap(existing);
  const interpreter = interpreterOf(found);
  if (interpreter === null || isOfSystem(found)) {
    return { argv: [found, ...rest], programs: outsideSystem([found, ...named]) };
  }
  // By its own first line it would be looked for on the PATH of the sandbox.
  const runner = located(interpreter);
  return {
    argv: [...runner.argv, found, ...rest],
    programs: outsideSystem([...runner.programs, packageOf(found), ...named]),
  };
}

/** The real path of a program, given by its path or by its name on our PATH; null when there is none. */
export function foundProgram(program: string): string | null {
  const folders = (process.env["PATH"] ?? "").split(":").filter(isAbsolute);
  const places = program.includes(sep)
    ? [resolve(program)]
    : folders.map((folder) => join(folder, program));
  const place = places.find(isExecutable);
  if (place === undefined) return null;
  const real = realpathSync(place);
  // Programs of the system go by many names and act by the one they are called by.
  return isOfSystem(real) ? place : real;
}

/** The first of these files, named relative to a `node_modules` folder, that is in one around `file`. */
export function besideInModules(file: string, names: readonly string[]): string | null {
  for (const folder of foldersAround(file)) {
    for (const name of names) {
      const place = join(folder, "node_modules", name);
      if (isExecutable(place)) return realpathSync(place);
    }
  }
  return null;
}

function foldersAround(file: string): readonly string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAround(folder)];
}

/** The paths outside `/usr`, without those that lie within another one. */
export function outsideSystem(paths: readonly string[]): readonly string[] {
  const outside = [...new Set(paths)].filter((path) => !isOfSystem(path));
  return outside.filter((path) => !outside.some((other) => path.startsWith(other + sep)));
}

/** The file, or the outermost `node_modules` that it lies in: packages read one another. */
export function packageOf(file: string): string {
  const folder = `${sep}node_modules${sep}`;
  const at = file.indexOf(folder);
  return at === -1 ? file : file.slice(0, at + folder.length - 1);
}

/** The first line's command of a script; null for any other program. */
function interpreterOf(file: string): readonly string[] | null {
  const start = startOf(file);
  if (!start.startsWith("#!")) return null;
  const words = (start.slice(2).split("\n")[0] ?? "").trim().split(" ").filter(Boolean);
  if (basename(words[0] ?? "") !== "env") return words;
  return words.slice(words[1] === "-S" ? 2 : 1);
}

function startOf(file: string): string {
  const buffer = Buffer.alloc(256);
  const descriptor = openSync(file, "r");
  try {
    return buffer.toString("latin1", 0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}

function existing(argument: string): readonly string[] {
  if (!isAbsolute(argument)) return [];
  try {
    return [packageOf(realpathSync(argument))];
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const isOfSystem = (path: string): boolean =>
  ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/"].some((folder) => path.startsWith(folder));
