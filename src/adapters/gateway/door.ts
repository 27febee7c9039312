/** One run's door to the models. */
import { createServer } from "node:http";

import { answerOne } from "./answer.ts";
import type { GatewayParts } from "./answer.ts";
import { trackExhaustion } from "./exhaustion.ts";
import type { GatewayDoor, GatewayRun } from "./gateway.ts";
import { trackLimit } from "./limit.ts";
import { listenAt, listenOnLoopback } from "./listen.ts";

/** Agents keep connections for a while; ending one at the moment when it is taken up again fails a request. */
const keepAliveTimeout = 120_000;

/** Opens a door for one run. Throws GatewayFault. */
export async function openDoor(parts: GatewayParts, run: GatewayRun): Promise<GatewayDoor> {
  const { purse, ledger, log } = parts;
  const { account } = run;
  const exhaustion = trackExhaustion();
  const limit = trackLimit(parts.clock);
  const underWay = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    const isBusy = underWay.size >= parts.limits.requests;
    const answered = answerOne({ parts, run, exhaustion, limit, isBusy }, request, response)
      .catch((error: unknown) => {
        log.error({ err: error, run: account.run }, "gateway failed");
        response.destroy();
      })
      .finally(() => underWay.delete(answered));
    underWay.add(answered);
  });
  let url: string | null = null;
  if (run.socket === null) url = await listenOnLoopback(server, run.port);
  else await listenAt(server, run.socket);
  server.on("error", (error) => log.warn({ err: error, run: account.run }, "gateway door failed"));
  return {
    url,
    usage: async () => {
      await purse.booked(account);
      return ledger.usageOf(account);
    },
    limitedUntil: () => limit.until(),
    exhausted: () => exhaustion.current(),
    onExhausted: (callback) => exhaustion.on(callback),
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
      await Promise.all(underWay);
      await purse.booked(account);
    },
  };
}
