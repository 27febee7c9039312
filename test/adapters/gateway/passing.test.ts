/** What passes the gateway in both directions, and what does not. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { createGateway } from "../../../src/adapters/gateway/create-gateway.ts";
import { GatewayFault } from "../../../src/adapters/gateway/fault.ts";
import { upstreamsOf } from "../../../src/adapters/gateway/upstream.ts";
import { millis } from "../../../src/core/ids.ts";
import { atEnd } from "../../support/cleanup.ts";
import { silentLog } from "../../support/log.ts";
import { always, fails, says, staysSilent } from "../../support/model-scenario.ts";
import { storeForTest } from "../../support/postgres.ts";
import {
  anthropicHeaders,
  ask,
  gatewayForTest,
  machineTime,
  message,
  open,
  openaiHeaders,
  openaiKey,
  realKey,
  token,
} from "./given.ts";

test("the provider gets the real key and the agent's token stays here", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));

  await ask(run, message());
  const { authorization: _, ...rest } = anthropicHeaders;
  await ask(run, { ...message(), headers: { ...rest, "x-api-key": token } });
  await ask(run, {
    path: "/v1/responses",
    headers: openaiHeaders,
    body: { model: "gpt-6-sol", input: "Hello" },
  });

  assert.deepEqual(
    models.requests.map(({ key }) => key),
    [realKey, realKey, openaiKey],
  );
  assert.equal(JSON.stringify(models.requests).includes(token), false);
});

test("without the run's token there is nothing, not even a word of the provider", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));
  const { authorization: _, ...none } = anthropicHeaders;
  const wrong = [none, { ...none, authorization: "Bearer no" }, { ...none, "x-api-key": realKey }];

  for (const headers of wrong) {
    const { status, text } = await ask(run, { ...message(), headers });

    assert.equal(status, 401);
    assert.deepEqual(JSON.parse(text), {
      type: "error",
      error: {
        type: "authentication_error",
        message: "This token does not belong to this run.",
      },
    });
  }
  assert.deepEqual(models.requests, []);
});

test("only the paths that agents need are let through", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));
  const refused: readonly (readonly [string, string])[] = [
    ["GET", "/v1/messages"],
    ["POST", "/v1/messages/batches"],
    ["POST", "/v1/files"],
    ["GET", "/v1/organizations/users"],
    ["DELETE", "/v1/models/claude-sonnet-5-5"],
    ["GET", "/v1/models/..%2f..%2fv1%2ffiles"],
    ["GET", "/v1/models/../files"],
    ["GET", "/v1/models/a/b"],
    ["POST", "//v1/messages"],
    ["POST", "http://elsewhere.example/v1/messages"],
    ["POST", "/v1/v1/messages"],
    ["POST", "/"],
  ];

  for (const [method, path] of refused) {
    const { status, text } = await ask(run, { ...message(), method, path });
    assert.equal(status, 403, path);
    assert.equal(JSON.parse(text).error.type, "permission_error");
  }
  assert.deepEqual(models.requests, []);
});

test("each API is reached with and without its version, and queries are cut to known names", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));
  const body = { model: "gpt-6-sol", input: "Hello", messages: [] };

  await ask(run, { ...message(), path: "/v1/messages?beta=true&api_key=1" });
  await ask(run, { ...message(), path: "/v1/messages/count_tokens" });
  for (const path of ["/responses", "/v1/chat/completions", "/chat/completions"])
    await ask(run, { path, headers: openaiHeaders, body });
  for (const path of ["/v1/models?limit=5&x=1", "/models", "/v1/models/gpt-6-sol"])
    await ask(run, { method: "GET", path, headers: openaiHeaders });
  await ask(run, { method: "GET", path: "/v1/models", headers: anthropicHeaders });

  assert.deepEqual(
    models.requests.map(({ path, key }) => [path, key]),
    [
      ["/v1/messages?beta=true", realKey],
      ["/v1/messages/count_tokens", realKey],
      ["/v1/responses", openaiKey],
      ["/v1/chat/completions", openaiKey],
      ["/v1/chat/completions", openaiKey],
      ["/v1/models?limit=5", openaiKey],
      ["/v1/models", openaiKey],
      ["/v1/models/gpt-6-sol", openaiKey],
      ["/v1/models", realKey],
    ],
  );
});

test("headers that name a host, an account or a person do not pass", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));

  await ask(run, {
    ...message(),
    headers: {
      ...anthropicHeaders,
      host: "elsewhere.example",
      cookie: "session=1",
      "anthropic-beta": "context-1m",
      "accept-encoding": "gzip",
      "openai-organization": "org-other",
      "x-forwarded-for": "10.0.0.1",
      "proxy-authorization": "Basic x",
      te: "trailers",
    },
  });

  const { headers = {} } = models.requests[0] ?? {};
  assert.equal(headers.host, new URL(models.url).host);
  assert.equal(headers["anthropic-beta"], "context-1m");
  assert.equal(headers["accept-encoding"], "identity");
  for (const name of ["cookie", "openai-organization", "x-forwarded-for", "te"])
    assert.equal(headers[name], undefined, name);
  assert.equal(headers["proxy-authorization"], undefined);
});

test("401, 429 and 529 pass as they are, with the time to wait, and cost nothing", async (t) => {
  const statuses = [401, 429, 529];
  const { run, ledger } = await gatewayForTest(t, () =>
    fails(statuses.shift() ?? 500, {
      "retry-after": "7",
      "request-id": "req_1",
      "anthropic-ratelimit-requests-remaining": "0",
      "set-cookie": "a=b",
      "anthropic-organization-id": "org-1",
    }),
  );

  for (const expected of [401, 429, 529]) {
    const { status, headers, text } = await ask(run, message());
    assert.equal(status, expected);
    assert.equal(JSON.parse(text).error.message, `scripted ${expected}`);
    assert.equal(headers["retry-after"], "7");
    assert.equal(headers["request-id"], "req_1");
    assert.equal(headers["anthropic-ratelimit-requests-remaining"], "0");
    assert.equal(headers["set-cookie"], undefined);
    assert.equal(headers["anthropic-organization-id"], undefined);
  }
  assert.deepEqual(await ledger.report({ since: millis(0) }), []);
});

test("the door knows until when a provider refuses a run that asks too much, until it answers again", async (t) => {
  const date = "Wed, 21 Oct 2099 07:28:00 GMT";
  const answers: [number, string | null][] = [
    [429, "7"],
    [529, "7"],
    [429, date],
    [429, "soon"],
    [429, null],
  ];
  const { run, door } = await gatewayForTest(t, () => {
    const [status, after] = answers.shift() ?? [500, null];
    return fails(status, after === null ? {} : { "retry-after": after });
  });
  const asked = async (): Promise<number | null> => {
    await ask(run, message());
    return door.limitedUntil();
  };

  assert.equal(door.limitedUntil(), null);
  const before = Date.now();
  const until = (await asked()) ?? 0;
  assert.ok(until >= before + 7_000 && until <= Date.now() + 7_000, String(until - before));
  assert.equal(await asked(), null);
  assert.equal(await asked(), Date.parse(date));
  assert.equal(await asked(), null);
  assert.equal(await asked(), null);
});

test("a provider that quotes the key in a failure does not give it away", async (t) => {
  const { url } = await listenerForTest(t, (request, response) => {
    response.writeHead(401, { "content-type": "text/plain" });
    response.end(`Größe: ${JSON.stringify(request.headers)}`);
  });
  const { run } = await gatewayForTest(t, always(says("Hi")), { url });
  const chat = { path: "/chat/completions", headers: openaiHeaders, body: { model: "gpt-6-sol" } };

  for (const asked of [message(), chat]) {
    const { status, text } = await ask(run, asked);
    assert.equal(status, 401);
    assert.match(text, /^Größe: .*\[withheld\]/);
    assert.doesNotMatch(text, new RegExp(`${realKey}|${openaiKey}`));
  }
});

test("requests that are too large, compressed or no JSON are refused in words", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")), {
    limits: { bodyBytes: 10_000 },
  });
  const large = message({ system: "x".repeat(10_000) });
  const zipped = { ...anthropicHeaders, "content-encoding": "gzip" };

  assert.equal((await ask(run, large)).status, 413);
  assert.equal((await ask(run, { ...message(), headers: zipped })).status, 415);
  for (const body of ["", "[]", "null", "{", '{"model":""}', '{"model":1}'])
    assert.equal((await ask(run, { ...message(), body })).status, 400, body);
  assert.deepEqual(models.requests, []);
});

test("a request of a million little things is refused before it stops the service", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));
  const things = (one: string): string =>
    `{"model":"m","messages":[{"content":[${one.repeat(500_000)}0]}]}`;
  // In a text each of these is only a letter.
  const text = 'a, [{ \\" and \\\\ '.repeat(200_000);

  for (const one of ["{},", "[],", "1,", '"",'])
    assert.equal((await ask(run, { ...message(), body: things(one) })).status, 413, one);
  assert.deepEqual(models.requests, []);
  const body = `{"model":"claude-sonnet-5-5","messages":[{"role":"user","content":"${text}"}]}`;
  assert.equal((await ask(run, { ...message(), body })).status, 200);
});

test("a run has so many requests under way and no more", async (t) => {
  const { run, models } = await gatewayForTest(t, always(staysSilent), { limits: { requests: 2 } });
  const leave = new AbortController();
  const two = [1, 2].map(() => open(run.socket, { ...message(), signal: leave.signal }));
  await models.arrived(2);

  const third = await ask(run, message());
  leave.abort();
  await Promise.allSettled(two);

  assert.equal(third.status, 429);
  assert.equal(third.headers["retry-after"], "1");
});

test("a provider that stays silent ends the request in time", async (t) => {
  const { run, door } = await gatewayForTest(t, always(staysSilent), { limits: { silenceMs: 50 } });

  const { status, headers } = await ask(run, message());

  assert.equal(status, 504);
  assert.equal(headers["x-should-retry"], "true");
  // It had the request, and may charge for it.
  assert.ok((await door.usage()).inputTokens > 0);
});

test("a request ends when its time is over", async (t) => {
  const { run } = await gatewayForTest(t, always(staysSilent), { limits: { requestMs: 50 } });

  assert.equal((await ask(run, message())).status, 504);
});

test("a provider that sends the gateway elsewhere is not followed", async (t) => {
  const elsewhere = await listenerForTest(t, (_, response) => response.end("{}"));
  const url = await listenerForTest(t, (_, response) => {
    response.writeHead(302, { location: elsewhere.url });
    response.end();
  });
  const { run } = await gatewayForTest(t, always(says("Hi")), { url: url.url });

  const { status, headers } = await ask(run, message());

  assert.equal(status, 403);
  assert.equal(headers.location, undefined);
  assert.equal(elsewhere.count(), 0);
});

test("a provider that is not there is said to be so, and costs nothing", async (t) => {
  const { run, ledger } = await gatewayForTest(t, always(says("Hi")), {
    url: "http://127.0.0.1:1",
  });

  assert.equal((await ask(run, message())).status, 502);
  assert.equal((await ledger.standing(run.account)).run, 0);
});

test("neither key, token nor text stands in the log, whatever goes wrong", async (t) => {
  const script = [fails(401), fails(529), staysSilent];
  const { run, logged } = await gatewayForTest(t, () => script.shift() ?? staysSilent, {
    limits: { silenceMs: 50 },
  });
  const secret = "the-brief-of-a-stranger";
  const asked = message({ messages: [{ role: "user", content: secret }] });

  for (const _ of [1, 2, 3]) await ask(run, asked);
  await ask(run, { ...asked, path: `/v1/${secret}` });

  assert.ok(logged.length > 0);
  for (const hidden of [realKey, openaiKey, token, secret])
    assert.equal(logged.join("\n").includes(hidden), false, hidden);
});

test("an address without encryption is refused, except on the loopback", async (t) => {
  const { ledger } = await storeForTest(t);
  const settingsFor = (url: string): Parameters<typeof createGateway>[0] => ({
    upstreams: upstreamsOf({
      anthropic: { key: "sk", url },
      openai: { key: null, url: "http://not.used.example" },
    }),
    ledger,
    clock: machineTime,
    log: silentLog,
  });

  for (const url of ["http://api.example", "ftp://127.0.0.1", "not an address"])
    assert.throws(
      () => createGateway(settingsFor(url)),
      (fault) => fault instanceof GatewayFault && fault.kind === "settings",
    );
  for (const url of ["https://api.example/anthropic", "http://127.0.0.1:9", "http://[::1]:9"])
    createGateway(settingsFor(url));
});

/** A plain server that counts its requests. */
async function listenerForTest(
  t: TestContext,
  listener: RequestListener,
): Promise<{ readonly url: string; readonly count: () => number }> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    listener(request, response);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", () => listening.resolve());
  await listening.promise;
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, count: () => count };
}
