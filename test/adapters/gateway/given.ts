/** A gateway with one run's door, a scripted model behind it, and a client that stands where the agent would. */
import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { join } from "node:path";
import type { TestContext } from "node:test";

import type { GatewayLimits } from "../../../src/adapters/gateway/answer.ts";
import { createGateway } from "../../../src/adapters/gateway/create-gateway.ts";
import type { Gateway, GatewayDoor, GatewayRun } from "../../../src/adapters/gateway/gateway.ts";
import type { PriceList } from "../../../src/adapters/gateway/prices.ts";
import type { OpenLedger } from "../../../src/adapters/store/ledger.ts";
import { millis } from "../../../src/core/ids.ts";
import type { Millis } from "../../../src/core/ids.ts";
import type { Budget } from "../../../src/core/policy.ts";
import type { Log } from "../../../src/ports.ts";
import { atEnd } from "../../support/cleanup.ts";
import { startModelServer } from "../../support/model-server.ts";
import type { ModelServer } from "../../support/model-server.ts";
import type { Scenario } from "../../support/model-scenario.ts";
import { folderForTest, ledgerForTest } from "../../support/postgres.ts";

export const realKey = "sk-real-key-never-inside";
export const openaiKey = "sk-real-openai-key-never-inside";
export const token = "run-token-1";
export const noBudget: Budget = { run: null, issue: null, repositoryDay: null, day: null };
export const account = { repository: 9, issueNumber: 7, run: "worker-1-7/1" };
export const machineTime = { now: (): Millis => millis(Date.now()) };

/** How a gateway differs from the usual one. */
export type Beginning = {
  readonly budget?: Partial<Budget>;
  readonly limits?: Partial<GatewayLimits>;
  readonly prices?: PriceList;
  /** Address of the models; without it the scripted ones. */
  readonly url?: string;
};

export type Given = {
  readonly gateway: Gateway;
  readonly door: GatewayDoor;
  readonly run: GatewayRun;
  readonly models: ModelServer;
  readonly ledger: OpenLedger;
  /** Every line of the log, with its fields, as text. */
  readonly logged: readonly string[];
};

/** Opens all of it; the gateway's door is closed with the test. */
export async function gatewayForTest(
  t: TestContext,
  scenario: Scenario,
  { budget = {}, limits = {}, prices = {}, url }: Beginning = {},
): Promise<Given> {
  const ledger = await ledgerForTest();
  const models = await startModelServer(t, scenario);
  const { log, logged } = keepingLog();
  const gateway = createGateway({
    upstreams: {
      anthropic: { url: url ?? models.url, key: realKey },
      openai: { url: `${url ?? models.url}/v1`, key: openaiKey },
    },
    ledger,
    clock: machineTime,
    log,
    prices,
    limits,
  });
  const run = {
    account,
    budget: { ...noBudget, ...budget },
    socket: join(await folderForTest(t), "llm.sock"),
    token,
  };
  const door = await doorForTest(t, gateway, run);
  return { gateway, door, run, models, ledger, logged };
}

/** One more door of the same gateway. */
export async function doorForTest(
  t: TestContext,
  gateway: Gateway,
  run: GatewayRun,
): Promise<GatewayDoor> {
  const door = await gateway.open(run);
  atEnd(t, () => door.close());
  return door;
}

function keepingLog(): { readonly log: Log; readonly logged: readonly string[] } {
  const logged: string[] = [];
  const keep = (fields: object, message: string): void => {
    const seen = Object.values(fields).map((value) =>
      value instanceof Error ? `${value.message} ${value.stack}` : JSON.stringify(value),
    );
    logged.push([message, ...seen].join(" "));
  };
  return { log: { info: keep, warn: keep, error: keep }, logged };
}

/** A request as an agent makes it. */
export type Asked = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<{ [name: string]: string }>;
  readonly body?: object | string;
  readonly signal?: AbortSignal;
};

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

export const anthropicHeaders = {
  authorization: `Bearer ${token}`,
  "anthropic-version": "2023-06-01",
  "content-type": "application/json",
};
export const openaiHeaders = {
  authorization: `Bearer ${token}`,
  "content-type": "application/json",
};

/** A request of the messages API. */
export const message = (more: object = {}): Asked => ({
  path: "/v1/messages?beta=true",
  headers: anthropicHeaders,
  body: {
    model: "claude-sonnet-5-5",
    max_tokens: 1_000,
    messages: [{ role: "user", content: "Hello" }],
    ...more,
  },
});

/** Sends a request to a run's door and reads the whole answer. */
export async function ask({ socket }: GatewayRun, asked: Asked): Promise<Answer> {
  const answer = await open(socket, asked);
  let text = "";
  for await (const chunk of answer as AsyncIterable<Buffer>) text += chunk.toString("utf8");
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

/** Sends a request and gives the answer when its head is there. */
export function open(socket: string | null, asked: Asked): Promise<IncomingMessage> {
  const { method = "POST", path = "/v1/messages", headers = anthropicHeaders } = asked;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = httpRequest(
    { socketPath: socket ?? "", method, path, headers, signal: asked.signal, agent: false },
    resolve,
  );
  outgoing.on("error", reject);
  const { body } = asked;
  outgoing.end(typeof body === "object" ? JSON.stringify(body) : body);
  return promise;
}
