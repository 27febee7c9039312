/** Asks a simulator's REST API over HTTP: as a person, as the App with its JWT, or with an installation token. */
import { createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import { installationToken } from "../../src/simulator/auth/tokens.ts";
import type { Permissions } from "../../src/simulator/world/accounts.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";

/** What came back; `body` is loosely typed because each test looks at other fields of it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** Sends `"METHOD /path"` with a JSON body. */
export type Ask = (
  request: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Asks with somebody's personal token. */
export function asPerson(simulator: Simulator, login = "mona"): Ask {
  return asToken(simulator, simulator.card.tokens[login]!);
}

/** Asks with an installation token, by default one with all of the installation's permissions. */
export function asInstallation(simulator: Simulator, permissions?: Permissions): Ask {
  const installation = simulator.sim.world.installations.get(simulator.card.installationId)!;
  const { token } = installationToken(simulator.sim, installation, {
    permissions: permissions ?? installation.permissions,
    repositoryIds: null,
  });
  return asToken(simulator, token);
}

/** Asks with a JWT of the App that is good now. */
export function asApp(simulator: Simulator): Ask {
  return asToken(simulator, jwt(simulator));
}

/** Asks with any token. */
export function asToken(simulator: Simulator, token: string): Ask {
  return async (request, body, headers) => {
    const [method = "GET", path = "/"] = request.split(" ");
    const response = await fetch(simulator.url + path, {
      method,
      redirect: "manual",
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
}

/** A JWT of the App; the times are given relative to the simulated clock, in seconds. */
export function jwt(
  simulator: Simulator,
  claims: Readonly<Record<string, unknown>> = {},
  key = readFileSync(simulator.card.privateKeyPath, "utf8"),
): string {
  const nowSeconds = Math.floor(simulator.sim.now().getTime() / 1000);
  const shifted = Object.fromEntries(
    Object.entries({ iat: -30, exp: 570, ...claims }).map(([name, value]) => [
      name,
      typeof value === "number" ? nowSeconds + value : value,
    ]),
  );
  const encode = (value: unknown): string =>
    Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iss: String(simulator.card.appId), ...shifted })}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key, "base64url")}`;
}
