/** One request of one run: is it allowed, is there money, and then the provider's answer. */
import type { IncomingMessage, ServerResponse } from "node:http";

import type { Clock, Log } from "../../ports.ts";
import type { Exhaustion } from "./exhaustion.ts";
import type { GatewayRun } from "./gateway.ts";
import { isAuthorized, passedOn } from "./headers.ts";
import type { Limit } from "./limit.ts";
import { meterFor } from "./meter.ts";
import type { Meter } from "./meter.ts";
import type { PriceList } from "./prices.ts";
import type { Flight, Purse, RunLedger } from "./purse.ts";
import { overBudget, refusalText, refusals, refuse } from "./refusal.ts";
import { relay } from "./relay.ts";
import type { Follower, Relayed } from "./relay.ts";
import { readRequest } from "./request.ts";
import type { Prepared } from "./request.ts";
import { providerOf, routeOf } from "./routes.ts";
import type { Provider, Route } from "./routes.ts";
import type { Reached } from "./upstream.ts";

/** What all doors of a gateway share. */
export type GatewayParts = {
  readonly providers: { readonly [one in Provider]?: Reached };
  readonly purse: Purse;
  readonly ledger: RunLedger;
  readonly prices: PriceList;
  readonly limits: GatewayLimits;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
};

/** How much one run may ask for. */
export type GatewayLimits = {
  readonly bodyBytes: number;
  /** Requests under way at the same time. */
  readonly requests: number;
  /** From a request's arrival to the end of its answer. */
  readonly requestMs: number;
  /** Longest silence of a provider. */
  readonly silenceMs: number;
};

/** Whom a request comes from. */
export type Asking = {
  readonly parts: GatewayParts;
  readonly run: GatewayRun;
  readonly exhaustion: Exhaustion;
  readonly limit: Limit;
  readonly isBusy: boolean;
};

/** Answers one request; rejects only where we are wrong. */
export async function answerOne(
  asking: Asking,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { parts, run, isBusy } = asking;
  const form = providerOf(request.headers);
  if (!isAuthorized(request.headers, run.token))
    return refuse(response, form, refusals.unauthorized);
  const route = routeOf(request.method, request.url, request.headers);
  if (route === null) return refuse(response, form, refusals.forbidden);
  const to = parts.providers[route.provider];
  if (to === undefined) return refuse(response, route.provider, refusals.noKey);
  if (isBusy) return refuse(response, route.provider, refusals.busy);
  const end = endOf(response, parts.limits.requestMs);
  try {
    const read = await readRequest(request, route, parts.limits.bodyBytes);
    if (!read.isRead) return refuse(response, route.provider, read.refusal);
    const call = { to, route, request: read.value, headers: passedOn(request.headers) };
    await forward(asking, call, response, end.signal);
  } catch (error) {
    // The client went away before it had said what it wanted.
    if (!request.destroyed) throw error;
  } finally {
    end.clear();
  }
}

/** Aborts when the client is gone or the time is over. */
function endOf(
  response: ServerResponse,
  limitMs: number,
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const end = new AbortController();
  response.on("close", () => end.abort());
  const timer = setTimeout(() => end.abort(), limitMs);
  return { signal: end.signal, clear: () => clearTimeout(timer) };
}

type Asked = {
  readonly to: Reached;
  readonly route: Route;
  readonly request: Prepared;
  readonly headers: Readonly<{ [name: string]: string }>;
};

async function forward(
  asking: Asking,
  asked: Asked,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { parts } = asking;
  const { route, request } = asked;
  const call = {
    to: asked.to,
    route,
    headers: asked.headers,
    body: request.body,
    silenceMs: parts.limits.silenceMs,
  };
  if (route.shape === "free") {
    finish(asking, asked, response, await relay(call, response, null, signal));
    return;
  }
  const meter = meterFor({
    provider: route.provider,
    shape: route.shape,
    model: request.model,
    requestBytes: request.body.length,
    outputLimit: request.outputLimit,
    prices: parts.prices,
  });
  const flight = await takeOff(asking, asked, response, meter);
  if (flight === null) return;
  let relayed: Relayed | null = null;
  const began = performance.now();
  try {
    relayed = await relay(call, response, followerOf(asking, route, meter, flight), signal);
  } finally {
    // Otherwise an agent would have its thoughts for nothing by going away before the bill.
    if (signal.aborted) meter.leave(performance.now() - began);
    flight.land(relayed?.mayCost === false ? null : meter.used());
  }
  finish(asking, asked, response, relayed);
}

/** Null when the request was refused. */
async function takeOff(
  { parts, run, exhaustion }: Asking,
  { route }: Asked,
  response: ServerResponse,
  meter: Meter,
): Promise<Flight | null> {
  const { account, budget } = run;
  let admission;
  try {
    admission = await parts.purse.admit(account, budget, meter.used().usd);
  } catch (error) {
    parts.log.error({ err: error, run: account.run }, "ledger did not answer the gateway");
    refuse(response, route.provider, refusals.unknownStanding);
    return null;
  }
  if (admission.isAdmitted) {
    exhaustion.end();
    return admission.flight;
  }
  // Agents may ask again and again.
  if (exhaustion.current() === null)
    parts.log.info({ run: account.run, budget: admission.spent }, "budget is spent");
  // Told first: an agent that gives up at the refusal has not crashed.
  exhaustion.begin(admission.spent);
  refuse(response, route.provider, overBudget(route.provider, admission.words));
  return null;
}

function followerOf(
  { parts, run, exhaustion }: Asking,
  { provider }: Route,
  meter: Meter,
  flight: Flight,
): Follower {
  let canBeCut = false;
  return {
    begin: (isStream) => {
      canBeCut = isStream;
      meter.begin(isStream);
    },
    end: () => meter.end(),
    push: (chunk) => {
      meter.push(chunk);
      flight.costs(meter.used().usd);
      const name = flight.overdrawn();
      if (name === null || !canBeCut || meter.isSettled()) return null;
      parts.log.info({ run: run.account.run, budget: name }, "answer is cut off, budget is spent");
      exhaustion.begin(name);
      const words = overBudget(
        provider,
        "The budget was spent while this answer was being written.",
      );
      return `\n\nevent: error\ndata: ${refusalText(provider, words)}\n\n`;
    },
  };
}

function finish(
  { parts, run, limit }: Asking,
  { route }: Asked,
  response: ServerResponse,
  { status, retryAfter, refusal }: Relayed,
): void {
  limit.note(status, retryAfter);
  const { provider } = route;
  if (status === 401 || status === 403)
    parts.log.warn({ run: run.account.run, provider, status }, "provider refused the key");
  if (refusal === null) return;
  parts.log.warn(
    { run: run.account.run, provider, status, why: refusal.code },
    "request to a model failed",
  );
  refuse(response, provider, refusal);
}
