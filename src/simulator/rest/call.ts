/** One REST request on its way to a route, and the answer on its way back. */
import { malformed, NotModelled } from "../refusal.ts";
import type { Actor } from "../auth/who.ts";
import type { By, Sim } from "../sim.ts";
import type { Quota, Resource } from "../http/limits.ts";
import type { Repository } from "../world/accounts.ts";

/** A request whose path has been matched. */
export interface Call {
  readonly sim: Sim;
  readonly actor: Actor;
  /** As the client wrote it, with origin, prefix and query. */
  readonly url: URL;
  /** The parts of the path that stand in braces in the route. */
  readonly params: Readonly<Record<string, string>>;
  /** The names that the route obeys: of the query for GET, else of the body. */
  readonly takes: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  /** How much of the hour's limit is used. */
  readonly quota: (resource: Resource) => Quota;
  /** The Accept header, for media types such as `application/vnd.github.raw`. */
  readonly accept: string;
}

/** A request about a repository that the actor may see, by somebody who may do it. */
export interface RepositoryCall extends Call {
  readonly repository: Repository;
  readonly by: By;
}

/** What goes back: a JSON body, or text or bytes as they are. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it costs of the rate limit; 1 when it is left out. */
  readonly points?: number;
}

/** 200 with a body. */
export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** 201 with a body. */
export function created(body: unknown): Answer {
  return { status: 201, body };
}

/** 204. */
export function noContent(): Answer {
  return { status: 204 };
}

/** A part of the path that the route names. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no {${name}}`);
  return value;
}

/** A numeric part of the path; what is no number finds nothing. */
export function numberParam(call: Call, name: string): number {
  const value = param(call, name);
  return /^\d{1,15}$/.test(value) ? Number(value) : -1;
}

/** A value of the query, or null. */
export function queryOf(call: Call, name: string): string | null {
  demandTaken(call, name);
  return call.url.searchParams.get(name);
}

/** A value of the query that is one of these, the first when it is missing; whatever else GitHub knows is not modelled. */
export function choiceOf<Choice extends string>(
  call: Call,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = queryOf(call, name) ?? choices[0];
  const choice = choices.find((known) => known === text);
  if (choice === undefined) throw new NotModelled(`${name}=${text}`);
  return choice;
}

/** A value of the body, whatever it is. */
export function valueOf(call: Call, name: string): unknown {
  demandTaken(call, name);
  return call.body[name];
}

/** A route that reads what it does not name would have it refused. */
function demandTaken({ takes }: Call, name: string): void {
  if (!takes.includes(name)) throw new Error(`the route does not take ${name}`);
}

/** An object within the body with no other fields than these; 422 when it is none. */
export function fieldsOf(
  value: unknown,
  place: string,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed(`For 'properties/${place}', ${JSON.stringify(value)} is not an object.`);
  const ignored = Object.keys(value).filter((name) => !names.includes(name));
  if (ignored.length > 0) throw new NotModelled(`${place} with ${ignored.join(", ")}`);
  return { ...value };
}

/** A text of the body; 422 when it is missing or something else. */
export function textOf(call: Call, name: string): string {
  const value = valueOf(call, name);
  if (value === undefined) throw malformed(`"${name}" wasn't supplied.`);
  if (typeof value !== "string") throw wrongType(name, value, "a string");
  return value;
}

/** A text of the body that may be missing; null counts as missing. */
export function optionalText(call: Call, name: string): string | undefined {
  const value = valueOf(call, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(name, value, "a string");
  return value;
}

/** A text of the body that may be missing, or null to clear something. */
export function clearableText(call: Call, name: string): string | null | undefined {
  return valueOf(call, name) === null ? null : optionalText(call, name);
}

/** A whole number of the body; 422 when it is missing or something else. */
export function numberOf(call: Call, name: string): number {
  const value = valueOf(call, name);
  if (value === undefined) throw malformed(`"${name}" wasn't supplied.`);
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw wrongType(name, value, "an integer");
  }
  return value;
}

/** A list of texts in the body that may be missing. */
export function optionalTexts(call: Call, name: string): string[] | undefined {
  const value = valueOf(call, name);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(name, value, "an array");
  return value.map((item: unknown) => {
    if (typeof item !== "string") throw wrongType(`${name}/items`, item, "a string");
    return item;
  });
}

/** A yes or no of the body that may be missing. */
export function optionalFlag(call: Call, name: string): boolean | undefined {
  const value = valueOf(call, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrongType(name, value, "a boolean");
  return value;
}

function wrongType(name: string, value: unknown, wanted: string): Error {
  const shown = value === null ? "nil" : JSON.stringify(value);
  return malformed(`For 'properties/${name}', ${shown} is not ${wanted}.`);
}
