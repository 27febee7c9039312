/** Programs of our own that run as agents, from the sources as from the build. */
import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { foundProgram, outsideSystem, packageOf, type Located } from "./programs.ts";

/** A program of this folder, with the packages that it imports. */
export function ownProgram(name: string, imports: readonly string[]): Located {
  // A source file before the build, a JavaScript file after it.
  const file = join(import.meta.dirname, `${name}${extname(import.meta.filename)}`);
  const node = foundProgram(process.execPath) ?? process.execPath;
  const packages = imports.map((one) => packageOf(fileURLToPath(import.meta.resolve(one))));
  return {
    argv: [node, file],
    programs: outsideSystem([node, import.meta.dirname, packageFile(), ...packages]),
  };
}

/** It tells Node that our files are modules. */
function packageFile(folder = import.meta.dirname): string {
  const file = join(folder, "package.json");
  return existsSync(file) ? file : packageFile(dirname(folder));
}
