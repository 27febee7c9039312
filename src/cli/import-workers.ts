/** The state of parallel-workers: one `<worker id>.json` for each worker in one folder. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";

import { slug } from "../core/branch.ts";
import type { Fate, FoundTask } from "../core/takeover.ts";
import { CliFault } from "./fault.ts";
import { chosen, pullAt, readState, refuseFaults } from "./import-found.ts";
import type { Found } from "./import-found.ts";
import { roles } from "./plan-file.ts";

const text = z.string("must be a text");
const states = ["UNKNOWN", "NEEDS_INIT", "WORKING", "PR_OPEN", "MERGED", "ERROR"] as const;

const Worker = z.object(
  {
    worker_id: text,
    state: z.enum(states, `must be one of ${states.join(", ")}`),
    updated_at: text.nullish(),
    task_id: z
      .string("must be a text")
      .regex(
        /^[\w][\w.-]{0,63}$/u,
        "must be up to 64 letters, digits, dots, hyphens and underscores",
      )
      .nullish(),
    description: text.trim().nullish(),
    agent: text.nullish(),
    base_branch: text.nullish(),
    worktree_path: text.nullish(),
    branch: text.nullish(),
    priority: z.int("must be a whole number").min(1, "is below 1").max(10, "is above 10").nullish(),
    pr_url: text.nullish(),
    error: text.nullish(),
  },
  "must be the state of a worker",
);
type Worker = z.infer<typeof Worker>;

/** The tasks of one of its projects. A task that several workers tried is as the last of them has left it. */
export function readWorkers(folder: string, of: string | undefined): Found {
  const faults: string[] = [];
  const workers = filesIn(folder).flatMap((path) => {
    const worker = readState(path, Worker, faults);
    if (worker === null) return [];
    faults.push(...missing(path, worker));
    return [worker];
  });
  refuseFaults(faults);
  const tried = workers.filter((worker) => worker.task_id != null && worker.description != null);
  const [project, own] = chosen(byProject(tried), of, "projects");
  const bases = new Set(own.flatMap(({ base_branch: base }) => (base == null ? [] : [base])));
  const [base = null] = bases;
  return {
    session: `parallel-workers-${slug(project)}`,
    repository:
      own.map(({ pr_url: url }) => pullAt(url)).find((pull) => pull !== null)?.repository ?? null,
    // A plan has one base, and says so itself when that is not the default branch.
    baseBranch: bases.size === 1 ? base : null,
    path: null,
    tasks: latest(own).map(foundTask),
  };
}

function filesIn(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.filter((name) => name.endsWith(".json")).toSorted();
  if (files.length > 0) return files.map((name) => join(folder, name));
  throw new CliFault(
    `${folder} holds no states of workers (worker-….json): name the folder in which they are, usually ~/.claude/worker-states.`,
  );
}

/** Whoever reset a broken state left nothing but its id; anybody else must say what is to be done. */
function missing(path: string, { state, task_id: id, description }: Worker): readonly string[] {
  if (state === "UNKNOWN" || state === "MERGED") return [];
  return [
    ...(id == null ? [`${path}: line 1: task_id: is missing`] : []),
    ...(description == null || description === ""
      ? [`${path}: line 1: description: is missing; say in a line what the task is`]
      : []),
  ];
}

/** Worktrees are in a folder for each project. */
function byProject(workers: readonly Worker[]): ReadonlyMap<string, readonly Worker[]> {
  const groups = new Map<string, readonly Worker[]>();
  for (const worker of workers) {
    const path = worker.worktree_path;
    const project = path == null ? "workers" : basename(dirname(path));
    groups.set(project, [...(groups.get(project) ?? []), worker]);
  }
  return groups;
}

function latest(workers: readonly Worker[]): readonly Worker[] {
  const byTask = new Map<string, Worker>();
  const inTime = workers.toSorted((one, other) =>
    (one.updated_at ?? "").localeCompare(other.updated_at ?? ""),
  );
  // A key that is there keeps its place; what counts is the last state.
  for (const worker of inTime) byTask.set(worker.task_id ?? "", worker);
  return [...byTask.values()];
}

function foundTask(worker: Worker): FoundTask {
  const { agent, priority, error, branch, worktree_path: worktree } = worker;
  const isKnown = agent != null && roles.includes(agent);
  return {
    id: worker.task_id ?? "",
    description: worker.description ?? "",
    // A plan names only roles that it knows; a Worker can read any.
    prompts: agent == null || agent === "" || isKnown ? [] : [`Role: ${agent}`],
    fate: fateOf(worker),
    needs: [],
    role: isKnown ? agent : null,
    priority: priority == null ? null : String(priority),
    failure: worker.state === "ERROR" && error != null && error !== "" ? error : null,
    branch: branch ?? null,
    worktree: worktree ?? null,
  };
}

function fateOf({ state, pr_url: url }: Worker): Fate {
  if (state === "MERGED") return { kind: "completed" };
  const pull = pullAt(url);
  return state === "PR_OPEN" && pull !== null
    ? { kind: "in review", reference: pull.reference }
    : { kind: "to do" };
}
