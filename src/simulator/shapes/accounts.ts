/** People, organisations and Apps as GitHub's REST API and webhooks show them. */
import { known } from "../world/find.ts";
import type { Account, App, Installation, Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

/** A JSON object on its way out. */
export type Shape = Record<string, unknown>;

/** The root of the REST API, as it stands in links. */
export function api(sim: Sim): string {
  return `${sim.url}/api/v3`;
}

/** A "simple user": person, organisation or bot. */
export function accountShape(sim: Sim, account: Account): Shape {
  const login = encodeURIComponent(account.login);
  const url = `${api(sim)}/users/${login}`;
  const page = account.kind === "Bot" ? `apps/${account.login.replace("[bot]", "")}` : login;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: `${sim.url}/avatars/u/${account.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `${sim.url}/${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.kind,
    user_view_type: "public",
    site_admin: false,
  };
}

/** The short form of an organisation in webhooks. */
export function organizationShape(sim: Sim, account: Account): Shape {
  const url = `${api(sim)}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${sim.url}/avatars/u/${account.id}?v=4`,
    description: account.name,
  };
}

/** Events that GitHub's published schemas do not list among the events of an App. */
const UNLISTED_EVENTS = new Set([
  "projects_v2_item",
  "issue_dependencies",
  "sub_issues",
  "merge_group",
  "pull_request_review_thread",
]);

/** An App ("integration") as it stands beside what it did. */
export function appShape(sim: Sim, app: App): Shape {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: app.nodeId,
    owner: accountShape(sim, known(sim.world.accounts, app.ownerId)),
    name: app.name,
    description: app.description,
    external_url: app.externalUrl,
    html_url: `${sim.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.updatedAt,
    permissions: app.permissions,
    events: app.events.filter((event) => !UNLISTED_EVENTS.has(event)),
  };
}

/** The App behind an act, or null for a person. */
export function viaAppShape(sim: Sim, appId: number | null): Shape | null {
  return appId === null ? null : appShape(sim, known(sim.world.apps, appId));
}

/** How somebody is associated with a repository, in GitHub's upper-case words. */
export function associationOf(sim: Sim, repository: Repository, account: Account): string {
  if (repository.ownerId === account.id) return "OWNER";
  if (repository.roles[account.id] === undefined) return "NONE";
  const owner = known(sim.world.accounts, repository.ownerId);
  return owner.kind === "Organization" ? "MEMBER" : "COLLABORATOR";
}

/** An installation as `/app/installations` and the installation events show it. */
export function installationShape(sim: Sim, installation: Installation): Shape {
  const app = known(sim.world.apps, installation.appId);
  const account = known(sim.world.accounts, installation.accountId);
  const suspender = installation.suspendedById;
  const page = account.kind === "Organization" ? `organizations/${account.login}/` : "";
  return {
    id: installation.id,
    client_id: app.clientId,
    account: accountShape(sim, account),
    repository_selection: installation.repositoryIds === null ? "all" : "selected",
    access_tokens_url: `${api(sim)}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${api(sim)}/installation/repositories`,
    html_url: `${sim.url}/${page}settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.kind,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by:
      suspender === null ? null : accountShape(sim, known(sim.world.accounts, suspender)),
    suspended_at: installation.suspendedAt,
  };
}
