/** Where models are, and one request there. */
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

import { GatewayFault, codeOf } from "./fault.ts";
import type { Headers } from "./headers.ts";
import type { Provider, Route } from "./routes.ts";

/** A provider's address and the key to it; an address of null is the provider's own. */
export type Upstream = {
  readonly url: string | null;
  readonly key: string;
  /** Header that carries the key; without it the provider's usual one. */
  readonly keyHeader?: "x-api-key" | "authorization";
};

/** The providers that this service has a key for. */
export type Upstreams = { readonly [one in Provider]?: Upstream };

/** A provider that can be asked. */
export type Reached = {
  readonly base: string;
  readonly key: string;
  readonly keyHeaders: Headers;
  readonly agent: HttpAgent;
};

const ownAddress: Readonly<Record<Provider, string>> = {
  anthropic: "https://api.anthropic.com",
  openai: "https://api.openai.com/v1",
};

/** Keeps those of the operator's providers that have a key. */
export function upstreamsOf(settings: {
  readonly [one in Provider]: { readonly key: string | null; readonly url: string | null };
}): Upstreams {
  const { anthropic, openai } = settings;
  return {
    ...(anthropic.key === null ? {} : { anthropic: { url: anthropic.url, key: anthropic.key } }),
    ...(openai.key === null ? {} : { openai: { url: openai.url, key: openai.key } }),
  };
}

/** Checks the address once. Throws GatewayFault `settings`. */
export function reach(provider: Provider, { url, key, keyHeader }: Upstream): Reached {
  const address = URL.parse(url ?? ownAddress[provider]);
  const isSecure = address?.protocol === "https:";
  if (address === null || (!isSecure && !isLoopback(address)))
    throw new GatewayFault(
      "settings",
      `the address of ${provider} must begin with https://, except on the loopback`,
    );
  const isBearer =
    (keyHeader ?? (provider === "openai" ? "authorization" : "x-api-key")) !== "x-api-key";
  return {
    base: `${address.origin}${basePath(provider, address.pathname)}`,
    key,
    keyHeaders: isBearer ? { authorization: `Bearer ${key}` } : { "x-api-key": key },
    agent: isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true }),
  };
}

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname);

/** By custom the address of the OpenAI form ends with the version, and the other's does not. */
function basePath(provider: Provider, path: string): string {
  const bare = path.replace(/\/+$/, "");
  if (bare.endsWith("/v1")) return bare;
  return provider === "anthropic" || bare === "" ? `${bare}/v1` : bare;
}

/** A request to a provider. */
export type Call = {
  readonly to: Reached;
  readonly route: Route;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Longest silence of the provider. */
  readonly silenceMs: number;
};

/** Sends it and gives the answer as soon as its head is there. Follows no redirect. */
export function send(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
  const { to, route, headers, body, silenceMs } = call;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options: RequestOptions = {
    method: route.method,
    agent: to.agent,
    timeout: silenceMs,
    signal,
    headers: {
      ...headers,
      ...to.keyHeaders,
      // An answer that is compressed could not be counted.
      "accept-encoding": "identity",
      ...(route.method === "POST" ? { "content-length": String(body.length) } : {}),
    },
  };
  const url = `${to.base}${route.path}`;
  const outgoing =
    to.agent instanceof HttpsAgent ? httpsRequest(url, options) : httpRequest(url, options);
  outgoing.on("response", resolve);
  outgoing.on("timeout", () => outgoing.destroy(new SilentProvider()));
  outgoing.on("error", (error) => {
    // The provider ended an idle connection at the moment when it was taken up again: nothing was read from it.
    if (outgoing.reusedSocket && codeOf(error) === "ECONNRESET") resolve(send(call, signal));
    else reject(error);
  });
  outgoing.end(body);
  return promise;
}

/** The provider said nothing for too long. */
export class SilentProvider extends Error {
  override readonly name = "SilentProvider";
}
