/** Old-style statuses of commits. */
import { accountShape } from "../shapes/accounts.ts";
import { announce, refuseArchived } from "./act.ts";
import { commitShape } from "../shapes/commits.ts";
import { gitDirOf } from "./git-place.ts";
import { invalid, Refusal } from "../refusal.ts";
import { listRefs, resolveCommit } from "../git/repository.ts";
import { mint } from "../world/world.ts";
import { readCommit } from "../git/history.ts";
import { repositoryUrl } from "../shapes/repositories.ts";
import { timestamp } from "../sim.ts";
import { fullName } from "../world/find.ts";
import type { By, Sim } from "../sim.ts";
import type { CommitStatus } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";

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
  const gitDir = gitDirOf(sim, repository);
  const sha = await resolveCommit(gitDir, draft.sha);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${draft.sha}`);
  const commit = await readCommit(gitDir, sha);
  const heads = await listRefs(gitDir, "refs/heads/");

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
    commit: commitShape(sim, repository, commit),
    branches: [...heads]
      .filter(([, head]) => head === sha)
      .map(([ref]) => ({
        name: ref.slice("refs/heads/".length),
        commit: { sha, url: `${repositoryUrl(sim, repository)}/commits/${sha}` },
        protected: ref.slice("refs/heads/".length) in repository.protections,
      })),
    created_at: time,
    updated_at: time,
  });
  return status;
}
