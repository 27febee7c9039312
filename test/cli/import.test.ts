/** `yardmaster import` over folders as the other systems leave them. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { atEnd } from "../support/cleanup.ts";
import { simulatorForTest } from "../support/simulator.ts";
import type { Ran } from "./resident.ts";
import { runProcess, runProgram } from "./run-program.ts";

type Place = {
  readonly root: string;
  /** Runs the program; the folder's name is left out of what it prints. */
  readonly run: (...args: readonly string[]) => Promise<Ran>;
};

async function place(t: TestContext, files: Readonly<Record<string, unknown>>): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  atEnd(t, () => rm(root, { recursive: true, force: true }));
  for (const [name, value] of Object.entries(files)) {
    await mkdir(join(root, name, ".."), { recursive: true });
    const text = typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`;
    await writeFile(join(root, name), text.replaceAll("ROOT", root));
  }
  const told = (text: string): string => text.replaceAll(root, "");
  return {
    root,
    run: async (...args) => {
      const ran = await runProgram(args.map((arg) => arg.replaceAll("ROOT", root)));
      return { ...ran, stdout: told(ran.stdout), stderr: told(ran.stderr) };
    },
  };
}

const pawTask = (id: string, more: object = {}): object => ({
  id,
  type: id.startsWith("PRD") ? "prd" : "generic",
  description: `Do ${id}`,
  repo: "web",
  branch: `task/${id}`,
  worktree_path: `ROOT/web/.claude/worktrees/${id}`,
  status: "exited",
  session_id: null,
  session_name: null,
  log_path: null,
  initial_prompt: null,
  queued_prompts: [],
  blocked_by: [],
  process: null,
  pr: null,
  created_at: "2026-04-18T19:47:00+00:00",
  updated_at: "2026-04-18T19:47:00+00:00",
  ...more,
});

const pull = (number: number, state: string): object => ({
  number,
  state,
  merged_at: null,
  url: `https://github.com/acme/rocket/pull/${number}`,
});

const running = { pid: process.pid, started_at: null, exited_at: null, exit_code: null };

const paw = (...tasks: readonly object[]): Readonly<Record<string, unknown>> => ({
  "config.json": {
    version: 1,
    worktree_root: ".claude/worktrees",
    max_worktrees_per_repo: 4,
    repositories: [
      { name: "web", path: "ROOT/web", default_branch: "main", branch_prefix_prd: "prd/" },
    ],
  },
  "state.json": { version: 1, gen_seq: 7, tasks },
});

const usual = paw(
  pawTask("GEN-001", { initial_prompt: "Seal the tank.\nWith tests: yes", status: "created" }),
  pawTask("GEN-002", { blocked_by: ["GEN-001", "GEN-003", "GEN-009"] }),
  pawTask("GEN-003", { pr: pull(12, "OPEN") }),
  pawTask("GEN-004", { pr: pull(13, "MERGED") }),
  pawTask("GEN-005", { status: "running", process: running }),
  pawTask("GEN-006", { status: "destroyed" }),
  pawTask("GEN-007", { status: "destroyed" }),
);

test("paw's tasks become a plan, and what of them may be lost is listed with the command that saves it", async (t) => {
  const files = {
    ...usual,
    "web/.claude/worktrees/GEN-001/a.txt": "a",
    "web/.git/packed-refs": "# pack-refs\n0000 refs/heads/task/GEN-007\n",
  };
  const { run, root } = await place(t, files);

  const { stdout, stderr, exitCode } = await run(
    "import",
    "paw",
    "ROOT",
    "--output",
    "ROOT/plan.yml",
  );

  assert.equal(stderr, "");
  assert.equal(exitCode, 0);
  // Columns are as wide as what stands in them.
  assert.deepEqual(stdout.replaceAll(/(\S) {2,}/gu, "$1 | ").split("\n"), [
    "TASK | WHAT BECOMES OF IT | TITLE",
    "GEN-001 | becomes an issue | Do GEN-001",
    "GEN-002 | becomes an issue | Do GEN-002",
    "GEN-003 | left to its pull request acme/rocket#12 | Do GEN-003",
    "GEN-004 | is completed | Do GEN-004",
    `GEN-005 | left out: its worker runs as process ${process.pid}: let it end, and import again | Do GEN-005`,
    "GEN-006 | left out: it was destroyed | Do GEN-006",
    "GEN-007 | left out: it was destroyed | Do GEN-007",
    "GEN-002 waited for GEN-009, which is not there: the plan does not make it wait.",
    "",
    "Not known to be merged; save it before you remove anything (nothing is removed here):",
    '  git -C /web/.claude/worktrees/GEN-001 add --all && git -C /web/.claude/worktrees/GEN-001 commit --allow-empty --message "chore: save progress" && git -C /web/.claude/worktrees/GEN-001 push origin HEAD:refs/heads/task/GEN-001',
    "  git -C /web push origin task/GEN-002",
    "  git -C /web push origin task/GEN-003",
    "  git -C /web push origin task/GEN-005",
    "  git -C /web push origin task/GEN-007",
    "",
    "Wrote /plan.yml. Next: yardmaster plan apply /plan.yml --as LOGIN",
  ]);
  assert.equal(
    await readFile(join(root, "plan.yml"), "utf8"),
    `session_name: paw-web
repository: acme/rocket
base_branch: main
tasks:
  - id: GEN-001
    description: |-
      Do GEN-001

      Seal the tank.
      With tests: yes

      A worker began it on the branch \`task/GEN-001\`, as far as that was pushed.
  - id: GEN-002
    description: |-
      Do GEN-002

      A worker began it on the branch \`task/GEN-002\`, as far as that was pushed.

      Depends on: acme/rocket#12
    depends_on:
      - GEN-001
  - id: GEN-004
    description: |-
      Do GEN-004

      A worker began it on the branch \`task/GEN-004\`, as far as that was pushed.
    status: completed
`,
  );
  const again = await run("import", "paw", "ROOT", "--output", "ROOT/plan.yml");
  assert.equal(again.exitCode, 1);
  assert.match(again.stderr, /^\/plan\.yml is there already: name another file/u);
});

test("a dry run tells the same and writes nothing, also as JSON, and finds the folder below its project", async (t) => {
  const inProject = Object.fromEntries(
    Object.entries(usual).map(([name, value]) => [`.claude/parallel-agents/${name}`, value]),
  );
  const { run, root } = await place(t, inProject);

  const people = await run("import", "paw", "ROOT", "--dry-run", "--output", "ROOT/plan.yml");
  const programs = await run("import", "paw", "ROOT", "--dry-run", "--json");

  assert.match(
    people.stdout,
    /\nNothing was changed\. With the plan in a file: yardmaster plan apply/u,
  );
  assert.deepEqual(await readdir(root), [".claude"]);
  const told = JSON.parse(programs.stdout);
  assert.deepEqual(
    told.tasks.map(({ id, fate, pull_request: reference }: Record<string, unknown>) => [
      id,
      fate,
      reference,
    ]),
    [
      ["GEN-001", "to do", null],
      ["GEN-002", "to do", null],
      ["GEN-003", "in review", "acme/rocket#12"],
      ["GEN-004", "completed", null],
      ["GEN-005", "left out", null],
      ["GEN-006", "left out", null],
      ["GEN-007", "left out", null],
    ],
  );
  assert.deepEqual([told.session, told.repository, told.written], ["paw-web", "acme/rocket", null]);
});

test("what is imported is applied by the one command that makes issues", async (t) => {
  const { run, root } = await place(t, usual);
  const simulator = await simulatorForTest(t);
  const { card } = simulator;

  const { stdout } = await run("import", "paw", "ROOT");
  const applied = await runProcess(
    ["plan", "apply", "-", "--no-dispatch"],
    {
      APP_ID: String(card.appId),
      PRIVATE_KEY_PATH: card.privateKeyPath,
      WEBHOOK_SECRET: card.webhookSecret,
      GITHUB_API_URL: card.url,
      YARDMASTER_DATA: join(root, "data"),
    },
    stdout,
  );

  assert.equal(applied.stderr, "");
  assert.match(applied.stdout, /created #2 GEN-002: Do GEN-002\n#2 GEN-002 waits for #1\n/u);
  assert.deepEqual(
    [...simulator.sim.world.issues.values()].map(({ title }) => title),
    ["Do GEN-001", "Do GEN-002"],
  );
});

const worker = (id: string, more: object = {}): object => ({
  worker_id: id,
  state: "WORKING",
  created_at: "2026-01-21T10:00:00",
  updated_at: "2026-01-21T10:00:00",
  task_id: "TASK-001",
  description: "Seal the tank",
  agent: "code-author",
  base_branch: "main",
  worktree_path: "ROOT/worktrees/rocket/TASK-001",
  branch: "feature/TASK-001",
  priority: 8,
  correlation_id: "c",
  pr_url: null,
  error: null,
  auto_transition: true,
  ...more,
});

const sealed = { task_id: "TASK-002", description: "Rinse it", branch: "feature/TASK-002" };

test("parallel-workers' tasks become a plan, each as the last of its workers has left it", async (t) => {
  const url = "https://github.com/acme/rocket/pull/4";
  const { run } = await place(t, {
    "worker-1.json": worker("worker-1", {
      updated_at: "2026-01-22T10:00:00",
      state: "ERROR",
      error: "no tests",
    }),
    "worker-2.json": worker("worker-2", { state: "NEEDS_INIT", priority: 1 }),
    "worker-3.json": worker("worker-3", { ...sealed, state: "PR_OPEN", pr_url: url }),
    "worker-4.json": { worker_id: "worker-4", state: "UNKNOWN", created_at: "", updated_at: "" },
    "worker-5.json": worker("worker-5", { task_id: "T.3", state: "MERGED", agent: "writer" }),
    "worker-6.json.tmp": "{",
  });

  const { stdout, stderr } = await run("import", "parallel-workers", "ROOT");

  assert.equal(
    stdout,
    `session_name: parallel-workers-rocket
repository: acme/rocket
base_branch: main
tasks:
  - id: TASK-001
    description: |-
      Seal the tank

      The last worker on it failed:

      ~~~~~~
      no tests
      ~~~~~~

      A worker began it on the branch \`feature/TASK-001\`, as far as that was pushed.
    agent: code-author
    priority: "8"
  - id: T.3
    description: |-
      Seal the tank

      Role: writer

      A worker began it on the branch \`feature/TASK-001\`, as far as that was pushed.
    priority: "8"
    status: completed`,
  );
  assert.match(stderr, /TASK-002 +left to its pull request acme\/rocket#4 /u);
  assert.match(stderr, /\n {2}git push origin feature\/TASK-001\n/u);
});

test("every fault of the files is told at once with its place and its cure, and nothing is taken over", async (t) => {
  const { run } = await place(t, {
    "paw/state.json": {
      version: 2,
      tasks: [pawTask("GEN-001", { status: "lost" }), pawTask("a b", { blocked_by: [1] })],
    },
    "paw/config.json": "{",
    "twice/state.json": { version: 1, tasks: [pawTask("GEN-001"), pawTask("GEN-001")] },
    "circle/state.json": {
      version: 1,
      tasks: [
        pawTask("GEN-001", { blocked_by: ["GEN-002"] }),
        pawTask("GEN-002", { blocked_by: ["GEN-001"] }),
      ],
    },
    "workers/worker-1.json": worker("worker-1", { state: "LOST", priority: 11 }),
    "workers/worker-2.json": worker("worker-2", { task_id: null, description: null }),
  });

  const paws = await run("import", "paw", "ROOT/paw");
  const twice = await run("import", "paw", "ROOT/twice");
  const circle = await run("import", "paw", "ROOT/circle");
  const workers = await run("import", "parallel-workers", "ROOT/workers");

  assert.deepEqual([paws.exitCode, paws.stdout], [1, ""]);
  assert.deepEqual(paws.stderr.split("\n").slice(0, 6), [
    "Nothing is taken over, because of what stands in these files:",
    "  /paw/state.json: line 2: version: must be 1, the only version that is known",
    "  /paw/state.json: line 11: tasks.0.status: must be one of created, running, exited, failed, awaiting-merge, destroyed",
    "  /paw/state.json: line 24: tasks.1.id: must be PRD-1 or GEN-001",
    "  /paw/state.json: line 37: tasks.1.blocked_by.0: must be a text",
    "  /paw/config.json: line 1: Flow map must end with a }",
  ]);
  assert.match(
    paws.stderr,
    /\nMend that, or import a copy of the folder in which it is left out\.$/u,
  );
  assert.match(twice.stderr, /state\.json: tasks: GEN-001 is there twice and not destroyed/u);
  assert.match(circle.stderr, /tasks wait for each other: GEN-001 → GEN-002 → GEN-001\nMend that/u);
  assert.deepEqual(workers.stderr.split("\n").slice(1, 5), [
    "  /workers/worker-1.json: line 3: state: must be one of UNKNOWN, NEEDS_INIT, WORKING, PR_OPEN, MERGED, ERROR",
    "  /workers/worker-1.json: line 12: priority: is above 10",
    "  /workers/worker-2.json: line 1: task_id: is missing",
    "  /workers/worker-2.json: line 1: description: is missing; say in a line what the task is",
  ]);
});

/** What is asked of which folder, and what is said of it. */
const refusals: readonly (readonly [readonly string[], RegExp])[] = [
  [
    ["paw", "ROOT/none"],
    /^\/none holds no state\.json: name the folder that paw\.py has as --root/u,
  ],
  [["parallel-workers", "ROOT/none"], /^\/none holds no states of workers/u],
  [["paw", "ROOT"], /^There are tasks of several repositories: api, web\. Name one with --of/u],
  [["paw", "ROOT", "--of", "shop"], /^There are no tasks of shop; there are those of api, web\.$/u],
  [["paw", "ROOT/empty"], /^There are no tasks to take over\.$/u],
  [["paw", "ROOT", "--of", "web", "--repository", "web"], /repository: must be owner\/name/u],
];

test("what cannot be meant is refused with what can", async (t) => {
  const { run } = await place(t, {
    ...paw(pawTask("GEN-001"), pawTask("GEN-002", { repo: "api" })),
    "empty/state.json": { version: 1, gen_seq: 0, tasks: [] },
  });

  for (const [args, words] of refusals) {
    const { stderr, exitCode } = await run("import", ...args);

    assert.match(stderr, words);
    assert.equal(exitCode, 1);
  }
  const one = await run("import", "paw", "ROOT", "--of", "api");
  assert.match(one.stdout, /^session_name: paw-api\ntasks:\n {2}- id: GEN-002\n/u);
});
