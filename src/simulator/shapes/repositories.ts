/** Repositories as GitHub's REST API and webhooks show them. */
import { known, roleOf, reaches, where } from "../world/find.ts";
import { accountShape, api, organizationShape } from "./accounts.ts";
import type { Account, Repository } from "../world/accounts.ts";
import type { Shape } from "./accounts.ts";
import type { Sim } from "../sim.ts";

/** The root of a repository in the REST API. */
export function repositoryUrl(sim: Sim, repository: Repository): string {
  const owner = known(sim.world.accounts, repository.ownerId);
  return `${api(sim)}/repos/${owner.login}/${repository.name}`;
}

/** The page of a repository. */
export function repositoryPage(sim: Sim, repository: Repository): string {
  const owner = known(sim.world.accounts, repository.ownerId);
  return `${sim.url}/${owner.login}/${repository.name}`;
}

/** The address git clones from. */
export function cloneUrl(sim: Sim, repository: Repository): string {
  return `${repositoryPage(sim, repository)}.git`;
}

/** A repository as it stands inside other things and in webhooks. */
export function repositoryShape(sim: Sim, repository: Repository): Shape {
  const owner = known(sim.world.accounts, repository.ownerId);
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: `${owner.login}/${repository.name}`,
    private: repository.private,
    owner: accountShape(sim, owner),
    html_url: repositoryPage(sim, repository),
    description: repository.description,
    fork: false,
    ...links(repositoryUrl(sim, repository)),
    ...places(sim, repository),
    ...counts(sim, repository),
    homepage: null,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? "private" : "public",
    default_branch: repository.defaultBranch,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
  };
}

/** A repository as `GET /repos/{owner}/{repo}` shows it to somebody. */
export function fullRepositoryShape(sim: Sim, repository: Repository, viewer: Account): Shape {
  const owner = known(sim.world.accounts, repository.ownerId);
  return {
    ...listedRepositoryShape(sim, repository, viewer),
    network_count: 0,
    subscribers_count: 0,
    ...(owner.kind === "Organization" ? { organization: accountShape(sim, owner) } : {}),
  };
}

/** A repository in a list of those that somebody may use. */
export function listedRepositoryShape(sim: Sim, repository: Repository, viewer: Account): Shape {
  return {
    ...repositoryShape(sim, repository),
    permissions: permissionFlags(repository, viewer),
    ...mergeFlags(repository),
    use_squash_pr_title_as_default: false,
    squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
    squash_merge_commit_message: "COMMIT_MESSAGES",
    merge_commit_title: "MERGE_MESSAGE",
    merge_commit_message: "PR_TITLE",
  };
}

/** How pull requests may be merged here. */
export function mergeFlags(repository: Repository): Shape {
  return {
    allow_merge_commit: repository.allowMergeCommit,
    allow_squash_merge: repository.allowSquashMerge,
    allow_rebase_merge: repository.allowRebaseMerge,
    allow_auto_merge: repository.allowAutoMerge,
    delete_branch_on_merge: repository.deleteBranchOnMerge,
    allow_update_branch: false,
  };
}

/** The five flags that say what somebody may do in a repository. */
export function permissionFlags(repository: Repository, viewer: Account): Shape {
  const role = roleOf(repository, viewer);
  return {
    admin: reaches(role, "admin"),
    maintain: reaches(role, "maintain"),
    push: reaches(role, "write"),
    triage: reaches(role, "triage"),
    pull: reaches(role, "read"),
  };
}

/** The keys that every webhook about a repository carries besides its own. */
export function placeShape(sim: Sim, repository: Repository): Shape {
  const owner = known(sim.world.accounts, repository.ownerId);
  return {
    repository: repositoryShape(sim, repository),
    ...(owner.kind === "Organization" ? { organization: organizationShape(sim, owner) } : {}),
  };
}

function links(url: string): Shape {
  return { url, ...peopleLinks(url), ...codeLinks(url), ...issueLinks(url) };
}

function peopleLinks(url: string): Shape {
  return {
    forks_url: `${url}/forks`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    events_url: `${url}/events`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
  };
}

function codeLinks(url: string): Shape {
  return {
    keys_url: `${url}/keys{/key_id}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
  };
}

function issueLinks(url: string): Shape {
  return {
    issue_events_url: `${url}/issues/events{/number}`,
    assignees_url: `${url}/assignees{/user}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    comments_url: `${url}/comments{/number}`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    labels_url: `${url}/labels{/name}`,
  };
}

function places(sim: Sim, repository: Repository): Shape {
  const clone = cloneUrl(sim, repository);
  return {
    git_url: clone.replace("http:", "git:"),
    ssh_url: clone.replace("http://", "ssh://git@"),
    clone_url: clone,
    svn_url: repositoryPage(sim, repository),
    mirror_url: null,
  };
}

function counts(sim: Sim, repository: Repository): Shape {
  const open = where(
    sim.world.issues,
    (issue) =>
      issue.repositoryId === repository.id && issue.state === "open" && issue.gone === null,
  ).length;
  return {
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    forks_count: 0,
    open_issues_count: open,
    forks: 0,
    open_issues: open,
    watchers: 0,
  };
}
