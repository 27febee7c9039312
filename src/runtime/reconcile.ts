/** Finds what webhooks missed: asks GitHub for lost deliveries and for requests that nobody told us of. */
import type { Clock, Forge, Log } from "../ports.ts";
import type { Loop } from "./loop.ts";
import type { Millis } from "../core/ids.ts";

type Parts = {
  readonly forge: Forge;
  readonly loop: Loop;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
};

/** Passes at once and then every `everyMs`; a pass that fails is logged and the next one tries again. */
export type Reconciler = {
  readonly pass: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export function startReconciling(parts: Parts): Reconciler {
  const { clock, log, everyMs } = parts;
  const asked = new Set<string>();
  let current: Promise<void> = Promise.resolve();
  let cancel = (): void => {};
  let isStopped = false;

  const pass = (): Promise<void> => {
    current = current.then(() => onePass(parts, asked, () => isStopped));
    return current;
  };
  const again = (): void => {
    void pass().finally(() => {
      if (!isStopped) cancel = clock.at((clock.now() + everyMs) as Millis, again);
    });
  };
  again();
  log.info({ everyMs }, "reconciling");
  return {
    pass,
    stop: async () => {
      isStopped = true;
      cancel();
      await current;
    },
  };
}

async function onePass(parts: Parts, asked: Set<string>, isStopped: () => boolean): Promise<void> {
  const { forge, loop, clock, log } = parts;
  const step = async (name: string, work: () => Promise<void>): Promise<void> => {
    if (isStopped()) return;
    await work().catch((error: unknown) =>
      log.warn({ err: error, step: name }, "reconcile step failed"),
    );
  };
  await step("assignments", () =>
    loop.take([{ type: "reconcile.started", at: clock.now() }], null),
  );
  let redelivered = 0;
  await step("deliveries", async () => {
    for (const delivery of await forge.failedDeliveries()) {
      if (asked.has(delivery.guid)) continue;
      await forge.redeliver(delivery);
      asked.add(delivery.guid);
      redelivered += 1;
    }
  });
  let requests = 0;
  await step("requests", async () => {
    for await (const request of forge.openRequests()) {
      if (isStopped()) return;
      await loop.take([{ ...request, at: clock.now() }], null);
      requests += 1;
    }
  });
  if (!isStopped()) log.info({ redelivered, requests }, "reconciled");
}
