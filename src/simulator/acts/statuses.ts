/** Old-style statuses of commits. */
import { accountShape } from "../shapes/accounts.ts";
import { announce, refuseArchived } from "./act.ts";
import { commitShape } from "../shapes/commits.ts";
import { gitDirOf } from "./git-place.ts";
import { invalid, Refusal } from "../refusal.ts";
import { listRefs } from "../git/refs.ts";
import { resolveCommit } from "../git/repository.ts";
import { mint } from "../world/world.ts";
import { readCommit } from "../git/history.ts";
import { repositoryUrl } from "../shapes/repositories.ts";
import { timestamp } from "../sim.ts";
import { fullName } from "../world/find.ts";
import type { By, Sim } from "../sim.ts";
import type { CommitStatus } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";

/** What a status says. */
export interface StatusDraft {
  readonly sha: string;
  readonly state: CommitStatus["state"];
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
}

const DESCRIPTION_CHARACTERS = 140;

/** Sets a status of a commit; the newest of a context counts. */
export async function setStatus(
  sim: Sim,
  by: By,
  repository: Repository,
  draft: StatusDraft,
): Promise<CommitStatus> {
  refuseArchived(repository);
  if ((draft.description ?? "").length > DESCRIPTION_CHARACTERS) {
    const message = `description is too long (maximum is ${DESCRIPTION_CHARACTERS} characters)`;
    throw invalid({ resource: "Status", field: "description", code: "custom", message });
  }
  const sha = await resolveCommit(gitDirOf(sim, repository), draft.sha);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${draft.sha}`);
  const place = await placeOf(sim, repository, sha);
  const time = timestamp(sim);
  const status: CommitStatus = {
    ...mint(sim.world, "statuses"),
    ...draft,
    sha,
    repositoryId: repository.id,
    creatorId: by.account.id,
    createdAt: time,
    updatedAt: time,
  };
  sim.world.statuses.set(status.id, status);
  announce(sim, by, repository, "status", {
    id: status.id,
    sha,
    name: fullName(sim.world, repository),
    target_url: status.targetUrl,
    avatar_url: accountShape(sim, by.account)["avatar_url"],
    context: status.context,
    description: status.description,
    state: status.state,
    ...place,
    created_at: time,
    updated_at: time,
  });
  return status;
}

/** A commit and the branches that have it as their head. */
async function placeOf(sim: Sim, repository: Repository, sha: string): Promise<Shape> {
  const gitDir = gitDirOf(sim, repository);
  const commit = await readCommit(gitDir, sha);
  const heads = listRefs(gitDir, "refs/heads/");
  const url = `${repositoryUrl(sim, repository)}/commits/${sha}`;
  return {
    commit: commitShape(sim, repository, commit),
    branches: [...heads]
      .filter(([, head]) => head === sha)
      .map(([ref]) => ref.slice("refs/heads/".length))
      .map((name) => ({ name, commit: { sha, url }, protected: name in repository.protections })),
  };
}
