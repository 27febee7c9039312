/** Gestures on checks: what CI does, and what people ask of checks. */
import { askForCheckRun } from "../acts/checks.ts";
import { checkRunShape, statusShape } from "../shapes/checks.ts";
import { CHECK_CONCLUSIONS } from "../world/pulls.ts";
import { ciRuns, completeCheck, queueCheck } from "../automation/ci.ts";
import { entryOf } from "../acts/merge-queues.ts";
import { gesture, refusedGesture } from "./gesture.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { pullIn } from "./pull-gestures.ts";
import { resolveCommit } from "../git/repository.ts";
import { setStatus } from "../acts/statuses.ts";
import { where } from "../world/find.ts";
import type { CheckConclusion, CheckRun, CommitStatus } from "../world/pulls.ts";
import type { Gesture, GestureCall } from "./gesture.ts";

const COMMIT = { pull: "number?", head: "text?", group: "number?" } as const;

/** The gestures of this file by name. */
export const checkGestures: Readonly<Record<string, Gesture>> = {
  "complete-check": gesture(
    { ...COMMIT, name: "text?", conclusion: "text?", summary: "text?", log: "text?" },
    async (call, given) => {
      const name = given.name ?? firstCheck(call);
      const headSha = await shaOf(call, given);
      const conclusion = conclusionOf(given.conclusion ?? "success");
      const waiting = ciRuns(call.sim, call.repository).findLast(
        (run) => run.name === name && run.headSha === headSha && run.status !== "completed",
      );
      const run = waiting ?? (await queueCheck(call.sim, call.repository, { name, headSha }));
      run.log = given.log ?? run.log;
      return checkRunShape(call.sim, completeCheck(call.sim, run, conclusion, given.summary));
    },
  ),
  "rerequest-check": gesture({ ...COMMIT, name: "text" }, async (call, given) => {
    const run = await runNamed(call, given);
    askForCheckRun(call.sim, call.by, run, { action: "rerequested" });
    return checkRunShape(call.sim, run);
  }),
  "request-check-action": gesture(
    { ...COMMIT, name: "text", identifier: "text" },
    async (call, given) => {
      const run = await runNamed(call, given);
      const { identifier } = given;
      if (run.actions.every((action) => action.identifier !== identifier)) {
        throw refusedGesture(`the check offers no action ${JSON.stringify(identifier)}`);
      }
      askForCheckRun(call.sim, call.by, run, { action: "requested_action", identifier });
      return checkRunShape(call.sim, run);
    },
  ),
  "set-status": gesture(
    { ...COMMIT, context: "text?", state: "text", description: "text?" },
    async (call, given) => {
      const status = await setStatus(call.sim, call.by, call.repository, {
        sha: await shaOf(call, given),
        state: stateOf(given.state),
        context: given.context ?? "default",
        description: given.description ?? null,
        targetUrl: null,
      });
      return statusShape(call.sim, status);
    },
  ),
  "set-ci": gesture(
    { checks: "texts?", conclusion: "text?", afterMs: "number?" },
    ({ sim, repository }, given) => {
      if (given.conclusion === undefined && given.afterMs !== undefined) {
        throw refusedGesture("afterMs means nothing without a conclusion");
      }
      const checks = [...(given.checks ?? sim.world.ciRules.get(repository.id)?.checks ?? ["ci"])];
      const auto =
        given.conclusion === undefined
          ? null
          : { conclusion: conclusionOf(given.conclusion), afterMs: given.afterMs ?? 0 };
      sim.world.ciRules.set(repository.id, { id: repository.id, checks, auto });
      sim.touch();
      return { checks, auto };
    },
  ),
};

function firstCheck({ sim, repository }: GestureCall): string {
  return sim.world.ciRules.get(repository.id)?.checks[0] ?? "ci";
}

interface Commit {
  readonly pull: number | undefined;
  readonly head: string | undefined;
  readonly group: number | undefined;
}

/** What the merge queue has made of a pull request. */
function groupOf(call: GestureCall, pull: number): string {
  const group = entryOf(call.sim, pullIn(call, pull))?.group ?? null;
  if (group === null) throw refusedGesture(`pull request ${pull} has no merge group`);
  return group.sha;
}

async function shaOf(call: GestureCall, given: Commit): Promise<string> {
  if (given.group !== undefined) return groupOf(call, given.group);
  if (given.pull !== undefined) return pullIn(call, given.pull).headSha;
  if (given.head === undefined) throw refusedGesture("name a pull, a head or a group");
  const gitDir = gitDirOf(call.sim, call.repository);
  const sha =
    (await resolveCommit(gitDir, `refs/heads/${given.head}`)) ??
    (await resolveCommit(gitDir, given.head));
  if (sha === undefined) throw refusedGesture(`there is no commit ${JSON.stringify(given.head)}`);
  return sha;
}

async function runNamed(
  call: GestureCall,
  given: Commit & { readonly name: string },
): Promise<CheckRun> {
  const sha = await shaOf(call, given);
  const run = where(
    call.sim.world.checkRuns,
    (row) =>
      row.repositoryId === call.repository.id && row.headSha === sha && row.name === given.name,
  ).at(-1);
  if (run === undefined) throw refusedGesture(`there is no check ${JSON.stringify(given.name)}`);
  return run;
}

function conclusionOf(text: string): CheckConclusion {
  const conclusion = CHECK_CONCLUSIONS.find((known) => known === text);
  if (conclusion !== undefined) return conclusion;
  throw refusedGesture(`conclusion must be one of: ${CHECK_CONCLUSIONS.join(", ")}`);
}

function stateOf(text: string): CommitStatus["state"] {
  if (text === "error" || text === "failure" || text === "pending" || text === "success") {
    return text;
  }
  throw refusedGesture("state must be error, failure, pending or success");
}
