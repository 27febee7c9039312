/** REST: branches and their protection. */
import { commitShape } from "../shapes/commits.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { listRefs } from "../git/refs.ts";
import { needs, repositoryRoute } from "./route.ts";
import { ok, param, queryOf } from "./call.ts";
import { paged } from "./pages.ts";
import { readCommit } from "../git/history.ts";
import { Refusal } from "../refusal.ts";
import { repositoryPage, repositoryUrl } from "../shapes/repositories.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";
import type { Shape } from "../shapes/accounts.ts";

const READ = needs("contents", "read", "read");
const PROTECTION = needs("administration", "read", "admin");
const BRANCHES = "/repos/{owner}/{repo}/branches" as const;

/** The routes of this file. */
export const branchRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${BRANCHES}`,
    READ,
    async (call) => {
      const wanted = queryOf(call, "protected");
      const heads = listRefs(gitDirOf(call.sim, call.repository), "refs/heads/");
      const rows = [...heads].filter(
        ([ref]) => wanted === null || isProtected(call, nameOf(ref)) === (wanted === "true"),
      );
      return paged(call, rows, ([ref, sha]) => shortBranch(call, nameOf(ref), sha));
    },
    ["protected"],
  ),
  repositoryRoute(`GET ${BRANCHES}/{branch+}`, READ, readBranch),
  repositoryRoute(`GET ${BRANCHES}/{branch}/protection`, PROTECTION, readProtection),
];

async function readBranch(call: RepositoryCall): Promise<Answer> {
  const { sim, repository } = call;
  const name = param(call, "branch");
  const gitDir = gitDirOf(sim, repository);
  const sha = listRefs(gitDir, "refs/heads/").get(`refs/heads/${name}`);
  if (sha === undefined) throw new Refusal(404, "Branch not found");
  const self = `${repositoryUrl(sim, repository)}/branches/${encodeURIComponent(name)}`;
  return ok({
    name,
    commit: commitShape(sim, repository, await readCommit(gitDir, sha)),
    _links: { self, html: `${repositoryPage(sim, repository)}/tree/${name}` },
    protected: isProtected(call, name),
    protection: {
      enabled: isProtected(call, name),
      required_status_checks: { ...checksShape(call, name), enforcement_level: "non_admins" },
    },
    protection_url: `${self}/protection`,
  });
}

function shortBranch(call: RepositoryCall, name: string, sha: string): Shape {
  const url = `${repositoryUrl(call.sim, call.repository)}/commits/${sha}`;
  return { name, commit: { sha, url }, protected: isProtected(call, name) };
}

function readProtection(call: RepositoryCall): Answer {
  const name = param(call, "branch");
  const rules = call.repository.protections[name];
  if (rules === undefined) throw new Refusal(404, "Branch not protected");
  const branch = `${repositoryUrl(call.sim, call.repository)}/branches/${encodeURIComponent(name)}`;
  const url = `${branch}/protection`;
  const reviews = {
    url: `${url}/required_pull_request_reviews`,
    dismiss_stale_reviews: false,
    require_code_owner_reviews: false,
    required_approving_review_count: rules.requiredApprovals,
  };
  return ok({
    url,
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: rules.strict,
      ...checksShape(call, name),
      contexts_url: `${url}/required_status_checks/contexts`,
    },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: false },
    ...(rules.requiredApprovals === 0 ? {} : { required_pull_request_reviews: reviews }),
    required_linear_history: { enabled: false },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
  });
}

function checksShape(call: RepositoryCall, name: string): Shape {
  const contexts = call.repository.protections[name]?.requiredChecks ?? [];
  return { contexts, checks: contexts.map((context) => ({ context, app_id: null })) };
}

function isProtected(call: RepositoryCall, name: string): boolean {
  return Object.hasOwn(call.repository.protections, name);
}

function nameOf(ref: string): string {
  return ref.slice("refs/heads/".length);
}
