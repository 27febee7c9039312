/** Logs of jobs where GitHub keeps them: not in its API, and whoever was given the address may read. */
import { first } from "../world/find.ts";
import { notFound } from "../refusal.ts";
import { refused } from "./reply.ts";
import type { Answer } from "../rest/call.ts";
import type { Sim } from "../sim.ts";

/** Where their addresses begin. */
export const LOGS = "/_logs/";

/** The log at an address. */
export function storedLog(sim: Sim, path: string): Answer {
  const run = first(sim.world.checkRuns, ({ nodeId }) => `${LOGS}${nodeId}` === path);
  if (run === null) return refused(notFound());
  return {
    status: 200,
    body: run.log ?? run.output.text ?? run.output.summary ?? "",
    headers: { "content-type": "text/plain; charset=utf-8" },
  };
}
