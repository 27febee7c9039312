/** What an approval of an issue is bound to: its words as they were written. */
import { createHash } from "node:crypto";

/** SHA-256 in hex; the same from a webhook as from a question. */
export const hashOf = (title: string, body: string | null): string =>
  createHash("sha256")
    .update(JSON.stringify({ title, body: body ?? "" }))
    .digest("hex");
