/** Who wants to know when a queue may have something: told at once after a local write, else once a second. */
import type { QueueName } from "../../ports.ts";
import { queueNames } from "./queues.ts";

/** Calls to make when work may have come. */
export type Wakes = {
  on(queue: QueueName, wake: () => void): void;
  wake(queue: QueueName): void;
  stop(): void;
};

const pollMs = 1_000;

/** Begins to poll: other replicas write to the same queues, and postponed jobs fall due. */
export function startWakes(): Wakes {
  const wakes = new Map<QueueName, (() => void)[]>();
  const wake = (queue: QueueName): void => {
    for (const call of wakes.get(queue) ?? []) queueMicrotask(call);
  };
  const poll = setInterval(() => queueNames.forEach(wake), pollMs);
  poll.unref();
  return {
    on: (queue, call) => {
      wakes.set(queue, [...(wakes.get(queue) ?? []), call]);
    },
    wake,
    stop: () => {
      clearInterval(poll);
      wakes.clear();
    },
  };
}
