/** The default store of one machine: a server of our own, led by this service alone. */
import type { Log } from "../../ports.ts";
import { StoreFault } from "./fault.ts";
import { leadHolder, takeLead } from "./leader.ts";
import type { Lead } from "./leader.ts";
import { silent } from "./silent.ts";
import { openPostgres } from "./server.ts";
import type { Connection } from "./server.ts";

/** The embedded server and the lead on it. */
export type Embedded = {
  readonly connection: Connection;
  readonly lead: Lead;
  /** Gives up the lead and stops the server. Close the store first. */
  stop(): Promise<void>;
};

/** The session of a service that was killed a moment ago ends only when the server notices. */
const patienceMs = 3_000;

/** Starts or adopts the data folder's server and leads there. Throws StoreFault `setup` when another service does. */
export async function openEmbedded(dataFolder: string, log: Log = silent): Promise<Embedded> {
  const server = await openPostgres(dataFolder, log);
  try {
    const lead = await takeLead(server.connection, patienceMs);
    if (lead === null) return await refuse(dataFolder, server.connection);
    return {
      connection: server.connection,
      lead,
      stop: async () => {
        await lead.release();
        await server.stop();
      },
    };
  } catch (error) {
    // It may be the server of a service that runs well: never stop it from here.
    server.leave();
    throw error;
  }
}

async function refuse(dataFolder: string, connection: Connection): Promise<never> {
  const holder = (await leadHolder(connection)) ?? "a service that has just ended";
  throw new StoreFault(
    "setup",
    `using the data folder ${dataFolder}`,
    `it is in use by another Yardmaster (${holder}); stop that one, or choose another data folder`,
  );
}
