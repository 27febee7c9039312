/** What GitHub does not do, in one class. The runtime reads `retryable` and `retryAt`; nobody reads messages. */
import { z } from "zod";
import type { Millis } from "../../core/ids.ts";
import { millis } from "../../core/ids.ts";

/** Why a request came to nothing. */
export type ForgeFaultKind =
  | "not-found"
  | "gone"
  | "forbidden"
  | "unauthorised"
  | "validation"
  | "conflict"
  | "rate-limited"
  /** GitHub or the way to it is broken; a write may have taken effect. */
  | "outside";

/** What was attempted, and what came back. */
export class ForgeFault extends Error {
  readonly kind: ForgeFaultKind;
  readonly retryable: boolean;
  /** Before this time the same request is refused again; null where GitHub named none. */
  readonly retryAt: Millis | null;

  constructor(
    kind: ForgeFaultKind,
    message: string,
    more: { readonly retryAt?: Millis; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = "ForgeFault";
    this.kind = kind;
    // A token that is refused is followed by a fresh one.
    this.retryable = kind === "outside" || kind === "rate-limited" || kind === "unauthorised";
    this.retryAt = more.retryAt ?? null;
  }
}

/** An Octokit error of REST, or of GraphQL over HTTP. Without a response nothing came back. */
const HttpError = z.object({
  status: z.number(),
  response: z.object({
    headers: z.record(z.string(), z.unknown()),
    data: z.unknown(),
  }),
});
type HttpError = z.infer<typeof HttpError>;

/** What Octokit's throttling makes of a GraphQL limit; it has no status, because GitHub sends the limit with 200. */
const LimitError = z.object({
  response: z.object({
    headers: z.record(z.string(), z.unknown()),
    data: z.object({ errors: z.array(z.object({ type: z.string().optional() })) }),
  }),
});

const Words = z.object({ message: z.string() });
const Details = z.object({
  errors: z.array(
    z.union([z.string(), z.object({ message: z.string() }).transform((e) => e.message)]),
  ),
});

/**
 * Limits for which GitHub has no status of their own. Samples of 403:
 * "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
 * "API rate limit exceeded for installation ID 5."
 * "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again."
 */
const limitWords = ["secondary rate limit", "API rate limit exceeded", "abuse detection"];

/** Says what an error that Octokit threw means; `what` is the attempt, as in "reading issue I_1". */
export function faultOf(what: string, error: unknown, now: Millis): ForgeFault {
  if (error instanceof ForgeFault) return error;
  const http = HttpError.safeParse(error).data;
  if (http === undefined) {
    const limit = LimitError.safeParse(error).data?.response;
    if (limit?.data.errors.some(({ type }) => type === "RATE_LIMITED") === true) {
      const retryAt = retryTime(limit.headers, now);
      return new ForgeFault("rate-limited", `${what}: the limit of GraphQL is used up`, {
        cause: error,
        retryAt,
      });
    }
    const words = error instanceof Error ? error.message : String(error);
    return new ForgeFault("outside", `${what}: no answer: ${words}`, { cause: error });
  }
  const words = wordsOf(http);
  const message = `${what}: GitHub answered ${http.status}: ${words}`;
  const kind = kindOf(http, words);
  if (kind !== "rate-limited") return new ForgeFault(kind, message, { cause: error });
  const retryAt = retryTime(http.response.headers, now);
  return new ForgeFault(kind, message, { cause: error, retryAt });
}

function kindOf({ status, response: { headers } }: HttpError, words: string): ForgeFaultKind {
  switch (status) {
    case 401:
      return "unauthorised";
    case 403:
      return isLimited(headers, words) ? "rate-limited" : "forbidden";
    case 404:
      return "not-found";
    case 405:
    case 409:
      return "conflict";
    case 410:
      return "gone";
    case 429:
      return "rate-limited";
  }
  return status >= 500 || status === 408 ? "outside" : "validation";
}

type Headers = HttpError["response"]["headers"];

const isLimited = (headers: Headers, words: string): boolean =>
  headers["retry-after"] !== undefined ||
  headers["x-ratelimit-remaining"] === "0" ||
  limitWords.some((part) => words.includes(part));

/** https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately */
export function retryTime(headers: Headers, now: Millis): Millis {
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after)) return millis(now + Math.max(after, 1) * 1000);
  const reset = Number(headers["x-ratelimit-reset"]);
  const isUsedUp = headers["x-ratelimit-remaining"] === "0";
  if (isUsedUp && Number.isFinite(reset)) return millis(Math.max(reset * 1000, now + 1000));
  return millis(now + 60_000);
}

const longestWords = 300;

/** GitHub's own words, with the entries of its list of faults. */
function wordsOf({ response: { data } }: HttpError): string {
  const message = Words.safeParse(data).data?.message ?? "no explanation";
  const details = Details.safeParse(data).data?.errors ?? [];
  return [message, ...details].join("; ").slice(0, longestWords);
}
