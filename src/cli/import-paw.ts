/** The state of `paw.py`: `config.json` and `state.json` in the folder that it is given as --root. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

import { livingProcess } from "../adapters/agents/system-processes.ts";
import { slug } from "../core/branch.ts";
import type { Fate, FoundTask } from "../core/takeover.ts";
import { CliFault } from "./fault.ts";
import { chosen, pullAt, readState, refuseFaults } from "./import-found.ts";
import type { Found } from "./import-found.ts";

/** Where paw.py keeps its state below a project when nobody names another place. */
const usualFolder = join(".claude", "parallel-agents");
const version = z.literal(1, "must be 1, the only version that is known");
const text = z.string("must be a text");
const texts = z.array(text, "must be a list of texts");

const Config = z.object(
  {
    version,
    repositories: z.array(
      z.object({ name: text, path: text, default_branch: text }, "must be a repository"),
      "must be a list of repositories",
    ),
  },
  "must be the settings of paw.py",
);

const statuses = ["created", "running", "exited", "failed", "awaiting-merge", "destroyed"] as const;

const Task = z.object(
  {
    id: z.string("must be a text").regex(/^(?:PRD|GEN)-\d{1,58}$/u, "must be PRD-1 or GEN-001"),
    description: text.trim().min(1, "is empty; say in a line what the task is"),
    repo: text,
    branch: text,
    worktree_path: text,
    status: z.enum(statuses, `must be one of ${statuses.join(", ")}`),
    initial_prompt: text.nullish(),
    queued_prompts: texts.nullish(),
    blocked_by: texts.nullish(),
    process: z.object({ pid: z.int("must be a number").nullish() }, "must be a process").nullish(),
    pr: z
      .object({ state: text.nullish(), url: text.nullish() }, "must be a pull request")
      .nullish(),
  },
  "must be a task",
);
type Task = z.infer<typeof Task>;

const State = z.object(
  { version, tasks: z.array(Task, "must be a list of tasks") },
  "must be the state of paw.py",
);

/** The tasks of one of its repositories. */
export function readPaw(folder: string, of: string | undefined): Found {
  const root = existsSync(join(folder, "state.json")) ? folder : join(folder, usualFolder);
  const state = join(root, "state.json");
  if (!existsSync(state)) {
    throw new CliFault(
      `${folder} holds no state.json: name the folder that paw.py has as --root, or the project in whose ${usualFolder} it is.`,
    );
  }
  const faults: string[] = [];
  const config = join(root, "config.json");
  const read = readState(state, State, faults);
  const known = existsSync(config) ? readState(config, Config, faults) : null;
  faults.push(...doubles(state, read?.tasks ?? []));
  refuseFaults(faults);
  const [name, tasks] = chosen(byRepository(read?.tasks ?? []), of, "repositories");
  const repository = known?.repositories.find((one) => one.name === name);
  return {
    session: `paw-${slug(name)}`,
    repository:
      tasks.map(({ pr }) => pullAt(pr?.url)).find((pull) => pull !== null)?.repository ?? null,
    baseBranch: repository?.default_branch ?? null,
    path: repository?.path ?? null,
    tasks: latest(tasks).map((task) => foundTask(task, repository?.path ?? null)),
  };
}

/** An id may come again once its task is destroyed, but it is one of them that lives. */
function doubles(path: string, tasks: readonly Task[]): readonly string[] {
  const live = tasks.filter(({ status }) => status !== "destroyed").map(({ id }) => id);
  const twice = new Set(live.filter((id, at) => live.indexOf(id) !== at));
  return [...twice].map((id) => `${path}: tasks: ${id} is there twice and not destroyed`);
}

/** Of those with one id the one that lives, else the last. */
function latest(tasks: readonly Task[]): readonly Task[] {
  const byId = new Map<string, Task>();
  for (const task of tasks) {
    const before = byId.get(task.id);
    if (before === undefined || before.status === "destroyed") byId.set(task.id, task);
  }
  return [...byId.values()];
}

function byRepository(tasks: readonly Task[]): ReadonlyMap<string, readonly Task[]> {
  const groups = new Map<string, readonly Task[]>();
  for (const task of tasks) groups.set(task.repo, [...(groups.get(task.repo) ?? []), task]);
  return groups;
}

function foundTask(task: Task, repository: string | null): FoundTask {
  const { id, description, initial_prompt: first, queued_prompts: queued, status } = task;
  const isGone = status === "destroyed";
  return {
    id,
    description,
    prompts: [...(first == null ? [] : [first]), ...(queued ?? [])],
    fate: fateOf(task),
    needs: [...new Set(task.blocked_by ?? [])],
    role: null,
    priority: null,
    failure: null,
    // Whoever destroys a task may have kept its branch.
    branch: isGone && !hasBranch(repository, task.branch) ? null : task.branch,
    worktree: isGone ? null : task.worktree_path,
  };
}

/** Looked up in git's files: agents have written that repository's configuration, so no git of ours runs in it. */
function hasBranch(repository: string | null, branch: string): boolean {
  if (repository === null) return false;
  const git = join(repository, ".git");
  if (existsSync(join(git, "refs", "heads", branch))) return true;
  const packed = join(git, "packed-refs");
  if (!existsSync(packed)) return false;
  return readFileSync(packed, "utf8")
    .split("\n")
    .some((line) => line.endsWith(` refs/heads/${branch}`));
}

function fateOf({ status, pr, process }: Task): Fate {
  const pull = pullAt(pr?.url);
  const pid = process?.pid ?? null;
  if (pr?.state === "MERGED") return { kind: "completed" };
  if (status === "destroyed") return { kind: "left out", why: "it was destroyed" };
  if (status === "running" && pid !== null && livingProcess(pid) !== undefined) {
    const why = `its worker runs as process ${pid}: let it end, and import again`;
    return { kind: "left out", why };
  }
  return pr?.state === "OPEN" && pull !== null
    ? { kind: "in review", reference: pull.reference }
    : { kind: "to do" };
}
