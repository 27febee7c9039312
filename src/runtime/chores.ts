/** Effects on this machine beside Workers: worktrees, imports, pushes, removals and bookings. Each to one call of a port. */
import type { Effect } from "../core/effect.ts";
import type { Agents, Git, Ledger, Log } from "../ports.ts";
import type { Answer } from "./answer.ts";

type Parts = {
  readonly git: Git;
  readonly agents: Agents;
  readonly ledger: Ledger;
  /** A text without any secret of the service. */
  readonly redact: (text: string) => string;
  readonly log: Log;
};

type Chore = Exclude<Effect, { type: "worker.start" | "worker.stop" }>;

/** Performs one and answers with what came of it. */
export async function performChore(parts: Parts, effect: Chore): Promise<Answer> {
  const { git, ledger, log } = parts;
  switch (effect.type) {
    case "worktree.create": {
      const { base } = await git.createWorktree(effect);
      return { type: "worktree.ready", attempt: effect.attempt, base };
    }
    case "work.import":
      return {
        type: "work.imported",
        attempt: effect.attempt,
        run: effect.run,
        work: await git.importWork(effect),
      };
    case "branch.push":
      return push(git, effect);
    case "worktree.remove":
      return remove(parts, effect);
    case "worktree.clear":
      return clear(parts, effect);
    case "log.fetch":
      return fetchLog(parts, effect);
    case "budget.raise":
      await ledger.raise(effect);
      return { type: "budget.raised", raise: effect.raise };
    case "issue.inspect":
    case "actor.inspect":
    case "status.publish":
    case "pull.open":
    case "pull.inspect":
    case "pull.merge":
    case "threads.answer":
    case "pull.update":
    case "pull.arm":
    case "pull.enqueue":
    case "finding.track":
    case "dependencies.add":
    case "pull.revert":
    case "flow.prepare":
    case "issue.close":
      log.error({ effect: effect.type }, "effect is in the wrong queue");
      throw new Error(`${effect.type} belongs to GitHub's queue`);
  }
}

async function push(git: Git, effect: Extract<Chore, { type: "branch.push" }>): Promise<Answer> {
  const { attempt, run, branch, head } = effect;
  const answer = await git.pushBranch(effect);
  if (answer.pushed) return { type: "branch.pushed", attempt, run, head };
  const { isTaken, why } = answer;
  return { type: "branch.refused", attempt, run, branch, isTaken, why };
}

async function remove(
  { git, agents }: Parts,
  effect: Extract<Chore, { type: "worktree.remove" }>,
): Promise<Answer> {
  const saved = await git.removeWorktrees(effect);
  for (const { attempt } of effect.attempts) {
    await agents.release(git.workplace({ ...effect, attempt }));
  }
  return { type: "worktree.removed", saved };
}

async function clear(
  { git, agents }: Parts,
  effect: Extract<Chore, { type: "worktree.clear" }>,
): Promise<Answer> {
  const cleared = await git.clearWorktrees(effect);
  for (const attempt of cleared.attempts) {
    await agents.release(git.workplace({ ...effect, attempt }));
  }
  return { type: "worktree.cleared", ...cleared };
}

/** An agent may print what it should never have seen, and this is published. */
async function fetchLog(
  { agents, redact }: Parts,
  effect: Extract<Chore, { type: "log.fetch" }>,
): Promise<Answer> {
  const log = await agents.log(effect);
  if (log === null || log.lines.length === 0) return { type: "log.fetched", log };
  return { type: "log.fetched", log: { ...log, lines: redact(log.lines.join("\n")).split("\n") } };
}
