/** Reads the bodies of control requests, with a clear word about what is wrong with one. */
import { Refusal } from "../refusal.ts";
import type { FaultMatch, FaultResponse } from "./faults.ts";
import type { Switches } from "../webhooks/switches.ts";

/** A fault as it was ordered. */
export interface FaultOrder {
  readonly match: FaultMatch;
  readonly respond: FaultResponse;
  readonly times: number;
}

/** Switches as they were ordered. */
export interface SwitchOrder {
  readonly switches: Partial<Switches>;
  readonly seed: number | undefined;
  /** Where deliveries go from here on. */
  readonly url: string | null | undefined;
}

/** Reads `{match: {method?, path?, operation?}, respond: {status?, headers?, body?, delayMs?, afterEffect?}, times?}`. */
export function readFault(body: unknown): FaultOrder {
  const order = only(body, "fault", ["match", "respond", "times"]);
  const match = only(order["match"] ?? {}, "match", ["method", "path", "operation"]);
  const respond = only(order["respond"], "respond", [
    "status",
    "headers",
    "body",
    "delayMs",
    "afterEffect",
  ]);
  const headers = only(respond["headers"] ?? {}, "headers", null);
  return {
    match: {
      ...optional(match, "method", "string"),
      ...optional(match, "path", "string"),
      ...optional(match, "operation", "string"),
    },
    respond: {
      ...optional(respond, "status", "number"),
      ...optional(respond, "delayMs", "number"),
      ...optional(respond, "afterEffect", "boolean"),
      ...("body" in respond ? { body: respond["body"] } : {}),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
    },
    times: optional(order, "times", "number").times ?? 1,
  };
}

/** Reads `{duplicate?, drop?, reorder?, delayMs?, seed?, url?}`; true counts as always, false as never. */
export function readSwitches(body: unknown): SwitchOrder {
  const names = ["duplicate", "drop", "reorder"] as const;
  const order = only(body, "webhooks", [...names, "delayMs", "seed", "url"]);
  const shares = Object.fromEntries(
    names.filter((name) => name in order).map((name) => [name, share(name, order[name])]),
  );
  const url = order["url"];
  if (url !== undefined && url !== null && typeof url !== "string") {
    throw new Refusal(400, "url must be a text or null");
  }
  return {
    switches: { ...shares, ...optional(order, "delayMs", "number") },
    seed: optional(order, "seed", "number").seed,
    url,
  };
}

function share(name: string, value: unknown): number {
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number === "number" && number >= 0 && number <= 1) return number;
  throw new Refusal(400, `${name} must be true, false or a number from 0 to 1`);
}

interface Types {
  string: string;
  number: number;
  boolean: boolean;
}

function optional<N extends string, T extends keyof Types>(
  order: Readonly<Record<string, unknown>>,
  name: N,
  type: T,
): { [K in N]?: Types[T] } {
  const value = order[name];
  if (value === undefined) return {};
  if (typeof value !== type) throw new Refusal(400, `${name} must be a ${type}`);
  return { [name]: value } as { [K in N]?: Types[T] };
}

function only(
  value: unknown,
  what: string,
  names: readonly string[] | null,
): Record<string, unknown> {
  if (typeof value !== "object" || value === null) {
    throw new Refusal(400, `${what} must be an object`);
  }
  for (const name of Object.keys(value)) {
    if (names !== null && !names.includes(name)) {
      throw new Refusal(
        400,
        `${what} has no ${JSON.stringify(name)}; it takes ${names.join(", ")}`,
      );
    }
  }
  return { ...value };
}
