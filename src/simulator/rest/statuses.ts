/** REST: old-style statuses of commits. */
import { commitNamed } from "./commit-at.ts";
import { contextShape, statusShape } from "../shapes/checks.ts";
import { created, optionalText, param, textOf } from "./call.ts";
import { malformed } from "../refusal.ts";
import { needs, repositoryRoute } from "./route.ts";
import { paged } from "./pages.ts";
import { repositoryShape, repositoryUrl } from "../shapes/repositories.ts";
import { setStatus } from "../acts/statuses.ts";
import { where } from "../world/find.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { CommitStatus } from "../world/pulls.ts";
import type { Route } from "./route.ts";

const READ = needs("statuses", "read", "read");
const WRITE = needs("statuses", "write", "write");
const REPOSITORY = "/repos/{owner}/{repo}" as const;

/** The routes of this file. */
export const statusRoutes: readonly Route[] = [
  repositoryRoute(`POST ${REPOSITORY}/statuses/{sha}`, WRITE, create, [
    "state",
    "context",
    "description",
    "target_url",
  ]),
  repositoryRoute(`GET ${REPOSITORY}/commits/{ref}/statuses`, READ, async (call) =>
    paged(call, (await statusesOn(call)).rows, (status) => statusShape(call.sim, status)),
  ),
  repositoryRoute(`GET ${REPOSITORY}/commits/{ref}/status`, READ, combined),
];

async function create(call: RepositoryCall): Promise<Answer> {
  const status = await setStatus(call.sim, call.by, call.repository, {
    sha: param(call, "sha"),
    state: stateOf(textOf(call, "state")),
    context: optionalText(call, "context") ?? "default",
    description: optionalText(call, "description") ?? null,
    targetUrl: optionalText(call, "target_url") ?? null,
  });
  return created(statusShape(call.sim, status));
}

function stateOf(text: string): CommitStatus["state"] {
  if (text === "error" || text === "failure" || text === "pending" || text === "success") {
    return text;
  }
  throw malformed(`For 'properties/state', "${text}" is not a possible value.`);
}

/** Newest first. */
async function statusesOn(
  call: RepositoryCall,
): Promise<{ readonly sha: string; readonly rows: CommitStatus[] }> {
  const sha = await commitNamed(call, param(call, "ref"));
  const rows = where(
    call.sim.world.statuses,
    (status) => status.repositoryId === call.repository.id && status.sha === sha,
  );
  return { sha, rows: rows.toReversed() };
}

async function combined(call: RepositoryCall): Promise<Answer> {
  const { sim, repository } = call;
  const { sha, rows } = await statusesOn(call);
  const newest = [...new Map(rows.toReversed().map((row) => [row.context, row])).values()];
  const root = `${repositoryUrl(sim, repository)}/commits/${sha}`;
  return paged(
    call,
    newest,
    (status) => contextShape(sim, status),
    (statuses, total_count) => ({
      state: sumOf(newest),
      statuses,
      sha,
      total_count,
      repository: repositoryShape(sim, repository),
      commit_url: root,
      url: `${root}/status`,
    }),
  );
}

/** No status at all counts as pending. */
function sumOf(statuses: readonly CommitStatus[]): string {
  const states = statuses.map((status) => status.state);
  if (states.includes("failure") || states.includes("error")) return "failure";
  return states.includes("pending") || states.length === 0 ? "pending" : "success";
}
