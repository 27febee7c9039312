/** The leader's work as one thing: the loop, the pullers of its three queues, the crew and the reconciler. */

import type { Board } from "../core/board.ts";
import type { OperatorEvent } from "../core/event.ts";
import type { Policy } from "../core/policy.ts";
import type { Agents, Clock, Delivery, Forge, Git, Ledger, Log, Store } from "../ports.ts";
import { answerJob } from "./answer.ts";
import { createCrew } from "./crew.ts";
import type { Translation } from "./intake.ts";
import { createIntake } from "./intake.ts";
import { startLoop } from "./loop.ts";
import { perform } from "./perform.ts";
import { startPulling } from "./pull.ts";
import { startReconciling } from "./reconcile.ts";

/** What the leader works with. */
export type YardParts = {
  readonly store: Store;
  readonly forge: Forge;
  readonly git: Git;
  readonly agents: Agents;
  readonly ledger: Ledger;
  /** A text without any secret of the service. */
  readonly redact: (text: string) => string;
  readonly translate: (delivery: Delivery) => Translation;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly reconcileMs: number;
  readonly log: Log;
};

/** A leader at work. */
export type Yard = {
  readonly board: () => Board;
  /** Takes in what the operator wants. */
  readonly tell: (event: OperatorEvent) => Promise<void>;
  /** Asks GitHub now for what webhooks may have missed. */
  readonly reconcile: () => Promise<void>;
  /** Ends what is under way, except Workers, which the next leader adopts. */
  readonly stop: () => Promise<void>;
};

/** Those that mean nothing to us, which are most, are claimed and answered in groups of up to so many. */
const deliveriesAtOnce = 64;
/** Well below GitHub's limit of 100 concurrent requests: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const requestsAtOnce = 12;
/** Beside the Workers: worktrees, imports, pushes and removals, which are bound by the disk. */
const choresAtOnce = 8;

/** Starts from what the store holds. */
export async function startYard(parts: YardParts): Promise<Yard> {
  const { forge, clock, policy, log } = parts;
  const loop = await startLoop(parts);
  const shared = { ...parts, loop };
  const crew = createCrew(shared);
  const intake = createIntake(loop, parts.translate, clock, log);
  const pulling = [
    startPulling(parts, "deliveries", deliveriesAtOnce, intake),
    startPulling(parts, "github", requestsAtOnce, (job) =>
      answerJob(shared, job, (effect, again) => perform(forge, effect, again)),
    ),
    startPulling(parts, "attempts", policy.slots + choresAtOnce, crew.work),
  ];
  const reconciler = startReconciling({ ...shared, everyMs: parts.reconcileMs });
  return {
    board: loop.board,
    tell: (event) => loop.take([{ ...event, at: clock.now() }], null),
    reconcile: reconciler.pass,
    stop: async () => {
      crew.release();
      await reconciler.stop();
      await Promise.all(pulling.map((one) => one.stop()));
      await loop.stop();
    },
  };
}
