/** The operator asks for an issue on behalf of a person. */
import type { IncomingMessage } from "node:http";
import type { z } from "zod";

import type { Board } from "../core/board.ts";
import { findLive } from "../core/board.ts";
import type { OperatorEvent } from "../core/event.ts";
import { installationId, issueId } from "../core/ids.ts";
import { readJson, refusal } from "./control-request.ts";
import { NewRequest } from "./control-shapes.ts";
import type { Requested } from "./control-shapes.ts";

type Parts = {
  readonly board: () => Board;
  readonly tell: (event: OperatorEvent) => Promise<void>;
};

/** Asking again changes nothing: in particular it revives no parked work. Before anything starts, GitHub is asked what the person may do. */
export async function takeRequest(
  { board, tell }: Parts,
  request: IncomingMessage,
): Promise<z.infer<typeof Requested>> {
  const parsed = NewRequest.safeParse(await readJson(request));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw refusal(400, faults.join("; "));
  }
  const { issue, installation, by, seen } = parsed.data;
  const id = issueId(issue);
  if (findLive(board(), id) !== undefined) return { is_new: false };
  const asked = { issue: id, installation: installationId(installation), by, seen };
  await tell({ type: "issue.requested", ...asked, request: { via: "label" } });
  return { is_new: true };
}
