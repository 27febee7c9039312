/** Finds the route of a request: the one whose path has the most literal parts in common. */
import { namedPath } from "./route.ts";
import type { Route } from "./route.ts";
import type { Sim } from "../sim.ts";

/** A route that fits, with what stands in its braces. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The route for a method and a path without prefix, or null when nothing is modelled there. */
export function matchRoute(
  sim: Sim,
  routes: readonly Route[],
  method: string,
  path: string,
): Match | null {
  const segments = namedPath(sim, decoded(path));
  let best: Match | null = null;
  let bestLiterals = -1;
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = paramsOf(route.path, segments);
    const literals = route.path.split("/").filter((part) => !part.startsWith("{")).length;
    if (params === null || literals <= bestLiterals) continue;
    best = { route, params };
    bestLiterals = literals;
  }
  return best;
}

function paramsOf(path: string, segments: readonly string[]): Record<string, string> | null {
  const parts = path.split("/").slice(1);
  const isGreedy = parts.at(-1)?.endsWith("+}") ?? false;
  if (isGreedy ? segments.length < parts.length : segments.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? "";
    if (part.endsWith("+}")) params[part.slice(1, -2)] = segments.slice(index).join("/");
    else if (part.startsWith("{")) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return null;
  }
  return params;
}

function decoded(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}
