/** The ways GitHub says no; acts throw a Refusal, the REST and GraphQL faces put it into their words. */

/** One entry of GitHub's "Validation Failed" list. */
export interface Invalid {
  readonly resource: string;
  readonly field?: string;
  readonly code:
    | "missing"
    | "missing_field"
    | "invalid"
    | "already_exists"
    | "unprocessable"
    | "custom";
  readonly message?: string;
  readonly value?: unknown;
}

/** A request that GitHub turns down, with its HTTP status and text. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly (Invalid | string)[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: {
      readonly errors?: readonly (Invalid | string)[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** What GitHub can do and the simulator cannot; the request log marks the request, so that its test fails. */
export class NotModelled extends Refusal {
  constructor(what: string) {
    super(400, `not modelled: ${what}`);
  }
}

/** 404, also for what the caller may not see. */
export function notFound(): Refusal {
  return new Refusal(404, "Not Found");
}

/** 403 with the text GitHub gives an App that lacks a permission; the header says which would do. */
export function notAccessible(accepted = ""): Refusal {
  return new Refusal(403, "Resource not accessible by integration", {
    headers: accepted === "" ? {} : { "x-accepted-github-permissions": accepted },
  });
}

/** 403 for a person without enough rights. */
export function needsRights(text = "Must have admin rights to Repository."): Refusal {
  return new Refusal(403, text);
}

/** 422 "Validation Failed" with its list of faults. */
export function invalid(...errors: readonly (Invalid | string)[]): Refusal {
  return new Refusal(422, "Validation Failed", { errors });
}

/** 422 "Invalid request." for a body of the wrong shape. */
export function malformed(text: string): Refusal {
  return new Refusal(422, `Invalid request.\n\n${text}`);
}
