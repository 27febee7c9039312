/** What can happen to an open pull request apart from its merge: opened, edited, drafted, reopened, given reviewers. */
import { addIssue } from "./issues.ts";
import { announceSubject } from "./subject.ts";
import { checkedBody, characters } from "./text-limits.ts";
import { distance, mergeBase } from "../git/merge.ts";
import { first, known } from "../world/find.ts";
import { invalid } from "../refusal.ts";
import { mint } from "../world/world.ts";
import { noteOn, refuseArchived } from "./act.ts";
import { refreshPull } from "./pull-heads.ts";
import { resolveCommit } from "../git/repository.ts";
import { timestamp } from "../sim.ts";
import { writeRefs } from "./ref-writes.ts";
import type { By, Sim } from "../sim.ts";
import type { Invalid } from "../refusal.ts";
import type { Issue } from "../world/issues.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";

/** What a pull request is opened with. */
export interface PullDraft {
  readonly title: string;
  readonly body: string | null;
  /** A branch, or `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

const TITLE_CHARACTERS = 256;

/** Opens a pull request between two branches of a repository. */
export async function openPull(
  sim: Sim,
  by: By,
  repository: Repository,
  draft: PullDraft,
): Promise<PullRequest> {
  refuseArchived(repository);
  const title = pullTitle(draft.title);
  const body = checkedBody("PullRequest", draft.body);
  return await writeRefs(sim, by, repository, async (gitDir) => {
    const headRef = await checkedBranches(sim, repository, gitDir, draft);
    const issue = addIssue(sim, by, repository, { title, body });
    const pull = addPull(sim, repository, issue, { ...draft, head: headRef });
    await refreshPull(sim, pull);
    announceSubject(sim, by, issue, "opened");
    return pull;
  });
}

/** The title of a pull request that GitHub takes. */
function pullTitle(title: string): string {
  if (title.trim() === "") throw invalid(fault("title", "title can't be blank"));
  if (characters(title) <= TITLE_CHARACTERS) return title;
  throw invalid(fault("title", `title is too long (maximum is ${TITLE_CHARACTERS} characters)`));
}

async function checkedBranches(
  sim: Sim,
  repository: Repository,
  gitDir: string,
  draft: PullDraft,
): Promise<string> {
  const owner = known(sim.world.accounts, repository.ownerId).login;
  const [named, branch] = draft.head.includes(":")
    ? [draft.head.slice(0, draft.head.indexOf(":")), draft.head.slice(draft.head.indexOf(":") + 1)]
    : [owner, draft.head];
  const [base, head] = await Promise.all([
    resolveCommit(gitDir, `refs/heads/${draft.base}`),
    resolveCommit(gitDir, `refs/heads/${branch}`),
  ]);
  const faults: Invalid[] = [];
  if (head === undefined || named.toLowerCase() !== owner.toLowerCase()) {
    faults.push({ resource: "PullRequest", field: "head", code: "invalid" });
  }
  if (base === undefined) faults.push({ resource: "PullRequest", field: "base", code: "invalid" });
  if (base === undefined || head === undefined || faults.length > 0) throw invalid(...faults);

  if (openPullBetween(sim, repository, branch, draft.base) !== null) {
    throw invalid(fault(undefined, `A pull request already exists for ${owner}:${branch}.`));
  }
  if ((await mergeBase(gitDir, base, head)) === undefined) {
    throw invalid(
      fault(undefined, `The ${branch} branch has no history in common with ${draft.base}`),
    );
  }
  if ((await distance(gitDir, base, head)).ahead === 0) {
    throw invalid(fault(undefined, `No commits between ${draft.base} and ${branch}`));
  }
  return branch;
}

function openPullBetween(
  sim: Sim,
  repository: Repository,
  headRef: string,
  baseRef: string,
): PullRequest | null {
  return first(
    sim.world.pulls,
    (pull) =>
      pull.repositoryId === repository.id &&
      pull.headRef === headRef &&
      pull.baseRef === baseRef &&
      known(sim.world.issues, pull.issueId).state === "open",
  );
}

function fault(field: string | undefined, message: string): Invalid {
  const place = field === undefined ? {} : { field };
  return { resource: "PullRequest", ...place, code: "custom", message };
}

function addPull(sim: Sim, repository: Repository, issue: Issue, draft: PullDraft): PullRequest {
  const pull: PullRequest = {
    ...mint(sim.world, "pulls"),
    repositoryId: repository.id,
    issueId: issue.id,
    number: issue.number,
    headRepositoryId: repository.id,
    headRef: draft.head,
    headSha: "",
    baseRef: draft.base,
    baseSha: "",
    draft: draft.draft,
    merged: false,
    mergedAt: null,
    mergedById: null,
    mergeCommitSha: null,
    mergeable: null,
    behind: 0,
    autoMerge: null,
    maintainerCanModify: draft.maintainerCanModify,
    requestedReviewerIds: [],
    commits: 0,
    additions: 0,
    deletions: 0,
    changedFiles: 0,
  };
  issue.pullId = pull.id;
  issue.nodeId = pull.nodeId;
  sim.world.pulls.set(pull.id, pull);
  return pull;
}

/** Points an open pull request at another base branch. */
export async function changeBase(
  sim: Sim,
  by: By,
  pull: PullRequest,
  baseRef: string,
): Promise<void> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  refuseArchived(repository);
  if (baseRef === pull.baseRef) return;
  await writeRefs(sim, by, repository, async (gitDir) => {
    if ((await resolveCommit(gitDir, `refs/heads/${baseRef}`)) === undefined) {
      throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
    }
    const before = { ref: pull.baseRef, sha: pull.baseSha };
    pull.baseRef = baseRef;
    await refreshPull(sim, pull);
    const changes = { base: { ref: { from: before.ref }, sha: { from: before.sha } } };
    announceSubject(sim, by, known(sim.world.issues, pull.issueId), "edited", { changes });
  });
}

/** Opens a closed pull request again, unless a branch is gone, it was merged, or another one took its place. */
export async function reopenPull(sim: Sim, by: By, pull: PullRequest): Promise<void> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  const issue = known(sim.world.issues, pull.issueId);
  refuseArchived(repository);
  if (issue.state === "open") return;
  const owner = known(sim.world.accounts, repository.ownerId).login;
  await writeRefs(sim, by, repository, async () => {
    if (pull.merged)
      throw invalid(
        fault("state", "state cannot be changed. The pull request cannot be reopened."),
      );
    if (openPullBetween(sim, repository, pull.headRef, pull.baseRef) !== null) {
      throw invalid(fault("state", `A pull request already exists for ${owner}:${pull.headRef}.`));
    }
    if (!(await refreshPull(sim, pull))) {
      throw invalid(
        fault("state", `state cannot be changed. The ${pull.headRef} branch has been deleted.`),
      );
    }
    Object.assign(issue, {
      state: "open",
      closedAt: null,
      closedById: null,
      updatedAt: timestamp(sim),
    });
    noteOn(sim, by, issue, "reopened");
    announceSubject(sim, by, issue, "reopened");
  });
}

/** Makes a pull request a draft, or ready for review. */
export function setDraft(sim: Sim, by: By, pull: PullRequest, draft: boolean): PullRequest {
  refuseArchived(known(sim.world.repositories, pull.repositoryId));
  if (pull.draft === draft) return pull;
  const issue = known(sim.world.issues, pull.issueId);
  pull.draft = draft;
  issue.updatedAt = timestamp(sim);
  noteOn(sim, by, issue, draft ? "convert_to_draft" : "ready_for_review");
  announceSubject(sim, by, issue, draft ? "converted_to_draft" : "ready_for_review");
  return pull;
}
