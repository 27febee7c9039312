/** Gestures on branches: what people do with git. */
import { commitToBranch, deleteReference } from "../acts/refs.ts";
import { gesture, refusedGesture } from "./gesture.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { readCommit } from "../git/history.ts";
import { resolveCommit } from "../git/repository.ts";
import type { Changes } from "../git/repository.ts";
import type { Gesture, GestureCall } from "./gesture.ts";

/** The gestures of this file by name. */
export const codeGestures: Readonly<Record<string, Gesture>> = {
  push: gesture(
    { branch: "text", files: "record?", message: "text?", createFrom: "text?" },
    async (call, given) =>
      await commit(call, { ...given, createFrom: given.createFrom, onto: undefined }),
  ),
  "force-push": gesture(
    { branch: "text", files: "record?", message: "text?", onto: "text?" },
    async (call, given) => {
      const onto = given.onto ?? (await parentOfHead(call, given.branch));
      return await commit(call, { ...given, createFrom: undefined, onto });
    },
  ),
  "delete-branch": gesture({ branch: "text" }, async (call, { branch }) => {
    const before = await headOf(call, branch);
    await deleteReference(call.sim, call.by, call.repository, `refs/heads/${branch}`);
    return { branch, before: before ?? null, after: null };
  }),
  "protect-branch": gesture(
    { branch: "text", checks: "texts?", approvals: "number?", strict: "flag?" },
    ({ sim, repository }, { branch, checks = [], approvals = 0, strict = false }) => {
      if (checks.length === 0 && approvals === 0) delete repository.protections[branch];
      else {
        repository.protections[branch] = {
          requiredChecks: [...checks],
          requiredApprovals: approvals,
          strict,
        };
      }
      sim.touch();
      return { branch, checks, approvals, strict };
    },
  ),
  "set-merge-queue": gesture(
    { branch: "text?", enabled: "flag?", method: "text?" },
    ({ sim, repository }, { branch = repository.defaultBranch, enabled = true, method }) => {
      if (enabled) repository.mergeQueues[branch] = queueMethod(method);
      else delete repository.mergeQueues[branch];
      sim.touch();
      return { branch, method: repository.mergeQueues[branch] ?? null };
    },
  ),
};

/** How a merge queue writes what it merges. */
function queueMethod(text = "merge"): "merge" | "squash" {
  if (text === "merge" || text === "squash") return text;
  throw refusedGesture("method must be merge or squash");
}

interface Order {
  readonly branch: string;
  readonly files: Readonly<Record<string, unknown>> | undefined;
  readonly message: string | undefined;
  readonly createFrom: string | undefined;
  readonly onto: string | undefined;
}

async function commit(call: GestureCall, order: Order): Promise<unknown> {
  const before = await headOf(call, order.branch);
  const after = await commitToBranch(call.sim, call.by, call.repository, {
    branch: order.branch,
    files: filesOf(order.files ?? {}),
    message: order.message ?? `Change ${order.branch}`,
    createFrom: order.createFrom,
    author: undefined,
    onto: order.onto,
  });
  return { branch: order.branch, before: before ?? null, after };
}

function filesOf(files: Readonly<Record<string, unknown>>): Changes {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => {
      if (content !== null && typeof content !== "string") {
        throw refusedGesture(`files: ${JSON.stringify(path)} must be a text, or null to remove it`);
      }
      return [path, content];
    }),
  );
}

/** Without a place to build on, a force push replaces the last commit. */
async function parentOfHead(call: GestureCall, branch: string): Promise<string> {
  const head = await headOf(call, branch);
  if (head === undefined) throw refusedGesture(`there is no branch ${JSON.stringify(branch)}`);
  const { parents } = await readCommit(gitDirOf(call.sim, call.repository), head);
  return parents[0] ?? head;
}

async function headOf(call: GestureCall, branch: string): Promise<string | undefined> {
  return await resolveCommit(gitDirOf(call.sim, call.repository), `refs/heads/${branch}`);
}
