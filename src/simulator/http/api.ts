/** REST and GraphQL requests: who asks, which fault strikes, what it costs, and the line in the log. */
import { setTimeout as sleep } from "node:timers/promises";
import { actorName, whoIs } from "../auth/who.ts";
import { matchRoute } from "../rest/router.ts";
import { notModelled, refused, replyOf, tagged } from "./reply.ts";
import { operationsIn } from "../graphql-face.ts";
import { quotaHeaders } from "./limits.ts";
import { NotModelled, Refusal } from "../refusal.ts";
import { refuseIgnored } from "../rest/ignored.ts";
import { subjectsOf } from "../control/subjects.ts";
import type { Actor } from "../auth/who.ts";
import type { Answer } from "../rest/call.ts";
import type { Desk } from "./desk.ts";
import type { GraphqlRequest } from "../graphql-face.ts";
import type { Fault } from "../control/faults.ts";
import type { IncomingHttpHeaders } from "node:http";
import type { Reply } from "./reply.ts";
import type { Resource } from "./limits.ts";

/** A request to the API whose body has been read. */
export interface ApiRequest {
  readonly method: string;
  /** As the client wrote it. */
  readonly url: URL;
  /** Without `/api/v3` and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Effect {
  readonly answer: Answer;
  readonly points: number;
  readonly notModelled: boolean;
}

/** Answers a REST request. */
export async function answerRest(desk: Desk, request: ApiRequest): Promise<Reply> {
  return await answerApi(desk, request, "core", [], async (actor) => {
    const answer = await callRoute(desk, request, actor);
    return {
      answer: answer ?? notModelled(request.method, request.path),
      points: answer?.points ?? 1,
      notModelled: answer === null,
    };
  });
}

/** Answers a GraphQL request. */
export async function answerGraphql(desk: Desk, request: ApiRequest): Promise<Reply> {
  const asked = readGraphql(request.text);
  const operations = asked === null ? [] : operationsIn(asked);
  return await answerApi(desk, request, "graphql", operations, async (actor) => {
    if (actor.kind === "anonymous") {
      throw new Refusal(401, "This endpoint requires you to be authenticated.");
    }
    if (asked === null) throw new Refusal(400, "Problems parsing JSON");
    const quota = desk.limits.quota(actor, "graphql");
    const result = await desk.graphql(desk.sim, actor, asked, quota);
    return { ...result, answer: { status: 200, body: result.body } };
  });
}

async function answerApi(
  desk: Desk,
  request: ApiRequest,
  resource: Resource,
  operations: readonly string[],
  effect: (actor: Actor) => Promise<Effect>,
): Promise<Reply> {
  const fault = desk.faults.take(request.method, request.path, operations);
  if (fault?.respond.delayMs !== undefined) await sleep(fault.respond.delayMs);
  const actor = readActor(desk, request);
  const happened = await happen(desk, actor, resource, fault, effect);
  const reply = replyOf(desk.sim, redirected(request.method, happened.answer));
  const answer = request.method === "GET" ? tagged(reply, request.headers["if-none-match"]) : reply;
  const points = answer.status === 304 ? 0 : happened.points;
  const payer: Actor = actor instanceof Refusal ? { kind: "anonymous" } : actor;
  const quota = desk.limits.spend(payer, resource, points);
  desk.log.add({
    time: desk.sim.now().toISOString(),
    actor: actor instanceof Refusal ? "unknown" : actorName(actor),
    method: request.method,
    path: request.path + request.url.search,
    operation: operations.length === 0 ? null : operations.join(" "),
    status: answer.status,
    points,
    issues: subjectsOf(desk.sim.world, request.path, request.text),
    notModelled: happened.notModelled,
  });
  if (request.method !== "GET") desk.sim.touch();
  return { ...answer, headers: { ...quotaHeaders(quota), ...answer.headers } };
}

/** A request that writes is to be repeated as it is, which clients do after 307 only. */
const redirected = (method: string, answer: Answer): Answer =>
  answer.status === 301 && method !== "GET" && method !== "HEAD"
    ? { ...answer, status: 307 }
    : answer;

async function happen(
  desk: Desk,
  actor: Actor | Refusal,
  resource: Resource,
  fault: Fault | null,
  effect: (actor: Actor) => Promise<Effect>,
): Promise<Effect> {
  const replaced = faultAnswer(fault);
  if (replaced !== null && fault?.respond.afterEffect !== true) return replaced;
  const happened = await attempt(async () => {
    if (actor instanceof Refusal) throw actor;
    if (resource === "core" && desk.limits.quota(actor, resource).remaining === 0)
      throw exhausted(actor);
    return await effect(actor);
  });
  return replaced === null ? happened : { ...happened, answer: replaced.answer };
}

async function attempt(effect: () => Promise<Effect>): Promise<Effect> {
  try {
    return await effect();
  } catch (error) {
    if (error instanceof Refusal) {
      return { answer: refused(error), points: 1, notModelled: error instanceof NotModelled };
    }
    throw error;
  }
}

function readActor(desk: Desk, request: ApiRequest): Actor | Refusal {
  try {
    return whoIs(desk.sim, request.headers.authorization);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function callRoute(desk: Desk, request: ApiRequest, actor: Actor): Promise<Answer | null> {
  const match = matchRoute(desk.sim, desk.routes, request.method, request.path);
  if (match === null) return null;
  const { route, params } = match;
  const call = {
    sim: desk.sim,
    actor,
    url: request.url,
    params,
    takes: route.takes,
    body: readBody(request.text),
    quota: (resource: Resource) => desk.limits.quota(actor, resource),
    accept: request.headers.accept ?? "",
  };
  refuseIgnored(route, call);
  const answer = await route.answer(call);
  const { method, path } = route;
  desk.watch({ method, route: path, status: answer.status, body: answer.body });
  return answer;
}

function readBody(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  const value = parseJson(text);
  if (value === undefined) throw new Refusal(400, "Problems parsing JSON");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal(400, "Body should be a JSON object");
  }
  return { ...value };
}

/** A request without a query is still a request: the GraphQL face says what it lacks. */
function readGraphql(text: string): GraphqlRequest | null {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null) return null;
  const fields: Record<string, unknown> = { ...value };
  const { query, variables, operationName } = fields;
  return {
    query: typeof query === "string" ? query : "",
    variables: typeof variables === "object" ? { ...variables } : {},
    operationName: typeof operationName === "string" ? operationName : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultAnswer(fault: Fault | null): Effect | null {
  if (fault?.respond.status === undefined) return null;
  const { status, headers = {}, body } = fault.respond;
  const text = { message: `a fault ordered for this test (${status})` };
  return { answer: { status, headers, body: body ?? text }, points: 1, notModelled: false };
}

function exhausted(actor: Actor): Refusal {
  const whose =
    actor.kind === "installation"
      ? `installation ID ${actor.installation.id}`
      : `user ID ${actor.kind === "person" ? actor.account.id : 0}`;
  return new Refusal(403, `API rate limit exceeded for ${whose}.`);
}
