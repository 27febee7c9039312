/** The version of this package, as its package.json says. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const Manifest = z.object({ version: z.string() });

/** `1.2.3`. The manifest is one folder above, for the sources as for the built files. */
export const version = (): string =>
  Manifest.parse(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")))
    .version;
