/** What the HTTP server needs of the rest: state, tables of routes, and the other faces. */
import type { ExecuteGraphql } from "../graphql-face.ts";
import type { FaultBox } from "../control/faults.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Limits } from "./limits.ts";
import type { RequestLog } from "../control/request-log.ts";
import type { Route } from "../rest/route.ts";
import type { Sim } from "../sim.ts";

/** A REST answer as it left, for whoever checks answers against GitHub's OpenAPI. */
export interface Exchange {
  readonly method: string;
  /** The path of the route, with braces. */
  readonly route: string;
  readonly status: number;
  readonly body: unknown;
}

/** The face that serves git paths; false when a path is none of git's. */
export type GitFace = (
  sim: Sim,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

/** Everything the server hands requests to. */
export interface Desk {
  readonly sim: Sim;
  readonly routes: readonly Route[];
  readonly graphql: ExecuteGraphql;
  readonly git: GitFace;
  /** Answers `/_sim/…`; null for a path it does not know. */
  readonly control: (method: string, path: string, text: string) => Promise<ControlAnswer | null>;
  readonly limits: Limits;
  readonly faults: FaultBox;
  readonly log: RequestLog;
  readonly watch: (exchange: Exchange) => void;
}

/** What the control face answers. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}
