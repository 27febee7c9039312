/** What a gesture is: something a person or CI does by hand, with the fields it takes. */
import { findAccount, findIssue, findRepository } from "../world/find.ts";
import { Refusal } from "../refusal.ts";
import type { By, Sim } from "../sim.ts";
import type { Issue } from "../world/issues.ts";
import type { Repository } from "../world/accounts.ts";

interface Kinds {
  text: string;
  "text?": string | undefined;
  number: number;
  "number?": number | undefined;
  flag: boolean;
  "flag?": boolean | undefined;
  "texts?": readonly string[] | undefined;
  "record?": Readonly<Record<string, unknown>> | undefined;
  /** Anything, also null. */
  "value?": unknown;
}

type Kind = keyof Kinds;
type Fields = Readonly<Record<string, Kind>>;
type Given<F extends Fields> = { readonly [K in keyof F]: Kinds[F[K]] };

/** Where and by whom a gesture is made. */
export interface GestureCall {
  readonly sim: Sim;
  readonly by: By;
  /** The repository named in the gesture, or the one the simulator began with. */
  readonly repository: Repository;
}

/** One gesture with its fields, ready for the table. */
export interface Gesture {
  readonly fields: Fields;
  readonly perform: (call: GestureCall, body: Readonly<Record<string, unknown>>) => unknown;
}

/** Fields that every gesture takes besides its own. */
const SHARED_FIELDS = new Set(["as", "do", "repository"]);

/** Defines a gesture: its fields by kind (`?` when they may be missing), and what it does; the answer is what changed. */
export function gesture<const F extends Fields>(
  fields: F,
  perform: (call: GestureCall, given: Given<F>) => unknown,
): Gesture {
  return { fields, perform: (call, body) => perform(call, checked(fields, body)) };
}

/** The issue or pull request with a number in the gesture's repository. */
export function issueIn(call: GestureCall, number: number): Issue {
  const issue = findIssue(call.sim.world, call.repository, number);
  if (issue === null || issue.gone !== null) throw refusedGesture(`there is no issue ${number}`);
  return issue;
}

/** The person, bot or organisation with a login. */
export function accountNamed(sim: Sim, login: string): By["account"] {
  const account = findAccount(sim.world, login);
  if (account === null) throw refusedGesture(`there is no account ${JSON.stringify(login)}`);
  return account;
}

/** The repository `owner/name`. */
export function repositoryNamed(sim: Sim, fullName: string): Repository {
  const [owner = "", name = ""] = fullName.split("/");
  const repository = name === "" ? null : findRepository(sim.world, owner, name);
  if (repository === null) {
    throw refusedGesture(`there is no repository ${JSON.stringify(fullName)}`);
  }
  return repository;
}

/** 400 with the reason why a gesture cannot be made. */
export function refusedGesture(reason: string): Refusal {
  return new Refusal(400, reason);
}

function checked<F extends Fields>(fields: F, body: Readonly<Record<string, unknown>>): Given<F> {
  for (const name of Object.keys(body)) {
    if (!SHARED_FIELDS.has(name) && fields[name] === undefined) {
      throw refusedGesture(
        `unknown field ${JSON.stringify(name)}; this gesture takes: ${Object.keys(fields).join(", ")}`,
      );
    }
  }
  for (const [name, kind] of Object.entries(fields)) {
    if (!fits(kind, body[name])) throw refusedGesture(`${name} must be ${WORDS[kind]}`);
  }
  return body as Given<F>;
}

function fits(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "text?":
      return value === undefined || typeof value === "string";
    case "number":
      return typeof value === "number";
    case "number?":
      return value === undefined || typeof value === "number";
    case "flag":
      return typeof value === "boolean";
    case "flag?":
      return value === undefined || typeof value === "boolean";
    case "texts?":
      return (
        value === undefined ||
        (Array.isArray(value) && value.every((item) => typeof item === "string"))
      );
    case "record?":
      return (
        value === undefined ||
        (typeof value === "object" && value !== null && !Array.isArray(value))
      );
    case "value?":
      return true;
  }
}

const WORDS: Record<Kind, string> = {
  text: "a text",
  "text?": "a text or missing",
  number: "a number",
  "number?": "a number or missing",
  flag: "true or false",
  "flag?": "true, false or missing",
  "texts?": "a list of texts or missing",
  "record?": "an object or missing",
  "value?": "anything",
};
