/** The only way from a sandbox to a model: adds the key outside, counts, and refuses when the money is spent. */
import type { Budget } from "../../core/policy.ts";
import type { Millis } from "../../core/ids.ts";
import type { Usage } from "../../core/handover.ts";
import type { Account } from "../../ports.ts";

/** One run that may talk to models. */
export type GatewayRun = {
  readonly account: Account;
  readonly budget: Budget;
  /** Path of the unix socket to listen on, in a folder that only we can enter; null listens on a port of the loopback. */
  readonly socket: string | null;
  /** The port of the loopback that the run's agent knows, where an earlier door was there. */
  readonly port?: number;
  /** The token that requests must carry. */
  readonly token: string;
};

/** An open door for one run. */
export type GatewayDoor = {
  /** Where it listens when it has no socket: `http://127.0.0.1:<port>`. */
  readonly url: string | null;
  /** What this run has used so far. */
  usage(): Promise<Usage>;
  /** Why requests are being refused; null while there is money. */
  exhausted(): "run" | "issue" | "repositoryDay" | "day" | null;
  /** Calls back once, when the first request is refused for want of money. */
  onExhausted(callback: () => void): void;
  /** When the provider whose last answer was 429 takes requests again; null where it was another, or did not say. */
  limitedUntil(): Millis | null;
  close(): Promise<void>;
};

export interface Gateway {
  /** Null when money is left for this account; else the first budget that is spent. */
  spent(
    account: Account,
    budget: Budget,
  ): Promise<"run" | "issue" | "repositoryDay" | "day" | null>;
  open(run: GatewayRun): Promise<GatewayDoor>;
}
