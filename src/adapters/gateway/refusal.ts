/** How the gateway says no: in the form in which the provider would, so that agents understand it. */
import type { ServerResponse } from "node:http";

import type { Provider } from "./routes.ts";

/** An answer that the gateway gives by itself. */
export type Refusal = {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Whether the same request may succeed later. */
  readonly isLasting: boolean;
};

/**
 * The money is spent. Each form has one status at which its agents end at once, as seen with Claude Code 2.1.329 and
 * Codex 0.169.0: Claude Code tries a 400 six times in other words and calls a 403 a failed login, and Codex holds only
 * a 400 for final.
 */
export const overBudget = (provider: Provider, message: string): Refusal => ({
  status: provider === "anthropic" ? 402 : 400,
  code: "budget_exhausted",
  message,
  isLasting: true,
});

/** Refusals that need no more words. */
export const refusals = {
  unauthorized: lasting(401, "invalid_token", "This token does not belong to this run."),
  forbidden: lasting(403, "not_allowed", "The gateway does not let this request through."),
  noKey: lasting(403, "not_configured", "The gateway has no key for this provider."),
  tooLarge: lasting(413, "too_large", "The request is larger than the gateway lets through."),
  encoded: lasting(415, "not_plain", "The gateway reads only requests that are not compressed."),
  malformed: lasting(400, "not_json", "The request is not a JSON object that names a model."),
  remoteContent: lasting(
    400,
    "remote_content",
    "The gateway lets no content through that the provider would have to fetch from an address.",
  ),
  searching: lasting(
    400,
    "searching_model",
    "The gateway lets no model be asked that searches the network; choose another one.",
  ),
  busy: passing(429, "too_many_requests", "This run has too many requests under way."),
  unknownStanding: passing(503, "no_ledger", "The gateway cannot see what is spent."),
  unreachable: passing(502, "unreachable", "The gateway cannot reach the provider."),
  redirected: lasting(403, "redirected", "The provider sent the gateway elsewhere; it stays."),
  timedOut: passing(504, "timed_out", "The provider did not answer in time."),
} as const;

function lasting(status: number, code: string, message: string): Refusal {
  return { status, code, message, isLasting: true };
}

function passing(status: number, code: string, message: string): Refusal {
  return { status, code, message, isLasting: false };
}

/** Answers with a refusal, or breaks off an answer that has begun. */
export function refuse(response: ServerResponse, provider: Provider, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(refusal.status, {
    "content-type": "application/json",
    "x-should-retry": refusal.isLasting ? "false" : "true",
    ...(refusal.isLasting ? {} : { "retry-after": "1" }),
    // What is left of a request that was not read must not be taken for the next one.
    ...(refusal === refusals.tooLarge || refusal === refusals.encoded
      ? { connection: "close" }
      : {}),
  });
  response.end(refusalText(provider, refusal));
}

/** The body of a refusal. */
export function refusalText(provider: Provider, { status, code, message }: Refusal): string {
  const type = errorTypes[status] ?? "invalid_request_error";
  return JSON.stringify(
    provider === "anthropic"
      ? { type: "error", error: { type, message } }
      : { error: { message, type, param: null, code } },
  );
}

/** Both providers' word for a status, https://platform.claude.com/docs/en/api/errors. */
const errorTypes: Readonly<{ [status: number]: string }> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  413: "request_too_large",
  429: "rate_limit_error",
  502: "api_error",
  503: "api_error",
  504: "timeout_error",
};
