/** Routes: one line of a table says the method, the path, who may call it and what answers. */
import { byOf, demand } from "../auth/who.ts";
import { findRepository, first, fullName } from "../world/find.ts";
import { notFound, Refusal } from "../refusal.ts";
import { param } from "./call.ts";
import { api } from "../shapes/accounts.ts";
import type { Actor, Need } from "../auth/who.ts";
import type { Answer, Call, RepositoryCall } from "./call.ts";
import type { Access, App, Repository, Role } from "../world/accounts.ts";
import type { By, Sim } from "../sim.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** Method and path as GitHub's documentation writes them; `{path+}` at the end takes slashes too. */
export type Signature = `${Method} /${string}`;
type Reply = Answer | Promise<Answer>;

/** One line of the table. */
export interface Route {
  readonly method: string;
  readonly path: string;
  /** The names that it obeys: of the query for GET, else of the body. */
  readonly takes: readonly string[];
  readonly answer: (call: Call) => Reply;
}

/** An actor with an account of its own. */
export interface MemberCall extends Call {
  readonly by: By;
}

/** A call by an App with its JWT. */
export interface AppCall extends Call {
  readonly app: App;
}

/** A call with an installation token. */
export interface InstallationCall extends Call {
  readonly installation: Extract<Actor, { kind: "installation" }>;
}

/** What is needed: `needs("issues", "write", "triage")`; several permissions mean any of them. */
export function needs(permissions: string | readonly string[], access: Access, role: Role): Need {
  return {
    permissions: typeof permissions === "string" ? [permissions] : permissions,
    access,
    role,
  };
}

/** A route that anybody may call; `takes` names what it obeys, and anything else is refused as not modelled. */
export function openRoute(
  signature: Signature,
  answer: (call: Call) => Reply,
  takes: readonly string[] = [],
): Route {
  const [method = "", path = ""] = signature.split(" ");
  return { method, path, takes, answer };
}

/** A route for whoever is signed in as a person or an installation. */
export function memberRoute(signature: Signature, answer: (call: MemberCall) => Reply): Route {
  return openRoute(signature, (call) => answer({ ...call, by: byOf(call.actor) }));
}

/** A route under `/repos/{owner}/{repo}`: finds the repository, or its new place, and checks the need. */
export function repositoryRoute(
  signature: Signature,
  need: Need,
  answer: (call: RepositoryCall) => Reply,
  takes: readonly string[] = [],
): Route {
  const found = (call: Call): Reply => {
    const repository = repositoryAt(call);
    demand(call.actor, repository, need);
    return answer({ ...call, repository, by: byOf(call.actor) });
  };
  return openRoute(signature, found, takes);
}

/** A route that only an App's JWT opens. */
export function appRoute(
  signature: Signature,
  answer: (call: AppCall) => Reply,
  takes: readonly string[] = [],
): Route {
  const signedIn = (call: Call): Reply => {
    if (call.actor.kind !== "app") {
      throw new Refusal(401, "A JSON web token could not be decoded");
    }
    return answer({ ...call, app: call.actor.app });
  };
  return openRoute(signature, signedIn, takes);
}

/** A route that only an installation token opens. */
export function installationRoute(
  signature: Signature,
  answer: (call: InstallationCall) => Reply,
): Route {
  return openRoute(signature, (call) => {
    if (call.actor.kind === "anonymous") throw new Refusal(401, "Requires authentication");
    if (call.actor.kind !== "installation") {
      throw new Refusal(
        403,
        "You must authenticate with an installation access token in order to list repositories for an installation.",
      );
    }
    return answer({ ...call, installation: call.actor });
  });
}

function repositoryAt(call: Call): Repository {
  const owner = param(call, "owner");
  const name = param(call, "repo");
  const repository = findRepository(call.sim.world, owner, name);
  if (repository !== null) return repository;
  const former = `${owner}/${name}`.toLowerCase();
  const renamed = first(call.sim.world.repositories, (row) =>
    row.formerNames.some((text) => text.toLowerCase() === former),
  );
  if (renamed === null) throw notFound();
  throw movedTo(call, renamed);
}

function movedTo(call: Call, repository: Repository): Refusal {
  const depth = call.url.pathname.startsWith("/api/v3/") ? 6 : 4;
  const rest = call.url.pathname.split("/").slice(depth).join("/");
  const tail = rest === "" ? "" : `/${rest}`;
  return moved(call.sim, `/repositories/${repository.id}${tail}${call.url.search}`);
}

/** 301 to another place of the REST API. */
export function moved(sim: Sim, path: string): Refusal {
  return new Refusal(301, "Moved Permanently", { headers: { location: `${api(sim)}${path}` } });
}

/** Rewrites `/repositories/{id}/…`, where redirects lead, to `/repos/{owner}/{repo}/…`. */
export function namedPath(sim: Sim, segments: readonly string[]): readonly string[] {
  const [head, id = "", ...rest] = segments;
  const repository = head === "repositories" ? sim.world.repositories.get(Number(id)) : undefined;
  if (repository === undefined) return segments;
  return ["repos", ...fullName(sim.world, repository).split("/"), ...rest];
}
