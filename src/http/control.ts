/**
 * The operator's door: JSON over HTTP on a unix socket that only the service's own user can open, never on a network.
 *
 * | request                           | answer                                                       |
 * |-----------------------------------|--------------------------------------------------------------|
 * | `GET /assignments`                | `{ assignments }`: all live ones, oldest request first        |
 * | `GET /assignments/:ref`           | one of them                                                   |
 * | `POST /assignments/:ref/messages` | `{ text, key? }` → `{ task_id, dispatched, queued_count, task }` |
 * | `POST /messages`                  | `{ text, key? }` to all → `{ total, results }`                |
 * | `POST /requests`                  | `{ issue, installation, by, seen }` → `{ is_new }`            |
 * | `GET /spending?since=TIME`        | `{ since, rows }`: per day, issue and model                   |
 * | `GET /healthz`                    | as on the service's port                                      |
 *
 * Refusals are `{ message }`: 400 wrong request, 404 no such thing, 409 ambiguous (with `candidates`) or not possible now.
 * Whatever is changed goes as an Event through the loop.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import type { Assignment } from "../core/assignment.ts";
import type { Board } from "../core/board.ts";
import { denied } from "../core/denied.ts";
import type { OperatorEvent } from "../core/event.ts";
import { millis } from "../core/ids.ts";
import type { Millis } from "../core/ids.ts";
import { iso } from "../core/iso.ts";
import { pending } from "../core/messages.ts";
import type { Clock, Log } from "../ports.ts";
import { socketPlace } from "./control-address.ts";
import { meantBy } from "./control-reference.ts";
import { NewMessage } from "./control-shapes.ts";
import type { Dispatch, SpendingRow } from "./control-shapes.ts";
import { referenceOf, viewOf } from "./control-view.ts";
import type { Places } from "./control-view.ts";
import { takeRequest } from "./control-ask.ts";
import { refusal, Refusal, readJson } from "./control-request.ts";

/** What the door leads to. */
export type ControlParts = {
  /** The data folder. */
  readonly root: string;
  readonly board: () => Board;
  /** Settles when the event is durable and decided. */
  readonly tell: (event: OperatorEvent) => Promise<void>;
  readonly spending: (since: Millis) => Promise<readonly SpendingRow[]>;
  readonly health: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly places: Places;
  readonly clock: Clock;
  readonly log: Log;
};

/** An open door. */
export type Control = { readonly path: string; readonly close: () => Promise<void> };

/** Opens it; whatever a killed service left in its place is replaced. */
export async function openControl(parts: ControlParts): Promise<Control> {
  const place = await socketPlace(parts.root);
  const server = createServer((request, response) => void answer(parts, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(place.listenAt, resolve);
  });
  const path = await place.publish();
  return {
    path,
    close: async () => {
      await place.remove();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  parts: ControlParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://control");
    const path = partsOf(pathname);
    if (path.length === 1 && path[0] === "healthz") return await parts.health(request, response);
    reply(response, 200, await routed(parts, request, path, searchParams));
  } catch (error) {
    if (error instanceof Refusal) return reply(response, error.status, error.body);
    parts.log.error({ err: error }, "control request failed");
    reply(response, 500, { message: "the service could not do that; its log says why" });
  }
}

function partsOf(pathname: string): readonly string[] {
  try {
    return pathname.slice(1).split("/").map(decodeURIComponent);
  } catch {
    throw refusal(400, "the address is not well-formed");
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(`${JSON.stringify(body)}\n`);
}

async function routed(
  parts: ControlParts,
  request: IncomingMessage,
  path: readonly string[],
  query: URLSearchParams,
): Promise<object> {
  const [first, reference, third] = path;
  const asked = `${request.method} ${first} ${path.length}`;
  switch (asked) {
    case "GET assignments 1":
      return {
        assignments: [...parts.board().values()].map((one) => viewOf(one, parts.places)),
      };
    case "GET assignments 2":
      return viewOf(find(parts, reference), parts.places);
    case "POST assignments 3":
      if (third === "messages") return send(parts, request, reference);
      break;
    case "POST messages 1":
      return broadcast(parts, request);
    case "POST requests 1":
      return takeRequest(parts, request);
    case "GET spending 1":
      return spending(parts, query);
  }
  throw refusal(404, `there is no ${request.method} /${path.join("/")}`);
}

function find({ board }: ControlParts, reference = ""): Assignment {
  const meant = meantBy(reference, board());
  switch (meant.kind) {
    case "one":
      return meant.assignment;
    case "none":
      throw refusal(404, `there is no live assignment ${reference}`);
    case "several":
      throw refusal(409, `${reference} may be ${meant.candidates.join(" or ")}`, meant.candidates);
  }
}

async function send(
  parts: ControlParts,
  request: IncomingMessage,
  reference: string | undefined,
): Promise<object> {
  const message = await readMessage(request);
  const assignment = find(parts, reference);
  const why = denied(assignment);
  if (why !== null) throw refusal(409, `nobody would read it: ${why}`);
  const dispatch = await deliver(parts, assignment, message);
  if (dispatch === null) throw refusal(409, "the work has just ended");
  const after = parts.board().get(assignment.id) ?? assignment;
  return { ...dispatch, task: viewOf(after, parts.places) };
}

async function broadcast(parts: ControlParts, request: IncomingMessage): Promise<object> {
  const message = await readMessage(request);
  const listening = [...parts.board().values()].filter(
    (assignment) => assignment.issue !== null && denied(assignment) === null,
  );
  const results: Dispatch[] = [];
  for (const assignment of listening) {
    const dispatch = await deliver(parts, assignment, message);
    if (dispatch !== null) results.push(dispatch);
  }
  return { total: results.length, results };
}

type Message = { readonly text: string; readonly key: string };

async function readMessage(request: IncomingMessage): Promise<Message> {
  const parsed = NewMessage.safeParse(await readJson(request));
  if (!parsed.success) {
    throw refusal(
      400,
      parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "),
    );
  }
  return { text: parsed.data.text, key: `operator-${parsed.data.key ?? randomUUID()}` };
}

/** It is dispatched when a run is told of it at once, and queued while one lives or no slot is free; null when it came too late. */
async function deliver(
  { board, tell }: ControlParts,
  { id: to }: Assignment,
  { text, key }: Message,
): Promise<Dispatch | null> {
  await tell({ type: "message.sent", to, by: "operator", text, key });
  const after = board().get(to);
  // Work that ended meanwhile has taken nothing in.
  if (after?.messages.some((message) => message.key === key) !== true) return null;
  const waiting = pending(after);
  return {
    task_id: referenceOf(after),
    dispatched: !waiting.some((message) => message.key === key),
    queued_count: waiting.length,
  };
}

const weekMs = 7 * 86_400_000;

async function spending(parts: ControlParts, query: URLSearchParams): Promise<object> {
  const given = query.get("since");
  const at = given === null ? parts.clock.now() - weekMs : Date.parse(given);
  if (Number.isNaN(at))
    throw refusal(400, "since must be a time, for example 2026-11-21T00:00:00Z");
  const since = millis(at);
  return { since: iso(since), rows: await parts.spending(since) };
}
