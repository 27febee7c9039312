import assert from "node:assert/strict";
import { test } from "node:test";

import type { Millis } from "../../src/core/ids.ts";
import type { Job, QueueName, Store } from "../../src/ports.ts";
import { startPulling } from "../../src/runtime/pull.ts";
import { handClock } from "../support/clock.ts";
import { silentLog } from "../support/log.ts";

const job = { queue: "github", id: "1", tries: 0, work: {} } as Job<"github">;

type Given = {
  readonly store: Store;
  readonly postponed: Millis[];
  /** Settles when the store was asked so often to take a job back. */
  readonly askedTimes: (count: number) => Promise<void>;
};

/** A store with one job that takes it back only after it has refused so often. */
function storeWithJob(refusals: number): Given {
  const jobs: Job<QueueName>[] = [job];
  const postponed: Millis[] = [];
  let asked = 0;
  let told = Promise.withResolvers<void>();
  const store = {
    claim: () => Promise.resolve(jobs.splice(0)),
    onWork: () => {},
    postpone: async (_job: unknown, until: Millis) => {
      asked += 1;
      told.resolve();
      told = Promise.withResolvers();
      if (asked <= refusals) throw new Error("too many clients");
      postponed.push(until);
    },
  } as unknown as Store;
  const askedTimes = async (count: number): Promise<void> => {
    while (asked < count) await told.promise;
  };
  return { store, postponed, askedTimes };
}

const broken = (): Promise<void> => Promise.reject(new Error("too many clients"));

test("a job whose answer the store did not take is given back, as soon as the store takes it", async () => {
  const { store, postponed, askedTimes } = storeWithJob(2);
  const clock = handClock();
  const pulling = startPulling({ store, clock, log: silentLog }, "github", 1, broken);

  await askedTimes(1);
  await turned(clock);
  await askedTimes(2);
  assert.deepEqual(postponed, []);
  await turned(clock);
  await askedTimes(3);

  assert.deepEqual(postponed, [clock.now() + 2_000]);
  await pulling.stop();
});

test("the end does not wait for a store that takes nothing", async () => {
  const { store, postponed, askedTimes } = storeWithJob(1_000);
  const clock = handClock();
  const pulling = startPulling({ store, clock, log: silentLog }, "github", 1, broken);

  await askedTimes(1);
  await pulling.stop();

  assert.deepEqual(postponed, []);
});

/** Two seconds pass, once the pause has begun. */
async function turned(clock: ReturnType<typeof handClock>): Promise<void> {
  await new Promise(setImmediate);
  clock.turn(2_000);
}
