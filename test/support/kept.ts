/** What takes long to make and is the same in every test process, kept as files in node_modules/.cache. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./own-file.ts";

/** A folder of things that were all made from the same sources. */
export interface Kept {
  /** The file of a thing, or undefined where nobody has made it yet. */
  readonly find: (name: string) => string | undefined;
  /** Keeps things by their names for the processes to come; each may rely on those before it. */
  readonly keep: (things: readonly (readonly [string, string])[]) => void;
}

const cache = join(projectFolder, "node_modules/.cache/tests");

/** The folder of what is made from these files: when one of them changes it is another folder. Call it where the files are loaded. */
export function keptFrom(sources: readonly URL[], under = cache): Kept {
  const hash = hashOf(sources);
  const folder = join(under, hash);
  const fileOf = (name: string): string => join(folder, encodeURIComponent(name));
  const isThere = (name: string): boolean => existsSync(fileOf(name));
  return {
    find: (name) => (isThere(name) ? fileOf(name) : undefined),
    keep: (things) => {
      // Somebody is at work on the sources: there is no telling which state of them this was made from.
      if (hashOf(sources) !== hash) return;
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of things) {
        if (isThere(name)) continue;
        // Other processes read and write here too: they see the whole file or none.
        const draft = join(folder, randomUUID());
        writeFileSync(draft, text, { mode: 0o600 });
        renameSync(draft, fileOf(name));
      }
    },
  };
}

function hashOf(sources: readonly URL[]): string {
  const hash = createHash("sha256");
  for (const source of sources) {
    const content = readFileSync(source);
    // with its length, so that no end of one file can pass for the beginning of the next
    hash.update(`${content.length} `).update(content);
  }
  return hash.digest("hex");
}
