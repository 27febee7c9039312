/** The events that a moved ref brings: create or delete, and push. */
import { announce } from "./act.ts";
import { gitDirOf } from "./git-place.ts";
import { isAncestor } from "../git/merge.ts";
import { listCommits, readCommit } from "../git/history.ts";
import { listRefs } from "../git/refs.ts";
import { noReplyEmail, pushedCommitShape } from "../shapes/commits.ts";
import { repositoryPage } from "../shapes/repositories.ts";
import { touchedByCommit } from "../git/diff.ts";
import type { By, Sim } from "../sim.ts";
import type { Commit } from "../git/history.ts";
import type { RefChange } from "../git/ref-watch.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";
import type { Touched } from "../git/diff.ts";

const NOTHING = "0".repeat(40);

/** GitHub lists no more commits than this in one push. */
const MOST_COMMITS = 2048;

/** Announces one moved ref and returns the commits that were pushed with it, oldest first. */
export async function announcePush(
  sim: Sim,
  by: By,
  repository: Repository,
  change: RefChange,
): Promise<Commit[]> {
  const { ref, before, after } = change;
  const kind = ref.startsWith("refs/tags/") ? "tag" : "branch";
  const name = ref.replace(/^refs\/(?:heads|tags)\//, "");
  const birth = { ref: name, ref_type: kind, pusher_type: "user" };
  if (before === undefined) {
    const rest = { master_branch: repository.defaultBranch, description: repository.description };
    announce(sim, by, repository, "create", { ...birth, ...rest });
  }
  if (after === undefined) announce(sim, by, repository, "delete", birth);

  const push = await readPush(sim, repository, change);
  announce(sim, by, repository, "push", {
    ...pushShape(sim, repository, change, push),
    pusher: { name: by.account.login, email: by.account.email ?? noReplyEmail(by.account) },
  });
  return push.commits;
}

interface Push {
  readonly commits: Commit[];
  readonly touched: ReadonlyMap<string, Touched>;
  readonly head: Commit | undefined;
  readonly forced: boolean;
}

async function readPush(sim: Sim, repository: Repository, change: RefChange): Promise<Push> {
  const { ref, before, after } = change;
  if (after === undefined)
    return { commits: [], touched: new Map(), head: undefined, forced: false };
  const gitDir = gitDirOf(sim, repository);
  // A branch that begins brings what no other branch has.
  const known = before === undefined ? otherHeads(gitDir, ref) : [before];
  const revisions = [after, ...known.map((sha) => `^${sha}`)];
  const [commits, touched] = await Promise.all([
    listCommits(gitDir, { revisions, order: "oldest first", limit: MOST_COMMITS }),
    touchedByCommit(gitDir, revisions),
  ]);
  // Behind the list, which has shown nearly always what is asked for here.
  const head = await readCommit(gitDir, after);
  const forward = before === undefined || (await isAncestor(gitDir, before, after));
  return { commits, touched, head, forced: !forward };
}

function otherHeads(gitDir: string, ref: string): string[] {
  const heads = listRefs(gitDir, "refs/heads/");
  heads.delete(ref);
  return [...new Set(heads.values())];
}

function pushShape(sim: Sim, repository: Repository, change: RefChange, push: Push): Shape {
  const { ref, before, after } = change;
  const shown = (commit: Commit): Shape =>
    pushedCommitShape(sim, repository, commit, push.touched.get(commit.sha));
  const span = `${before?.slice(0, 12) ?? `${after?.slice(0, 12)}^`}...${after?.slice(0, 12) ?? ""}`;
  return {
    ref,
    before: before ?? NOTHING,
    after: after ?? NOTHING,
    base_ref: null,
    created: before === undefined,
    deleted: after === undefined,
    forced: push.forced,
    compare: `${repositoryPage(sim, repository)}/compare/${span}`,
    commits: push.commits.map(shown),
    head_commit: push.head === undefined ? null : shown(push.head),
  };
}
