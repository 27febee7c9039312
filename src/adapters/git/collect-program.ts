/** The collection as a program for the inside of a sandbox: an order on standard input, the answer in a file of its folder. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { collect } from "./collect.ts";
import type { CollectOrder } from "./collect.ts";
import { GitFault } from "./fault.ts";
import { runHere } from "./launch-here.ts";
import { launchHere } from "./launcher.ts";

launchHere(runHere);
// Only we start it, and no agent can speak to it.
const order = JSON.parse(await text(process.stdin)) as CollectOrder;
// The last thing to be written: an answer that is there stands for a pack that is whole.
await writeFile(join(order.folder, "answer.json"), JSON.stringify(await answer()), { flag: "wx" });
// Nothing is left to wait for, and the service waits for the end of this.
process.exit();

async function answer(): Promise<object> {
  try {
    const collected = await collect(order);
    if (collected.kind === "refused") return collected;
    return { kind: collected.kind, head: collected.head, hasPack: collected.pack !== null };
  } catch (error) {
    if (error instanceof GitFault) return { kind: "broken", fault: error.kind, why: error.message };
    const code = error instanceof Error && "code" in error ? error.code : null;
    return code === "EROFS"
      ? { kind: "closed" }
      : { kind: "broken", fault: "unexpected", why: String(error) };
  }
}
