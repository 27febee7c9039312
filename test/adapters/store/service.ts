/** A service of its own process, for tests that kill it: leads on a folder, keeps deliveries, claims. */
import { openEmbedded } from "../../../src/adapters/store/embedded.ts";
import { openStore } from "../../../src/adapters/store/store.ts";
import { millis } from "../../../src/core/ids.ts";

const [folder = "", callers = "1"] = process.argv.slice(2);

const { connection } = await openEmbedded(folder);
const store = await openStore({ connection, reclaim: true });
await store.keepDelivery({ guid: "first", event: "ping", body: "{}", receivedAt: millis(0) });
const held = await store.claim("deliveries", 1);
process.stdout.write(`held ${held.map(({ work }) => work.guid).join()}\n`);

/** Says which deliveries are durable, and nothing about those that are not. */
async function keepOn(caller: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const guid = `guid-${caller}-${count}`;
    const body = JSON.stringify({ guid, text: "x".repeat(2_000) });
    await store.keepDelivery({ guid, event: "issues", body, receivedAt: millis(count) });
    process.stdout.write(`kept ${guid}\n`);
  }
}

await Promise.all(Array.from({ length: Number(callers) }, (_, caller) => keepOn(caller)));
