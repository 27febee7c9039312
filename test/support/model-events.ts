/** Server-sent events of the scripted model. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** What the data of an event holds besides its type depends on that type. */
export type ServerEvent = { readonly type: string; readonly [field: string]: unknown };

/** Writes one, and waits where the reader is slower. */
export async function writeEvent(
  response: ServerResponse,
  data: object,
  name: string | null,
): Promise<void> {
  const head = name === null ? "" : `event: ${name}\n`;
  if (response.write(`${head}data: ${JSON.stringify(data)}\n\n`) || response.destroyed) return;
  const decided = new AbortController();
  const { signal } = decided;
  await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  decided.abort();
}

/** Ends the connection once everything before has left. */
export async function breakConnection(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.write("\n", () => resolve());
  await promise;
  response.destroy();
}
