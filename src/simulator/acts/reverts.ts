/** Taking a merged pull request back: a branch with the opposite of what it brought, and a pull request for it. */
import { createRef, resolveCommit } from "../git/repository.ts";
import { githubSignature, signatureOf } from "./git-place.ts";
import { known } from "../world/find.ts";
import { openPull } from "./pulls.ts";
import { Refusal } from "../refusal.ts";
import { revertCommit } from "../git/merge.ts";
import { writeRefs } from "./ref-writes.ts";
import type { By, Sim } from "../sim.ts";
import type { PullRequest } from "../world/pulls.ts";

/** Words in place of the usual ones, and whether it is a draft. */
export interface RevertDraft {
  readonly title: string | undefined;
  readonly body: string | undefined;
  readonly draft: boolean;
}

/** Opens the pull request that takes a merged one back; 422 when there is nothing to take back, or not without conflicts. */
export async function revertPull(
  sim: Sim,
  by: By,
  pull: PullRequest,
  draft: RevertDraft,
): Promise<PullRequest> {
  const { mergeCommitSha: merged } = pull;
  if (!pull.merged || merged === null) throw new Refusal(422, "Pull request is not merged");
  const repository = known(sim.world.repositories, pull.repositoryId);
  const { title } = known(sim.world.issues, pull.issueId);
  const owner = known(sim.world.accounts, repository.ownerId).login;
  const head = `revert-${pull.number}-${pull.headRef}`;
  const subject = `Revert "${title}"`;
  await writeRefs(sim, by, repository, async (gitDir) => {
    const base = await resolveCommit(gitDir, `refs/heads/${pull.baseRef}`);
    if (base === undefined) throw new Refusal(422, "Base branch is gone");
    if ((await resolveCommit(gitDir, `refs/heads/${head}`)) !== undefined) {
      throw new Refusal(422, "Pull request is already being reverted");
    }
    const commit = await revertCommit(gitDir, base, merged, {
      message: `${subject}\n\nThis reverts commit ${merged}.`,
      author: signatureOf(sim, by.account),
      committer: githubSignature(sim),
    });
    if (commit === undefined) {
      throw new Refusal(422, "Pull request cannot be reverted automatically");
    }
    await createRef(gitDir, `refs/heads/${head}`, commit);
  });
  return await openPull(sim, by, repository, {
    title: draft.title ?? subject,
    body: draft.body ?? `Reverts ${owner}/${repository.name}#${pull.number}`,
    head,
    base: pull.baseRef,
    draft: draft.draft,
    maintainerCanModify: true,
  });
}
