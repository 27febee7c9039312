/** The hourly rate limits, counted per actor and resource. */
import type { Actor } from "../auth/who.ts";
import type { Sim } from "../sim.ts";

const HOUR_SECONDS = 3600;

/** GitHub counts REST and GraphQL apart. */
export type Resource = "core" | "graphql";

/** How much of an hour's limit is used. */
export interface Quota {
  readonly resource: Resource;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** When the hour ends, in seconds since epoch. */
  readonly reset: number;
}

/** The counters. */
export interface Limits {
  readonly quota: (actor: Actor, resource: Resource) => Quota;
  readonly spend: (actor: Actor, resource: Resource, points: number) => Quota;
}

/** Builds counters that stand at zero; the limit is in requests (REST) or points (GraphQL) per hour. */
export function openLimits(sim: Sim, limit: number): Limits {
  const counters = new Map<string, { used: number; reset: number }>();
  const counter = (actor: Actor, resource: Resource): { used: number; reset: number } => {
    const key = `${resource} ${bucketOf(actor)}`;
    const nowSeconds = Math.floor(sim.now().getTime() / 1000);
    const present = counters.get(key);
    if (present !== undefined && present.reset > nowSeconds) return present;
    const begun = { used: 0, reset: nowSeconds + HOUR_SECONDS };
    counters.set(key, begun);
    return begun;
  };
  const quota = (actor: Actor, resource: Resource): Quota => {
    const { used, reset } = counter(actor, resource);
    return { resource, limit, used, remaining: Math.max(0, limit - used), reset };
  };
  const spend = (actor: Actor, resource: Resource, points: number): Quota => {
    counter(actor, resource).used += points;
    return quota(actor, resource);
  };
  return { quota, spend };
}

/** The headers that tell a client how much is left. */
export function quotaHeaders(quota: Quota): Record<string, string> {
  return {
    "x-ratelimit-limit": String(quota.limit),
    "x-ratelimit-remaining": String(quota.remaining),
    "x-ratelimit-used": String(quota.used),
    "x-ratelimit-reset": String(quota.reset),
    "x-ratelimit-resource": quota.resource,
  };
}

function bucketOf(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return `person ${actor.account.id}`;
    case "installation":
      return `installation ${actor.installation.id}`;
    case "app":
      return `app ${actor.app.id}`;
    case "anonymous":
      return "anonymous";
  }
}
