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
  await Promise.race([once(response, "drain"), once(response, "close")]);
}
