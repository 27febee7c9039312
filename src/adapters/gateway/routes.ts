/** The requests that are let through, and where each goes. Everything else is refused. */
import type { IncomingHttpHeaders } from "node:http";

/** The two forms of API. */
export type Provider = "anthropic" | "openai";

/** How the answer tells what was used; `free` costs nothing. */
export type Shape = "messages" | "responses" | "chat" | "free";

/** An allowed request. */
export type Route = {
  readonly provider: Provider;
  readonly shape: Shape;
  readonly method: "GET" | "POST";
  /** Path below the API's version, with the query that is passed on: `/messages?beta=true`. */
  readonly path: string;
};

type Rule = Pick<Route, "shape" | "method"> & {
  /** Null: whichever of the two the request is made for. */
  readonly provider: Provider | null;
  readonly path: string;
  readonly query: readonly string[];
};

const modelQuery = ["limit", "before_id", "after_id", "client_version"];

const rules: readonly Rule[] = [
  { provider: "anthropic", shape: "messages", method: "POST", path: "/messages", query: ["beta"] },
  {
    provider: "anthropic",
    shape: "free",
    method: "POST",
    path: "/messages/count_tokens",
    query: ["beta"],
  },
  { provider: "openai", shape: "responses", method: "POST", path: "/responses", query: [] },
  { provider: "openai", shape: "chat", method: "POST", path: "/chat/completions", query: [] },
  { provider: null, shape: "free", method: "GET", path: "/models", query: modelQuery },
];

/** Names of models as both providers make them; a path with anything else is not one. */
const modelPath = /^\/models\/[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** Where a request goes; null when it is not allowed. Of the query only known names are passed on. */
export function routeOf(
  method: string | undefined,
  target: string | undefined,
  headers: IncomingHttpHeaders,
): Route | null {
  const [path, query] = splitOnce(target ?? "");
  // Clients of the OpenAI form put the version into their base address or leave it out.
  const below = path.startsWith("/v1/") ? path.slice("/v1".length) : path;
  const wanted = modelPath.test(below) ? "/models" : below;
  const rule = rules.find((one) => one.method === method && one.path === wanted);
  if (rule === undefined) return null;
  const provider = rule.provider ?? providerOf(headers);
  const { shape, method: known } = rule;
  return { provider, shape, method: known, path: `${below}${keptQuery(query, rule.query)}` };
}

/** Whose form of errors a request expects, whatever it asks for. */
export const providerOf = (headers: IncomingHttpHeaders): Provider =>
  headers["anthropic-version"] === undefined ? "openai" : "anthropic";

function splitOnce(target: string): readonly [string, string] {
  const at = target.indexOf("?");
  return at === -1 ? [target, ""] : [target.slice(0, at), target.slice(at + 1)];
}

function keptQuery(query: string, names: readonly string[]): string {
  const kept = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(query))
    if (names.includes(name)) kept.append(name, value);
  return kept.size === 0 ? "" : `?${kept.toString()}`;
}
