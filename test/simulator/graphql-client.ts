/** Asks a simulator's GraphQL API as a person or as the App, over HTTP. */
import { installationToken } from "../../src/simulator/auth/tokens.ts";
import type { Permissions } from "../../src/simulator/world/accounts.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly {
    readonly type?: string;
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  readonly headers: Headers;
}

/** Sends one query or mutation. */
export type Ask = (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Reply>;

/** Asks with somebody's personal token. */
export function asPerson(simulator: Simulator, login: string): Ask {
  const token = simulator.card.tokens[login];
  if (token === undefined) throw new Error(`nobody is called ${login}`);
  return asking(simulator, token);
}

/** Asks with an installation token, by default one with all of the installation's permissions. */
export function asApp(simulator: Simulator, permissions?: Permissions): Ask {
  const installation = simulator.sim.world.installations.get(simulator.card.installationId)!;
  const { token } = installationToken(simulator.sim, installation, {
    permissions: permissions ?? installation.permissions,
    repositoryIds: null,
  });
  return asking(simulator, token);
}

function asking(simulator: Simulator, token: string): Ask {
  return async (query, variables = {}) => {
    const response = await fetch(simulator.card.graphqlUrl, {
      method: "POST",
      headers: { authorization: `bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Partial<Reply>;
    return {
      status: response.status,
      data: body.data,
      errors: body.errors ?? [],
      headers: response.headers,
    };
  };
}

/** What is at a path within the data. */
export function at(data: unknown, ...path: readonly (string | number)[]): unknown {
  let found = data;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

/** A text, such as an id, at a path within the data. */
export function textAt(data: unknown, ...path: readonly (string | number)[]): string {
  const found = at(data, ...path);
  if (typeof found !== "string") throw new Error(`no text at ${path.join(".")}`);
  return found;
}
