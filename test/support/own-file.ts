/** Files of the project, for tests that run from the sources and from what was compiled of them. */
import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";

/** A module beside the one whose `import.meta` is given: TypeScript where that is TypeScript, else JavaScript. `path` has no ending. */
export const moduleFile = ({ dirname: folder, filename }: ImportMeta, path: string): string =>
  join(folder, path + extname(filename));

/** The project's own folder: what is compiled lies below it and has no lock file. */
export const projectFolder = upTo("package-lock.json", import.meta.dirname);

function upTo(name: string, folder: string): string {
  return existsSync(join(folder, name)) ? folder : upTo(name, dirname(folder));
}
