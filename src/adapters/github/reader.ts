/** How one kind of webhook is read: parsed to the fields we use, then said in our words. */
import type { z } from "zod";
import type { GitHubEvent } from "../../core/event.ts";
import type { Actor } from "../../core/issue.ts";
import type { Sender } from "./payload.ts";

/** What has to be known about ourselves to tell our own doings from others'. */
export type Known = { readonly appId: number; readonly triggerLabel: string };

/** Events, none when the webhook is of no interest, or why it cannot be understood. */
export type Translation = readonly GitHubEvent[] | { readonly fault: string };

/** Reads the payload of one event and action, whose name goes into a fault. */
export type Reader = (name: string, payload: unknown, known: Known) => Translation;

/** A reader of payloads of one shape. */
export function reader<Payload>(
  schema: z.ZodType<Payload>,
  read: (payload: Payload, known: Known) => readonly GitHubEvent[],
): Reader {
  return (name, payload, known) => {
    const parsed = schema.safeParse(payload);
    return parsed.success ? read(parsed.data, known) : { fault: faultOf(name, parsed.error) };
  };
}

function faultOf(name: string, { issues }: z.ZodError): string {
  const faults = issues.map(({ path, message }) => `${path.join(".") || "payload"}: ${message}`);
  return `${name}: ${faults.join("; ")}`;
}

/** Apps, and whatever else is no person. */
export const isBot = ({ type }: Sender): boolean => type !== "User";

/** The person or App that did it. */
export const actor = ({ login, id }: Sender): Actor => ({ login, id });
