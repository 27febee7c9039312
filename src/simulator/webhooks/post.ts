/** One POST to an App's webhook address, signed as GitHub signs it. */
import { createHmac } from "node:crypto";
import type { App, Delivery } from "../world/accounts.ts";

/** GitHub gives up on a receiver that takes longer. */
const TIMEOUT_MS = 10_000;

/** How much of an answer is kept. */
const KEPT_ANSWER_CHARACTERS = 10_000;

type Outcome = Pick<
  Delivery,
  | "status"
  | "statusCode"
  | "durationSeconds"
  | "requestHeaders"
  | "responseHeaders"
  | "responseBody"
>;

/** Sends a delivery and says what came back; it never throws. */
export async function post(app: App, delivery: Delivery): Promise<Outcome> {
  const requestHeaders = headersOf(app, delivery);
  const startedAt = performance.now();
  const seconds = (): number => Math.round(performance.now() - startedAt) / 1000;
  try {
    const response = await fetch(delivery.url, {
      method: "POST",
      headers: requestHeaders,
      body: delivery.requestBody,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return {
      status: response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`,
      statusCode: response.status,
      durationSeconds: seconds(),
      requestHeaders,
      responseHeaders: Object.fromEntries(response.headers),
      responseBody: text.slice(0, KEPT_ANSWER_CHARACTERS),
    };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    return {
      status: isLate ? "timed out" : "failed to connect to host",
      statusCode: isLate ? 504 : 0,
      durationSeconds: seconds(),
      requestHeaders,
      responseHeaders: {},
      responseBody: "",
    };
  }
}

function headersOf(app: App, delivery: Delivery): Record<string, string> {
  const sign = (algorithm: string): string =>
    createHmac(algorithm, app.hookSecret).update(delivery.requestBody).digest("hex");
  return {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/51mu1a7",
    "x-github-delivery": delivery.guid,
    "x-github-event": delivery.event,
    "x-github-hook-id": String(app.hookId),
    "x-github-hook-installation-target-id": String(app.id),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature": `sha1=${sign("sha1")}`,
    "x-hub-signature-256": `sha256=${sign("sha256")}`,
  };
}
