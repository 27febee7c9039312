/** Names turned into ids, because pg-boss identifies jobs by UUID. */
import { createHash } from "node:crypto";

/** Ours alone, so that our keys meet nobody else's ids. */
const namespace = Buffer.from("6f1d5b0c8a6e4c0f9a3e7d2b51c4e8f0", "hex");

/** The same UUID for the same name, always: version 5 of RFC 9562. */
export function uuidOf(name: string): string {
  const hash = createHash("sha1").update(namespace).update(name, "utf8").digest();
  hash[6] = (hash.readUInt8(6) & 0x0f) | 0x50;
  hash[8] = (hash.readUInt8(8) & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}
