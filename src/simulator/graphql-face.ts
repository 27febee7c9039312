/** The seam between the HTTP server and the GraphQL face. */
import { parse } from "graphql";
import type { Actor } from "./auth/who.ts";
import type { Quota } from "./http/limits.ts";
import type { Sim } from "./sim.ts";

/** A GraphQL request as it came in. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

/** Its result, with what it cost. */
export interface GraphqlResult {
  /** `{ data?, errors? }`, always sent with HTTP 200. */
  readonly body: unknown;
  /** What the request cost of the rate limit. */
  readonly points: number;
  /** True when it met something the simulator has not. */
  readonly notModelled: boolean;
}

/** Executes a request in somebody's name; `quota` is what stands before it is paid for. */
export type ExecuteGraphql = (
  sim: Sim,
  actor: Actor,
  request: GraphqlRequest,
  quota: Quota,
) => Promise<GraphqlResult>;

/** The operation name and root fields of a document; empty when it cannot be parsed. */
export function operationsIn(request: GraphqlRequest): string[] {
  try {
    const names = new Set<string>();
    for (const definition of parse(request.query, { noLocation: true }).definitions) {
      if (definition.kind !== "OperationDefinition") continue;
      const name = definition.name?.value;
      if (request.operationName !== null && name !== request.operationName) continue;
      if (name !== undefined) names.add(name);
      for (const field of definition.selectionSet.selections) {
        if (field.kind === "Field") names.add(field.name.value);
      }
    }
    return [...names];
  } catch {
    return [];
  }
}
