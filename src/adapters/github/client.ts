/** One way to ask GitHub as one identity: bounded in time, typed, with faults and pauses in our terms. */
import { z } from "zod";
import type { Millis } from "../../core/ids.ts";
import type { Clock } from "../../ports.ts";
import type { GraphqlDocument, Page } from "./document.ts";
import { faultOf, ForgeFault, retryTime } from "./fault.ts";
import type { Gate } from "./gate.ts";
import { createGate } from "./gate.ts";
import { endOf } from "./stream-end.ts";

/** The part of an Octokit that we use. It neither retries nor follows limits by itself. */
export type Octokit = {
  readonly request: (
    route: string,
    parameters?: { [name: string]: unknown },
  ) => Promise<{
    readonly data: unknown;
    readonly headers: { readonly [name: string]: unknown };
  }>;
  readonly graphql: (query: string, variables?: { [name: string]: unknown }) => Promise<unknown>;
};

type Parameters = { readonly [name: string]: unknown };

/** Asks in one identity's name. `what` says what is attempted, for faults. */
export type Client = {
  readonly rest: <Answer>(
    what: string,
    route: string,
    parameters: Parameters,
    answer: z.ZodType<Answer>,
  ) => Promise<Answer>;
  /** One page of a list whose pages are found by cursor; `next` is the cursor of the one that follows. */
  readonly restPage: <Node>(
    what: string,
    route: string,
    parameters: Parameters,
    node: z.ZodType<Node>,
  ) => Promise<Page<Node>>;
  /** The last bytes of a text that may be of any length, wherever GitHub keeps it. */
  readonly restEnd: (
    what: string,
    route: string,
    parameters: Parameters,
    bytes: number,
  ) => Promise<string>;
  /** Throws when any part of the answer was refused. */
  readonly graphql: <Answer>(
    what: string,
    document: GraphqlDocument<Answer>,
    variables: Parameters,
  ) => Promise<Answer>;
  /** Gives what was answered and which parts were refused. */
  readonly partial: <Answer>(
    what: string,
    document: GraphqlDocument<Answer>,
    variables: Parameters,
  ) => Promise<PartialAnswer<Answer>>;
};

/** An answer, some of whose nullable parts may be null because they were refused. */
type PartialAnswer<Answer> = {
  readonly answer: Answer;
  readonly refusals: readonly Refusal[];
};

/** One entry of a GraphQL answer's errors that has a reason of its own. */
export type Refusal = {
  readonly path: readonly (string | number)[];
  readonly kind: "not-found" | "forbidden" | "validation";
  readonly words: string;
};

/** GitHub itself ends every request after 10 seconds; the rest is for the wait in Octokit's own queue. */
const timeoutMs = 60_000;

/** A client; its pauses are its own. */
export function createClient(octokit: Octokit, clock: Clock): Client {
  const restGate = createGate(clock);
  const graphqlGate = createGate(clock);
  const partial: Client["partial"] = async (what, { text, answer }, variables) => {
    const raw = await through(graphqlGate, clock, what, () =>
      askGraphql(octokit, what, text, variables, clock),
    );
    return { answer: parsed(what, answer, raw.data), refusals: raw.refusals };
  };
  const request = (
    what: string,
    route: string,
    parameters: Parameters,
  ): ReturnType<Octokit["request"]> =>
    through(restGate, clock, what, () =>
      octokit.request(route, { ...parameters, request: bounded() }),
    );
  return {
    rest: async (what, route, parameters, answer) =>
      parsed(what, answer, (await request(what, route, parameters)).data),
    restPage: async (what, route, parameters, node) => {
      const { data, headers } = await request(what, route, parameters);
      return { nodes: parsed(what, z.array(node), data), next: nextCursor(headers["link"]) };
    },
    restEnd: (what, route, parameters, bytes) =>
      through(restGate, clock, what, async () => {
        const streamed = { ...bounded(), parseSuccessResponseBody: false };
        const { data } = await octokit.request(route, { ...parameters, request: streamed });
        return endOf(data, bytes);
      }),
    partial,
    graphql: async (what, document, variables) => {
      const { answer, refusals } = await partial(what, document, variables);
      const [first] = refusals;
      if (first !== undefined) throw refusalFault(what, first);
      return answer;
    },
  };
}

const bounded = (): { readonly signal: AbortSignal } => ({
  signal: AbortSignal.timeout(timeoutMs),
});

/** A refused part as a fault, where that part was indispensable. */
export const refusalFault = (what: string, { kind, words }: Refusal): ForgeFault =>
  new ForgeFault(kind, `${what}: GitHub refused: ${words}`);

/** From `<https://…?cursor=v1_5>; rel="next", <…>; rel="prev"`. */
function nextCursor(link: unknown): string | null {
  if (typeof link !== "string") return null;
  const [address = ""] = link
    .split(",")
    .filter((part) => part.includes('rel="next"'))
    .map((part) => part.slice(part.indexOf("<") + 1, part.indexOf(">")));
  return URL.parse(address)?.searchParams.get("cursor") ?? null;
}

async function through<Answer>(
  gate: Gate,
  clock: Clock,
  what: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  gate.pass(what);
  try {
    return await ask();
  } catch (error) {
    const fault = faultOf(what, error, clock.now());
    if (fault.kind === "rate-limited" && fault.retryAt !== null) gate.closeUntil(fault.retryAt);
    throw fault;
  }
}

/** What Octokit throws when a GraphQL answer has errors, whatever its HTTP status. */
const ResponseError = z.object({
  name: z.literal("GraphqlResponseError"),
  headers: z.record(z.string(), z.unknown()),
  data: z.unknown(),
  errors: z.array(
    z.object({
      type: z.string().optional(),
      path: z.array(z.union([z.string(), z.number()])).optional(),
      message: z.string(),
      extensions: z.object({ code: z.string().optional() }).optional(),
    }),
  ),
});
type ResponseError = z.infer<typeof ResponseError>;
type Raw = { readonly data: unknown; readonly refusals: readonly Refusal[] };

async function askGraphql(
  octokit: Octokit,
  what: string,
  text: string,
  variables: Parameters,
  clock: Clock,
): Promise<Raw> {
  try {
    return {
      data: await octokit.graphql(text, { ...variables, request: bounded() }),
      refusals: [],
    };
  } catch (error) {
    const answered = ResponseError.safeParse(error).data;
    if (answered === undefined) throw error;
    return { data: answered.data, refusals: refusalsOf(what, answered, clock.now(), error) };
  }
}

/**
 * Types of errors that concern one part of the request. Samples:
 * `{"type":"NOT_FOUND","path":["node"],"message":"Could not resolve to a node with the global id of 'I_1'"}`
 * `{"type":"FORBIDDEN","path":["s0"],"message":"Resource not accessible by integration"}`
 * `{"type":"UNPROCESSABLE","path":["s0"],"message":"The single select option Id does not belong to the field"}`
 */
const refusalKinds: ReadonlyMap<string, Refusal["kind"]> = new Map([
  ["NOT_FOUND", "not-found"],
  ["FORBIDDEN", "forbidden"],
  ["INSUFFICIENT_SCOPES", "forbidden"],
  ["UNPROCESSABLE", "validation"],
  ["VALIDATION", "validation"],
]);

/** Throws when the request failed as a whole: a limit, a document that GitHub does not accept, or a breakdown. */
function refusalsOf(
  what: string,
  { errors, headers }: ResponseError,
  now: Millis,
  cause: unknown,
): readonly Refusal[] {
  const limit = errors.find(({ type }) => type === "RATE_LIMITED");
  if (limit !== undefined) {
    const retryAt = retryTime(headers, now);
    throw new ForgeFault("rate-limited", `${what}: ${limit.message}`, { retryAt, cause });
  }
  return errors.map(({ type, path, message, extensions }) => {
    const kind = refusalKinds.get(type ?? "");
    if (kind !== undefined && path !== undefined) return { path, kind, words: message };
    // GitHub answers a timeout of its own with HTTP 200, a message and no type.
    const whole = kind ?? (extensions?.code === undefined ? "outside" : "validation");
    throw new ForgeFault(whole, `${what}: ${message}`, { cause });
  });
}

function parsed<Answer>(what: string, answer: z.ZodType<Answer>, data: unknown): Answer {
  const result = answer.safeParse(data);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path }) => path.join("."));
  const message = `${what}: GitHub's answer is not as documented at ${places.join(", ")}`;
  throw new ForgeFault("outside", message, { cause: result.error });
}
