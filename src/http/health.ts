/** `GET /healthz`: is the process up, does the database answer, who leads, when did GitHub last speak. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** What is asked of the parts of the service. */
export type HealthParts = {
  readonly version: string;
  readonly isLeader: () => boolean;
  /** Never rejects. */
  readonly database: () => Promise<DatabaseHealth>;
};

type DatabaseHealth =
  | { readonly answers: false; readonly why: string }
  | {
      readonly answers: true;
      readonly lastDeliveryAt: number | null;
      readonly jobs: readonly object[];
    };

/** 200 when deliveries can be stored, else 503. */
export function createHealth(
  parts: HealthParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (_request, response) => {
    const database = await parts.database();
    const lastDelivery = database.answers ? database.lastDeliveryAt : null;
    const body = {
      status: database.answers ? "ok" : "failing",
      process: {
        pid: process.pid,
        version: parts.version,
        uptimeSeconds: Math.floor(process.uptime()),
        residentBytes: process.memoryUsage.rss(),
      },
      database: database.answers ? { status: "ok" } : { status: "failing", why: database.why },
      leader: parts.isLeader(),
      lastDelivery: lastDelivery === null ? null : new Date(lastDelivery).toISOString(),
      jobs: database.answers ? database.jobs : [],
    };
    response
      .writeHead(database.answers ? 200 : 503, { "content-type": "application/json" })
      .end(`${JSON.stringify(body)}\n`);
  };
}
