/** The version of this package, as its package.json says. */
import { readFileSync } from "node:fs";

/** `1.2.3`. The manifest is one folder above, for the sources as for the built files. */
export function version(): string {
  const file = new URL("../package.json", import.meta.url);
  // It is ours and needs no check, which would cost more than all the rest of `--version`.
  const manifest: { readonly version: string } = JSON.parse(readFileSync(file, "utf8"));
  return manifest.version;
}
