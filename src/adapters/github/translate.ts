/** Webhooks to Events. Pure: what GitHub says is taken as a hint, and what it does not say is not guessed. */
import { installationId } from "../../core/ids.ts";
import { issueReaders } from "./issue-events.ts";
import { Acted, InstallationEnded } from "./payload.ts";
import { pullReaders } from "./pull-events.ts";
import type { Known, Reader, Translation } from "./reader.ts";
import { reader } from "./reader.ts";

/** Says what a webhook means to us; none of our events when it means nothing. */
export function translate(event: string, payload: unknown, known: Known): Translation {
  const action = Acted.safeParse(payload).data?.action;
  const name = action === undefined ? event : `${event}.${action}`;
  return readers.get(name)?.(name, payload, known) ?? [];
}

const readers: ReadonlyMap<string, Reader> = new Map([
  ...issueReaders,
  ...pullReaders,
  [
    "installation.deleted",
    reader(InstallationEnded, ({ installation }) => [
      { type: "installation.removed", installation: installationId(installation.id) },
    ]),
  ],
]);
