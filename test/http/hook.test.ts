/** The webhook's door, over real sockets: every bad delivery gets the right answer, nothing of it is stored, and the next good one is. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { Webhooks } from "@octokit/webhooks";

import { millis } from "../../src/core/ids.ts";
import { createHook } from "../../src/http/hook.ts";
import type { Delivery } from "../../src/ports.ts";
import { silentLog } from "../support/log.ts";

const secret = "a secret of this test";

type Door = { readonly port: number; readonly kept: Delivery[]; failNext: boolean };

async function openDoor(t: TestContext): Promise<Door> {
  const webhooks = new Webhooks({ secret });
  const door = { port: 0, kept: [] as Delivery[], failNext: false };
  const hook = createHook({
    keep: async (delivery) => {
      if (door.failNext) {
        door.failNext = false;
        throw new Error("the disk is full");
      }
      const isKnown = door.kept.some(({ guid }) => guid === delivery.guid);
      if (!isKnown) door.kept.push(delivery);
      return !isKnown;
    },
    verify: (body, signature) => webhooks.verify(body, signature),
    clock: { now: () => millis(1_000), at: () => () => {} },
    log: silentLog,
  });
  const server = createServer((request, response) => void hook(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(door, { port: (server.address() as AddressInfo).port });
}

const sign = (body: string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

function deliver(
  door: Door,
  body: string,
  headers: Record<string, string | undefined> = {},
): Promise<Response> {
  const all = {
    "content-type": "application/json",
    "x-github-delivery": "guid-1",
    "x-github-event": "issues",
    "x-hub-signature-256": sign(body),
    ...headers,
  };
  const given = Object.entries(all).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return fetch(`http://127.0.0.1:${door.port}/`, {
    method: "POST",
    headers: Object.fromEntries(given),
    body,
  });
}

const refused: readonly {
  readonly name: string;
  readonly body: string;
  readonly headers: Record<string, string | undefined>;
  readonly status: number;
  readonly says: string;
}[] = [
  { name: "malformed JSON", body: '{"action":', headers: {}, status: 400, says: "not JSON" },
  {
    name: "a missing signature",
    body: "{}",
    headers: { "x-hub-signature-256": undefined },
    status: 401,
    says: "x-hub-signature-256 is missing",
  },
  {
    name: "SHA-1 only",
    body: "{}",
    headers: { "x-hub-signature-256": undefined, "x-hub-signature": "sha1=0000" },
    status: 401,
    says: "SHA-1 is not accepted",
  },
  {
    name: "a wrong signature",
    body: "{}",
    headers: { "x-hub-signature-256": sign("{ }") },
    status: 401,
    says: "does not match",
  },
  {
    name: "a signature that is not one",
    body: "{}",
    headers: { "x-hub-signature-256": "sha256=zz" },
    status: 401,
    says: "does not match",
  },
  {
    name: "a missing delivery id",
    body: "{}",
    headers: { "x-github-delivery": undefined },
    status: 400,
    says: "x-github-delivery",
  },
  {
    name: "an empty event name",
    body: "{}",
    headers: { "x-github-event": "" },
    status: 400,
    says: "x-github-event",
  },
  {
    name: "a form instead of JSON",
    body: "payload=%7B%7D",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    status: 415,
    says: "application/json",
  },
];

for (const { name, body, headers, status, says } of refused) {
  test(`a delivery with ${name} is refused with ${status} and the next one is taken`, async (t) => {
    const door = await openDoor(t);

    const answer = await deliver(door, body, headers);
    const next = await deliver(door, "{}");

    assert.equal(answer.status, status);
    assert.match(await answer.text(), new RegExp(says, "u"));
    assert.equal(next.status, 202);
    assert.deepEqual(
      door.kept.map(({ body: kept }) => kept),
      ["{}"],
    );
  });
}

test("a delivery is stored byte for byte before it is acknowledged, and known the second time", async (t) => {
  const door = await openDoor(t);
  const body = '{ "title": "\\u0000 ☃ \\ud83d" }';

  const first = await deliver(door, body);
  const second = await deliver(door, body);

  assert.deepEqual([first.status, second.status], [202, 202]);
  assert.deepEqual(await second.json(), { message: "known" });
  assert.deepEqual(door.kept, [
    { guid: "guid-1", event: "issues", body, receivedAt: millis(1_000) },
  ]);
});

test("JSON nested ten thousand deep is taken like any other body", async (t) => {
  const door = await openDoor(t);
  const body = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;

  const answer = await deliver(door, body);

  assert.equal(answer.status, 202);
});

test("a body that is announced as over 25 MB is refused before it is read", async (t) => {
  const door = await openDoor(t);

  const head = await rawPost(door, [`content-length: ${25 * 1024 * 1024 + 1}`], "");

  assert.match(head, /^HTTP\/1\.1 413 /u);
  assert.equal((await deliver(door, "{}")).status, 202);
});

test("a body that grows over 25 MB without saying so is cut off", async (t) => {
  const door = await openDoor(t);
  const megabyte = "x".repeat(1024 * 1024);
  const chunk = `${megabyte.length.toString(16)}\r\n${megabyte}\r\n`;

  const head = await rawPost(door, ["transfer-encoding: chunked"], chunk.repeat(26));

  assert.match(head, /^HTTP\/1\.1 413 /u);
  assert.deepEqual(door.kept, []);
  assert.equal((await deliver(door, "{}")).status, 202);
});

test("a delivery that cannot be stored is not acknowledged", async (t) => {
  const door = await openDoor(t);
  door.failNext = true;

  const failed = await deliver(door, "{}");
  const again = await deliver(door, "{}");

  assert.equal(failed.status, 503);
  assert.equal(again.status, 202);
  assert.equal(door.kept.length, 1);
});

/** A POST as raw bytes, since no client would send these; answers with the status line. */
function rawPost(door: Door, headers: readonly string[], body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(door.port, "127.0.0.1");
    const lines = [
      "POST / HTTP/1.1",
      "host: 127.0.0.1",
      "content-type: application/json",
      "x-github-delivery: guid-raw",
      "x-github-event: issues",
      `x-hub-signature-256: ${sign(body)}`,
      ...headers,
    ];
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes.toString("utf8");
      resolve(answer.split("\r\n")[0] ?? "");
      socket.destroy();
    });
    socket.on("error", (error) => (answer === "" ? reject(error) : undefined));
    socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  });
}
