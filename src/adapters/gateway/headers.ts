/** Which headers pass, in both directions, and whether a request carries its run's token. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Headers by lower-case name. */
export type Headers = Readonly<{ [name: string]: string }>;

const requestNames: ReadonlySet<string> = new Set([
  "accept",
  "anthropic-beta",
  "anthropic-version",
  "content-type",
  "idempotency-key",
  "openai-beta",
  "user-agent",
]);

const responseNames: ReadonlySet<string> = new Set([
  "content-type",
  "openai-processing-ms",
  "request-id",
  "retry-after",
  "retry-after-ms",
  "x-request-id",
  "x-should-retry",
]);

const responsePrefixes: readonly string[] = ["anthropic-ratelimit-", "x-ratelimit-"];

/** What of a request's headers the provider may see: nothing that names a host, an account or a person. */
export const passedOn = (headers: IncomingHttpHeaders): Headers =>
  kept(headers, (name) => requestNames.has(name));

/** What of the provider's headers the agent may see. */
export const passedBack = (headers: IncomingHttpHeaders): Headers =>
  kept(
    headers,
    (name) =>
      responseNames.has(name) || responsePrefixes.some((beginning) => name.startsWith(beginning)),
  );

function kept(headers: IncomingHttpHeaders, isKept: (name: string) => boolean): Headers {
  const passed: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(headers))
    if (typeof value === "string" && isKept(name)) passed[name] = value;
  return passed;
}

/** Compares in a time that tells nothing of the token, not even its length. */
export function isAuthorized(headers: IncomingHttpHeaders, token: string): boolean {
  const given = givenToken(headers);
  return given !== null && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function givenToken({ authorization, ...others }: IncomingHttpHeaders): string | null {
  const scheme = "bearer ";
  if (authorization !== undefined && authorization.toLowerCase().startsWith(scheme))
    return authorization.slice(scheme.length);
  const key = others["x-api-key"];
  return typeof key === "string" ? key : null;
}
