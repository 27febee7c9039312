/** The JSON Web Tokens with which an App speaks for itself: RS256, at most ten minutes, GitHub's texts when not. */
import { createPublicKey, verify } from "node:crypto";
import { first } from "../world/find.ts";
import { Refusal } from "../refusal.ts";
import type { App } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

/** The furthest an expiration may lie ahead. */
const LONGEST_SECONDS = 600;

const UNREADABLE = "A JSON web token could not be decoded";

/** Whether a token is a JWT and not one of GitHub's own, which begin with `gh`. */
export function looksLikeJwt(token: string): boolean {
  return !token.startsWith("gh") && token.split(".").length === 3;
}

/** The App that signed a JWT; throws 401 with GitHub's text for whatever is wrong with it. */
export function appOfJwt(sim: Sim, token: string): App {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = decode(payload);
  if (decode(header)["alg"] !== "RS256") throw new Refusal(401, UNREADABLE);
  const issuer = String(claims["iss"]);
  const app = first(sim.world.apps, (row) => String(row.id) === issuer || row.clientId === issuer);
  if (app?.publicKeyPem == null) throw new Refusal(404, "Integration not found");
  const signed = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${payload}`),
    createPublicKey(app.publicKeyPem),
    Buffer.from(signature, "base64url"),
  );
  if (!signed) throw new Refusal(401, UNREADABLE);
  refuseWrongTimes(claims, Math.floor(sim.now().getTime() / 1000));
  return app;
}

function refuseWrongTimes(claims: Record<string, unknown>, nowSeconds: number): void {
  const issued = claims["iat"];
  const expires = claims["exp"];
  if (!isSeconds(issued) || issued > nowSeconds) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (!isSeconds(expires) || expires <= nowSeconds) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (expires > nowSeconds + LONGEST_SECONDS) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Answered like any other unreadable token.
  }
  throw new Refusal(401, UNREADABLE);
}
