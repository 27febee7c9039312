/** The control face under `/_sim`, for tests and for other programs that drive the simulator. */
import { gitDirOf } from "../acts/git-place.ts";
import { listRefs } from "../git/refs.ts";
import { makeGesture } from "./gestures.ts";
import { plain } from "../world/snapshot.ts";
import { readFault, readSwitches } from "./orders.ts";
import { Refusal } from "../refusal.ts";
import type { ControlAnswer } from "../http/desk.ts";
import type { FaultBox } from "./faults.ts";
import type { Hub } from "../webhooks/hub.ts";
import type { Repository } from "../world/accounts.ts";
import type { RequestLog } from "./request-log.ts";
import type { Sim } from "../sim.ts";

/** What can be controlled. */
export interface Controls {
  readonly sim: Sim;
  readonly home: Repository;
  readonly hub: Hub;
  /** Resolves when all that follows has happened and is delivered. */
  readonly drain: () => Promise<void>;
  readonly faults: FaultBox;
  readonly log: RequestLog;
}

type Reply = unknown;

/** Answers a control request; null for one it does not know. */
export async function control(
  controls: Controls,
  method: string,
  path: string,
  text: string,
): Promise<ControlAnswer | null> {
  const answer = ROUTES[`${method} ${path}`];
  if (answer === undefined) return null;
  try {
    return { status: 200, body: await answer(controls, readJson(text)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { message: error.message, errors: error.errors } };
  }
}

const ROUTES: Readonly<Record<string, (controls: Controls, body: unknown) => Reply>> = {
  "POST /_sim/gestures": async ({ sim, home }, body) => await makeGesture(sim, home, body),
  "GET /_sim/world": ({ sim }) => worldShown(sim),
  "GET /_sim/requests": ({ log }) => log.lines,
  "GET /_sim/faults": ({ faults }) => faults.faults,
  "POST /_sim/faults": ({ faults }, body) => {
    const { match, respond, times } = readFault(body);
    return faults.add(match, respond, times);
  },
  "DELETE /_sim/faults": ({ faults }) => {
    faults.clear();
    return [];
  },
  "POST /_sim/webhooks": ({ sim, hub }, body) => {
    const { switches, seed, url } = readSwitches(body);
    if (url !== undefined) for (const app of sim.world.apps.values()) app.hookUrl = url;
    sim.touch();
    return hub.turn(switches, seed);
  },
  "POST /_sim/drain": async ({ drain }) => {
    await drain();
    return { settled: true };
  },
  "POST /_sim/clock": ({ sim }, body) => {
    const { advanceMs } = { advanceMs: 0, ...record(body) };
    if (typeof advanceMs !== "number") throw new Refusal(400, "advanceMs must be a number");
    sim.world.clockAheadMs += advanceMs;
    sim.touch();
    return { now: sim.now().toISOString() };
  },
};

/** Everything but the secret that signs tokens, with the refs that git keeps. */
function worldShown(sim: Sim): Record<string, unknown> {
  const repositories = [...sim.world.repositories.values()];
  const refs = repositories.flatMap((repository) =>
    [...listRefs(gitDirOf(sim, repository))].map(([ref, sha]) => ({
      repositoryId: repository.id,
      ref,
      sha,
    })),
  );
  const { tokenSecret: _, ...rest } = plain(sim.world);
  return { ...rest, refs };
}

function readJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
}

function record(body: unknown): Record<string, unknown> {
  return typeof body === "object" && body !== null ? { ...body } : {};
}
