/** The rules that GitHub applies to single refs of a push: workflow files and protected branches. */
import { grants } from "../auth/who.ts";
import { isAncestor } from "./merge.ts";
import { listRefs } from "./refs.ts";
import { roleOf } from "../world/find.ts";
import { touchedByCommit } from "./diff.ts";
import type { Actor } from "../auth/who.ts";
import type { RefChange } from "./ref-watch.ts";
import type { RefRefusal } from "./push-report.ts";
import type { Repository } from "../world/accounts.ts";

const BRANCHES = "refs/heads/";
const WORKFLOWS = ".github/workflows/";

/** The refs of a push that are to be put back, with GitHub's words. */
export async function refusedRefs(
  gitDir: string,
  repository: Repository,
  actor: Actor,
  changes: readonly RefChange[],
): Promise<RefRefusal[]> {
  const refusals: RefRefusal[] = [];
  for (const change of changes) {
    const refusal =
      (await protectionRefusal(gitDir, repository, actor, change)) ??
      (await workflowRefusal(gitDir, actor, change, changes));
    if (refusal !== null) refusals.push(refusal);
  }
  return refusals;
}

/** Administrators may push past a protection, Apps and other people may not. */
async function protectionRefusal(
  gitDir: string,
  repository: Repository,
  actor: Actor,
  { ref, before, after }: RefChange,
): Promise<RefRefusal | null> {
  const branch = ref.startsWith(BRANCHES) ? ref.slice(BRANCHES.length) : null;
  const protection = branch === null ? undefined : repository.protections[branch];
  const isQueued = branch !== null && repository.mergeQueues[branch] !== undefined;
  if ((protection === undefined && !isQueued) || before === undefined) return null;
  if (actor.kind === "person" && roleOf(repository, actor.account) === "admin") return null;

  const reasons: string[] = [];
  if (after === undefined) reasons.push("Cannot delete this branch.");
  else if (!(await isAncestor(gitDir, before, after))) {
    reasons.push("Cannot force-push to this branch.");
  }
  if (isQueued) reasons.push("Changes must be made through the merge queue");
  if (protection !== undefined && protection.requiredApprovals > 0) {
    reasons.push("Changes must be made through a pull request.");
  }
  for (const name of protection?.requiredChecks ?? []) {
    reasons.push(`Required status check "${name}" is expected.`);
  }
  return {
    ref,
    reason: "protected branch hook declined",
    remoteLines: [
      `error: GH006: Protected branch update failed for ${ref}.`,
      ...reasons.map((reason) => `error: ${reason}`),
    ],
  };
}

async function workflowRefusal(
  gitDir: string,
  actor: Actor,
  change: RefChange,
  changes: readonly RefChange[],
): Promise<RefRefusal | null> {
  if (change.after === undefined || actor.kind !== "installation") return null;
  if (grants(actor.permissions["workflows"], "write")) return null;
  const path = await workflowIn(gitDir, change.after, changes);
  if (path === undefined) return null;
  const reason = `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`;
  return { ref: change.ref, reason, remoteLines: [] };
}

/** The first workflow file that the commits touch which were nowhere in the repository before. */
async function workflowIn(
  gitDir: string,
  after: string,
  changes: readonly RefChange[],
): Promise<string | undefined> {
  const former = listRefs(gitDir, BRANCHES);
  for (const { ref, before } of changes) {
    if (before === undefined) former.delete(ref);
    else former.set(ref, before);
  }
  const known = [...new Set(former.values())].map((sha) => `^${sha}`);
  const touched = await touchedByCommit(gitDir, [after, ...known]);
  return [...touched.values()]
    .flatMap(({ added, modified, removed }) => [...added, ...modified, ...removed])
    .find((path) => path.startsWith(WORKFLOWS));
}
