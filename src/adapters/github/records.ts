/**
 * Our comments as text: a hidden marker, the signed records, then what people read. The record format is the one that
 * existing orchestrators read: JSON in a fence between `<!-- NAME -->` and `<!-- /NAME -->`.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { IssueId } from "../../core/ids.ts";
import type { Comment, Record as StructuredRecord } from "../../core/showing.ts";
import { cappedBody, storable, withoutMarkers } from "./published-text.ts";

/** Version of the payloads; a reader that does not know it must not act on them. */
const version = 1;

/** The first line of our comment with this key. */
export const markerOf = (key: string): string => `<!-- yardmaster:${key} -->`;

/** The comment as GitHub stores it. */
export function commentBody(comment: Comment, issue: IssueId, secret: string): string {
  const records = comment.records.map((record) => recordText(record, issue, secret));
  const text = withoutMarkers(storable(comment.text));
  const { frame } = comment;
  const start = frame === null ? [] : [`<!-- ${frame}:START -->`];
  const body = cappedBody([markerOf(comment.key), ...records, "", ...start, text].join("\n"));
  // After the cut, so that a text of any length has an end.
  return frame === null ? body : `${body}\n<!-- ${frame}:END -->`;
}

type Payload = StructuredRecord["payload"];

function recordText({ name, payload }: StructuredRecord, issue: IssueId, secret: string): string {
  const versioned = { ...inOrder(payload), v: version };
  const signed = { ...versioned, sig: signature(name, versioned, issue, secret) };
  // Inside a JSON text `<` and `>` may be written as escapes; as they are they could end the hidden comment.
  const json = JSON.stringify(signed, null, 2)
    .replaceAll("-->", "--\\u003e")
    .replaceAll("<!--", "\\u003c!--");
  return [`<!-- ${name} -->`, "```json", json, "```", `<!-- /${name} -->`].join("\n");
}

/** The order in which people and existing readers know the keys; a payload that was stored has lost its own. */
const order = [
  "id",
  "sleeping",
  "assigned",
  "worker_id",
  "assigned_at",
  "worktree",
  "cleared_at",
  "status",
  "scope",
  "started",
  "last_updated",
  "workers_active",
  "issues_pending",
  "issues_in_progress",
  "issues_in_review",
  "issues_blocked",
  "issues_complete",
  "sleep_reason",
  "waiting_on_prs",
  "reason",
  "since",
  "waiting_on",
  "resume_session",
  "pr",
  "summary",
  "attempt",
  "branch",
];

const inOrder = (payload: Payload): Payload =>
  Object.fromEntries(
    Object.entries(payload).toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other)),
  );

/** Over the name, the payload with its keys in order, and the issue, so that a record cannot be moved or renamed. */
function signature(name: string, payload: Payload, issue: IssueId, secret: string): string {
  const keys = Object.keys(payload).toSorted();
  const canonical = JSON.stringify([issue, name, keys.map((key) => [key, payload[key]])]);
  return createHmac("sha256", secret).update(canonical).digest("base64url");
}

/** A record as read; one that is not genuine was not written by us for this issue. */
export type ReadRecord = StructuredRecord & { readonly isGenuine: boolean };

const names: readonly StructuredRecord["name"][] = [
  "WORKER:ASSIGNED",
  "WORKER:RESULT",
  "ORCHESTRATION:STATE",
  "ORCHESTRATION:SLEEP",
  "INTEGRATION:STATE",
];
const ReadPayload = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.number())]).catch(null),
);

/** The records of a comment, oldest first, with or without a fence; what is not readable is left out. */
export function readRecords(body: string, issue: IssueId, secret: string): readonly ReadRecord[] {
  const lines = body.split("\n").map((line) => line.trimEnd());
  const records: ReadRecord[] = [];
  let at = 0;
  while (at < lines.length) {
    const name = names.find((candidate) => lines[at] === `<!-- ${candidate} -->`);
    const end = name === undefined ? -1 : lines.indexOf(`<!-- /${name} -->`, at);
    if (name === undefined || end < 0) {
      at += 1;
      continue;
    }
    const payload = payloadOf(lines.slice(at + 1, end));
    if (payload !== null) records.push(readRecord(name, payload, issue, secret));
    at = end + 1;
  }
  return records;
}

function payloadOf(lines: readonly string[]): Payload | null {
  const json = lines.filter((line) => !line.startsWith("```")).join("\n");
  try {
    return ReadPayload.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

function readRecord(
  name: StructuredRecord["name"],
  { sig, v, ...payload }: Payload,
  issue: IssueId,
  secret: string,
): ReadRecord {
  const versioned = v === undefined ? payload : { ...payload, v };
  const expected = Buffer.from(signature(name, versioned, issue, secret));
  const actual = Buffer.from(typeof sig === "string" ? sig : "");
  const isGenuine =
    v === version && expected.length === actual.length && timingSafeEqual(expected, actual);
  return { name, payload, isGenuine };
}
