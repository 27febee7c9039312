/** The gateway: doors for runs, and behind them the providers with their keys. */
import type { Clock, Log } from "../../ports.ts";
import type { GatewayLimits, GatewayParts } from "./answer.ts";
import { openDoor } from "./door.ts";
import type { Gateway } from "./gateway.ts";
import type { PriceList } from "./prices.ts";
import { openPurse } from "./purse.ts";
import type { RunLedger } from "./purse.ts";
import { reach } from "./upstream.ts";
import type { Upstreams } from "./upstream.ts";

/** What a gateway needs. */
export type GatewaySettings = {
  readonly upstreams: Upstreams;
  readonly ledger: RunLedger;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** The operator's own prices. */
  readonly prices?: PriceList;
  readonly limits?: Partial<GatewayLimits>;
};

/** The largest request that Anthropic takes is as large; answers with much thought take minutes. */
const usualLimits: GatewayLimits = {
  bodyBytes: 32 * 1024 * 1024,
  requests: 16,
  requestMs: 30 * 60_000,
  silenceMs: 10 * 60_000,
};

/** Throws GatewayFault `settings` where a provider's address cannot be used. */
export function createGateway(settings: GatewaySettings): Gateway {
  const { upstreams, ledger, clock, log } = settings;
  const { anthropic, openai } = upstreams;
  const purse = openPurse(ledger, clock, log);
  const parts: GatewayParts = {
    providers: {
      ...(anthropic === undefined ? {} : { anthropic: reach("anthropic", anthropic) }),
      ...(openai === undefined ? {} : { openai: reach("openai", openai) }),
    },
    purse,
    ledger,
    prices: settings.prices ?? {},
    limits: { ...usualLimits, ...settings.limits },
    clock,
    log,
  };
  return {
    spent: (account, budget) => purse.spent(account, budget),
    open: (run) => openDoor(parts, run),
  };
}
