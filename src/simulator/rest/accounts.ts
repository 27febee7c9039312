/** REST: repositories, people, organisations, and who may do what. */
import { accountShape, organizationShape } from "../shapes/accounts.ts";
import { findAccount, getAccount, reaches, roleOf, where } from "../world/find.ts";
import { fullRepositoryShape, permissionFlags } from "../shapes/repositories.ts";
import { memberRoute, needs, openRoute, repositoryRoute } from "./route.ts";
import { notFound, Refusal } from "../refusal.ts";
import { noContent, ok, param } from "./call.ts";
import { paged } from "./pages.ts";
import type { Account, Repository, Role } from "../world/accounts.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";
import type { Shape } from "../shapes/accounts.ts";
import type { Sim } from "../sim.ts";

const METADATA = needs("metadata", "read", "read");
const COLLABORATORS = needs("metadata", "read", "write");

/** The routes of this file. */
export const accountRoutes: readonly Route[] = [
  repositoryRoute("GET /repos/{owner}/{repo}", METADATA, (call) =>
    ok(fullRepositoryShape(call.sim, call.repository, call.by.account)),
  ),
  repositoryRoute(
    "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
    METADATA,
    permission,
  ),
  repositoryRoute("GET /repos/{owner}/{repo}/collaborators/{username}", METADATA, (call) => {
    const account = findAccount(call.sim.world, param(call, "username"));
    const isCollaborator = account !== null && call.repository.roles[account.id] !== undefined;
    if (!isCollaborator) throw notFound();
    return noContent();
  }),
  repositoryRoute("GET /repos/{owner}/{repo}/collaborators", COLLABORATORS, (call) =>
    paged(call, collaborators(call), (account) => collaboratorShape(call, account)),
  ),
  memberRoute("GET /user", (call) => {
    if (call.actor.kind !== "person") {
      throw new Refusal(403, "Resource not accessible by integration");
    }
    return ok(personShape(call.sim, call.by.account));
  }),
  memberRoute("GET /users/{username}", (call) =>
    ok(personShape(call.sim, getAccount(call.sim.world, param(call, "username")))),
  ),
  memberRoute("GET /orgs/{org}", (call) => {
    const account = getAccount(call.sim.world, param(call, "org"));
    if (account.kind !== "Organization") throw notFound();
    return ok(organizationFullShape(call.sim, account));
  }),
  openRoute("GET /rate_limit", (call) => {
    const { resource: _, ...core } = call.quota("core");
    const { resource: __, ...graphql } = call.quota("graphql");
    const resources = { core, graphql, search: core };
    return { ...ok({ resources, rate: core }), points: 0 };
  }),
];

function permission(call: RepositoryCall): Answer {
  const { sim, actor, repository } = call;
  if (actor.kind === "person" && !reaches(roleOf(repository, actor.account), "write")) {
    throw new Refusal(403, "Must have push access to view collaborator permission.");
  }
  const login = param(call, "username");
  const account = findAccount(sim.world, login);
  if (account?.kind !== "User") throw new Refusal(404, `${login} is not a user`);
  const role = roleOf(repository, account);
  return ok({
    permission: plainWord(role),
    role_name: role ?? "none",
    user: collaboratorShape(call, account),
  });
}

function collaborators({ sim, repository }: RepositoryCall): Account[] {
  return where(sim.world.accounts, ({ id }) => repository.roles[id] !== undefined);
}

function collaboratorShape({ sim, repository }: RepositoryCall, account: Account): Shape {
  return {
    ...accountShape(sim, account),
    permissions: permissionFlags(repository, account),
    role_name: roleOf(repository, account) ?? "none",
  };
}

/** The four words from before there were the roles triage and maintain. */
function plainWord(role: Role | null): string {
  switch (role) {
    case null:
      return "none";
    case "triage":
      return "read";
    case "maintain":
      return "write";
    case "read":
    case "write":
    case "admin":
      return role;
  }
}

function personShape(sim: Sim, account: Account): Shape {
  return {
    ...accountShape(sim, account),
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: ownedBy(sim, account).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  };
}

function organizationFullShape(sim: Sim, account: Account): Shape {
  return {
    ...organizationShape(sim, account),
    name: account.name,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: ownedBy(sim, account).filter((row) => !row.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${sim.url}/${account.login}`,
    type: "Organization",
    archived_at: null,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  };
}

function ownedBy(sim: Sim, account: Account): Repository[] {
  return where(sim.world.repositories, (row) => row.ownerId === account.id);
}
