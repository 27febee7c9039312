/** GitHub's GraphQL errors: a message with a type, sent with HTTP 200. */
import { GraphQLError } from "graphql";
import { NotModelled, Refusal } from "../refusal.ts";

/** What GitHub writes into `errors[].type`. */
export type FaultType =
  | "EXCESSIVE_PAGINATION"
  | "FORBIDDEN"
  | "INVALID_CURSOR_ARGUMENTS"
  | "MAX_NODE_LIMIT_EXCEEDED"
  | "MISSING_PAGINATION_BOUNDARIES"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  | "UNPROCESSABLE";

/** An error with GitHub's type. */
export class Fault extends GraphQLError {
  readonly type: FaultType;

  constructor(type: FaultType, message: string) {
    super(message);
    this.type = type;
  }
}

/** The error for what the simulator does not model; GitHub has no such, so it has no type. */
export class Unmodelled extends GraphQLError {}

/** No node has this id, or none that the asker may see. */
export function unknownNode(id: string): Fault {
  return new Fault("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}

/** The refusal of an act in the words of the GraphQL API; anything else is a fault of the simulator and stays as it is. */
export function faultOf(error: unknown): unknown {
  if (error instanceof NotModelled) return new Unmodelled(error.message);
  if (!(error instanceof Refusal)) return error;
  switch (error.status) {
    case 401:
    case 403:
      return new Fault("FORBIDDEN", error.message);
    case 404:
      return new Fault("NOT_FOUND", error.message);
    default:
      return new Fault("UNPROCESSABLE", reasons(error));
  }
}

function reasons(refusal: Refusal): string {
  const texts = (refusal.errors ?? []).map((fault) => {
    if (typeof fault === "string") return fault;
    const subject = fault.field ?? fault.resource;
    return capital(fault.message ?? `${subject} ${wording[fault.code]}`);
  });
  return texts.length === 0 ? refusal.message : texts.join(", ");
}

const wording = {
  missing: "does not exist",
  missing_field: "can't be blank",
  invalid: "is invalid",
  already_exists: "already exists",
  unprocessable: "is unprocessable",
  custom: "is invalid",
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
