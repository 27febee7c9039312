/** The leader's work on a real store: order, faults, restarts and leases, with an outside in memory and a clock turned by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";

import type { OpenStore } from "../../src/adapters/store/store.ts";
import { openStore } from "../../src/adapters/store/store.ts";
import type { GitHubEvent } from "../../src/core/event.ts";
import {
  installationId,
  issueId,
  millis,
  pullNumber,
  repositoryId,
  sha,
} from "../../src/core/ids.ts";
import { noUsage } from "../../src/core/handover.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Yard } from "../../src/runtime/yard.ts";
import { startYard } from "../../src/runtime/yard.ts";
import type { HandClock } from "../support/clock.ts";
import { atEnd } from "../support/cleanup.ts";
import { handClock } from "../support/clock.ts";
import { silentLog } from "../support/log.ts";
import type { Outside } from "../support/outside.ts";
import { outside } from "../support/outside.ts";
import { postgresForTest, storeForTest } from "../support/postgres.ts";

const policy: Policy = {
  triggerLabel: "agent:go",
  commandPrefix: "agent",
  slots: 2,
  slotsPerRepository: 2,
  reviewLimit: null,
  agent: "scripted",
  agents: ["scripted"],
  unavailable: {},
  sandbox: "none",
  budget: { run: null, issue: null, repositoryDay: null, day: null },
  backoffMs: 1_000,
  trackingMs: 30_000,
  providerPauseMs: 1_000,
};

const mona = { login: "mona", id: 1 };

const labelled: GitHubEvent = {
  type: "issue.requested",
  issue: issueId("I_3"),
  installation: installationId(5),
  by: mona,
  request: { via: "label" },
  seen: null,
};

const merged: GitHubEvent = {
  type: "pull.merged",
  repository: repositoryId(1),
  pull: pullNumber(7),
  by: mona,
  head: sha("1".repeat(40)),
};

class OutsideFault extends Error {
  readonly kind = "outside";
  readonly retryable: boolean;
  readonly retryAt: ReturnType<typeof millis> | null;

  constructor(message: string, retryable: boolean, retryAt: number | null = null) {
    super(message);
    this.retryable = retryable;
    this.retryAt = retryAt === null ? null : millis(retryAt);
  }
}

const finished = {
  outcome: "finished",
  retryAt: null,
  handover: { kind: "ready", summary: "done", testing: "", replies: [] },
  session: null,
  usage: noUsage,
} as const;

type Scene = { readonly store: OpenStore; readonly clock: HandClock; readonly out: Outside };

async function open(t: TestContext, { store, clock, out }: Scene): Promise<Yard> {
  const yard = await startYard({
    store,
    forge: out.forge,
    git: out.git,
    agents: out.agents,
    ledger: out.ledger,
    redact: (text) => text,
    translate: ({ body }) =>
      body === "?" ? { fault: "no such thing" } : (JSON.parse(body) as GitHubEvent[]),
    clock,
    policy,
    reconcileMs: 60_000,
    log: silentLog,
  });
  atEnd(t, () => yard.stop());
  return yard;
}

let guids = 0;

const tell = (store: OpenStore, ...events: readonly GitHubEvent[]): Promise<boolean> => {
  guids += 1;
  const guid = `00000000-0000-4000-8000-${String(guids).padStart(12, "0")}`;
  const body = JSON.stringify(events);
  return store.keepDelivery({ guid, event: "issues", body, receivedAt: millis(Date.now()) });
};

/** Only the calls that change something. */
const deeds = (out: Outside): readonly string[] =>
  out.calls
    .map(({ name }) => name)
    .filter((name) => !["openRequests", "failedDeliveries"].includes(name));

test("a delivery leads from registration over worktree and worker to a merged pull request", async (t) => {
  const scene = { store: await storeForTest(t), clock: handClock(), out: outside() };
  const { store, out } = scene;
  const yard = await open(t, scene);

  await tell(store, labelled);
  await out.called("startWorker");
  out.exit(finished);
  await out.called("openPull");
  await out.called("publish", 2);
  await tell(store, merged);
  await out.called("removeWorktrees");
  await out.called("publish", 3);
  await until(() => yard.board().size === 0);

  assert.deepEqual(deeds(out), [
    "inspectIssue",
    "publish",
    "createWorktree",
    "startWorker",
    "importWork",
    "pushBranch",
    "openPull",
    "publish",
    "removeWorktrees",
    "publish",
  ]);
  assert.deepEqual(await store.liveAssignments(), []);
});

test("an effect that the outside could not take is tried again, and then reads before it writes", async (t) => {
  const scene = { store: await storeForTest(t), clock: handClock(), out: outside() };
  const { store, out } = scene;
  await open(t, scene);
  out.failNext("publish", new OutsideFault("502", true, Date.now()));

  await tell(store, labelled);
  await out.called("startWorker");

  const publications = out.calls.filter(({ name }) => name === "publish");
  assert.deepEqual(
    publications.map(({ again }) => again),
    [false, true],
  );
});

test("an effect that is refused for good parks the assignment with the words of the refusal", async (t) => {
  const scene = { store: await storeForTest(t), clock: handClock(), out: outside() };
  const { store, out } = scene;
  const yard = await open(t, scene);
  out.failNext("pushBranch", new OutsideFault("the branch is protected", false));

  await tell(store, labelled);
  await out.called("startWorker");
  out.exit(finished);
  await out.called("publish", 2);

  const [assignment] = yard.board().values();
  assert.deepEqual(assignment?.phase, {
    name: "parked",
    reason: { kind: "fault", during: "branch.push", why: "the branch is protected" },
    asking: null,
    refusal: null,
  });
});

test("a delivery that cannot be understood is done with, and the next one is taken", async (t) => {
  const scene = { store: await storeForTest(t), clock: handClock(), out: outside() };
  const { store, out } = scene;
  await open(t, scene);

  await store.keepDelivery({
    guid: "00000000-0000-4000-9000-000000000001",
    event: "issues",
    body: "?",
    receivedAt: millis(Date.now()),
  });
  await tell(store, labelled);
  await out.called("startWorker");

  const health = await store.health();
  assert.ok(health.answers);
  assert.equal(
    health.jobs.find(({ queue }) => queue === "deliveries"),
    undefined,
  );
});

test("after a graceful stop the next start finds the worker again and registers nothing twice", async (t) => {
  const connection = await postgresForTest(t);
  const out = outside();
  const clock = handClock();
  const store = await openStore({ connection });
  const yard = await open(t, { store, clock, out });
  await tell(store, labelled);
  await out.called("startWorker");
  await until(() => isWorking(yard));

  await yard.stop();
  await store.close();
  const nextStore = await openStore({ connection, reclaim: true });
  atEnd(t, () => nextStore.close());
  const nextYard = await open(t, { store: nextStore, clock, out });
  await out.called("startWorker", 2);
  out.exit(finished);
  await out.called("openPull");
  await until(() => [...nextYard.board().values()][0]?.phase.name === "reviewing");

  assert.equal(out.stops(), 0);
  assert.equal(deeds(out).filter((name) => name === "createWorktree").length, 1);
  assert.equal(deeds(out).filter((name) => name === "openPull").length, 1);
});

test("a worker whose assignment was withdrawn while the service was down is stopped when it is found", async (t) => {
  const connection = await postgresForTest(t);
  const out = outside();
  const clock = handClock();
  const store = await openStore({ connection });
  const yard = await open(t, { store, clock, out });
  await tell(store, labelled);
  await out.called("startWorker");
  await until(() => isWorking(yard));
  await yard.stop();

  await tell(store, { type: "issue.closed", issue: issueId("I_3"), by: mona });
  await store.close();
  const nextStore = await openStore({ connection, reclaim: true });
  atEnd(t, () => nextStore.close());
  await open(t, { store: nextStore, clock, out });
  await out.called("removeWorktrees");

  assert.ok(out.stops() > 0);
});

test("a pause after a failed attempt ends when the clock says so", async (t) => {
  const scene = { store: await storeForTest(t), clock: handClock(), out: outside() };
  const { store, out, clock } = scene;
  const yard = await open(t, scene);
  await tell(store, labelled);
  await out.called("startWorker");

  out.exit({
    outcome: "crashed",
    retryAt: null,
    handover: { kind: "failed", why: "no idea" },
    session: null,
    usage: noUsage,
  });
  await until(() => isPausing(yard));
  clock.turn(policy.backoffMs);
  await out.called("startWorker", 2);

  assert.equal(deeds(out).filter((name) => name === "createWorktree").length, 2);
});

test("an issue may be asked for again while the end of an earlier assignment is still to be shown", async (t) => {
  const scene = { store: await storeForTest(t), clock: handClock(), out: outside() };
  const { store, out, clock } = scene;
  const yard = await open(t, scene);
  out.failNext("publish", new OutsideFault("502", true, Date.now() + 3_600_000));

  const stopped: GitHubEvent = {
    type: "label.removed",
    issue: issueId("I_3"),
    label: "agent:go",
    by: mona,
  };
  await tell(store, labelled);
  await out.called("publish");
  clock.turn(1);
  await tell(store, stopped);
  await until(() => [...yard.board().values()].some(({ phase }) => phase.name === "withdrawn"));
  await tell(store, labelled);
  await out.called("startWorker");

  assert.equal((await store.liveAssignments()).length, 2);
});

const isWorking = (yard: Yard): boolean =>
  [...yard.board().values()].some(({ phase }) => phase.name === "working" && phase.isStarted);

const isPausing = (yard: Yard): boolean =>
  [...yard.board().values()].some(
    ({ phase }) => phase.name === "queued" && phase.waiting.for === "time",
  );

/** Turns of the event loop until something holds; what is waited for comes by I/O, not by time. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
