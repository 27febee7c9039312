/** Parked work that somebody wants to go on. */
import type { Millis } from "./ids.ts";
import type { Actor, Request } from "./issue.ts";
import type { Terms } from "./terms.ts";

/** A request for an assignment that is parked. */
export type Asking = {
  readonly by: Actor;
  readonly request: Request;
  readonly terms: Terms;
  readonly seen: string | null;
  readonly at: Millis;
};

/** A request that a parked assignment was not allowed to go on for. */
export type Refusal = { readonly asking: Asking; readonly why: string };
