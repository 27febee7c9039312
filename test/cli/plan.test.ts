/** `yardmaster plan apply` as an operator runs it: against a local GitHub, with a service's door or without. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { readPlan } from "../../src/cli/plan-file.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { deskOf } from "../support/assignments.ts";
import type { Desk } from "../support/assignments.ts";
import { simulatorForTest } from "../support/simulator.ts";
import type { Ran } from "./resident.ts";
import { runProcess, runProgram } from "./run-program.ts";
import { running } from "./running.ts";

const plan = `session_name: leak
repository: acme/rocket
base_branch: main
user_request: The tank must hold.
metadata: { sprint: 7 }
tasks:
  - id: 002
    description: Paint the tank.
    agent: claude
    priority: 8
    estimated_hours: 1.5
    depends_on: [001]
  - id: 001
    description: Seal the tank.
    agent: code-author
    dependencies: []
`;

type Place = {
  readonly simulator: Simulator;
  readonly desk: Desk;
  /** Applies this text. */
  readonly apply: (text: string, ...args: readonly string[]) => Promise<Ran>;
  /** The same in a process of its own. */
  readonly applyAlone: (text: string, ...args: readonly string[]) => Promise<Ran>;
  readonly titles: () => readonly string[];
};

async function place(t: TestContext, hasService = true): Promise<Place> {
  const desk = deskOf();
  const { root } = await running(t, desk);
  const simulator = await simulatorForTest(t);
  const { card } = simulator;
  const file = join(root, "plan.yml");
  const env = {
    APP_ID: String(card.appId),
    PRIVATE_KEY_PATH: card.privateKeyPath,
    WEBHOOK_SECRET: card.webhookSecret,
    GITHUB_API_URL: card.url,
    YARDMASTER_DATA: hasService ? root : join(root, "elsewhere"),
  };
  const by =
    (run: typeof runProgram): Place["apply"] =>
    async (text, ...args) => {
      await writeFile(file, text);
      const ran = await run(["plan", "apply", file, ...args], env);
      return { ...ran, stderr: ran.stderr.replaceAll(root, "") };
    };
  return {
    simulator,
    desk,
    titles: () => [...simulator.sim.world.issues.values()].map(({ title }) => title),
    apply: by(runProgram),
    applyAlone: by(runProcess),
  };
}

test("a plan becomes issues that the service is asked for, and applied again it changes nothing", async (t) => {
  const { apply, applyAlone, titles, desk } = await place(t);

  const first = await applyAlone(plan, "--as", "wren");
  const again = await apply(plan, "--as", "wren", "--json");

  assert.equal(first.stderr, "");
  assert.equal(
    first.stdout,
    [
      "created #1 001: Seal the tank.",
      "created #2 002: Paint the tank.",
      "#2 002 waits for #1",
      "dispatched #1 001",
      "dispatched #2 002",
      "2 tasks, 0 completed; 2 asked for now.",
    ].join("\n"),
  );
  assert.deepEqual(titles(), ["Seal the tank.", "Paint the tank."]);
  assert.deepEqual(
    desk.told.map((event) => event.type === "issue.requested" && event.by.login),
    ["wren", "wren"],
  );
  const told = JSON.parse(again.stdout);
  assert.deepEqual(
    [told.session, told.waves, told.total, told.completed, told.pending],
    ["leak", [["001"], ["002"]], 2, 0, 2],
  );
  assert.deepEqual(
    told.tasks.map(({ number, state, dispatch }: Record<string, unknown>) => [
      number,
      state,
      dispatch,
    ]),
    [
      [1, "unchanged", "before"],
      [2, "unchanged", "before"],
    ],
  );
});

test("a call that GitHub cuts short says so, and the next one goes on from there", async (t) => {
  const { apply, titles, simulator } = await place(t);
  await fetch(`${simulator.url}/_sim/faults`, {
    method: "POST",
    body: JSON.stringify({
      match: { method: "POST", path: "*/dependencies/blocked_by" },
      respond: { status: 502 },
      times: 1,
    }),
  });

  const broken = await apply(plan, "--as", "wren");
  const whole = await apply(plan, "--as", "wren");

  assert.equal(broken.exitCode, 1);
  assert.match(
    broken.stderr,
    /^making #2 wait: GitHub answered 502.*\nThe plan is not wholly applied to acme\/rocket: apply it again, and it goes on from there\.$/u,
  );
  assert.match(whole.stdout, /#2 002 waits for #1\ndispatched #1 001\ndispatched #2 002/u);
  assert.equal(titles().length, 2);
});

test("a dry run prints the waves and asks nothing of anybody", async (t) => {
  const { apply, simulator } = await place(t, false);
  const before = simulator.requests.length;

  const people = await apply(plan, "--dry-run");
  const programs = await apply(`${plan}    status: completed\n`, "--dry-run", "--json");

  assert.equal(
    people.stdout,
    "Wave 1\n  001: Seal the tank.\nWave 2\n  002: Paint the tank. (after 001)\n2 to do, 0 completed; nothing was written.",
  );
  assert.deepEqual(JSON.parse(programs.stdout), {
    session: "leak",
    waves: [["002"]],
    total: 2,
    completed: 1,
    pending: 1,
  });
  assert.equal(simulator.requests.length, before);
});

test("without a service nothing is written, unless the work is not to be asked for", async (t) => {
  const { apply, titles } = await place(t, false);

  const refused = await apply(plan, "--as", "wren");
  const titlesBefore = titles();
  const opened = await apply(plan, "--no-dispatch");

  assert.equal(refused.exitCode, 1);
  assert.equal(
    refused.stderr,
    "No service leads with the data folder /elsewhere: start it with `yardmaster serve`, or name another folder with --data or YARDMASTER_DATA.\nNothing was written. Without a service give --no-dispatch, and set the label agent:go on the issues yourself.",
  );
  assert.deepEqual(titlesBefore, []);
  assert.equal(titles().length, 2);
  assert.match(
    opened.stdout,
    /0 asked for now\.\nSet the label agent:go on the issues to begin\.$/u,
  );
});

const faults = `session: leak
metadata: { sprint: 7, mood: good }
tasks:
  - id: a b
    description: Seal it.
    depends_on: [c]
  - id: b
    agent: nobody
    priority: 11
    dependencies:
      - b
  - id: b
    description: Paint it.
`;

test("every fault of a file is told at once, with its place", async (t) => {
  const { apply, simulator } = await place(t, false);
  const before = simulator.requests.length;

  const { exitCode, stderr } = await apply(faults, "--as", "wren");

  assert.equal(exitCode, 1);
  assert.deepEqual(stderr.split("\n"), [
    "/plan.yml cannot be applied:",
    "  line 1: session: there is no such key",
    "  line 1: session_name: is missing, and so is project: one of them names the plan",
    "  line 2: metadata.mood: there is no such key",
    "  line 4: tasks.0.id: must be up to 64 letters, digits, dots, hyphens and underscores",
    "  line 6: tasks.0.depends_on: there is no task c",
    "  line 7: tasks.1.description: must be a text",
    "  line 8: tasks.1.agent: there is no agent nobody; there are claude, code-author, test-author, iac-engineer",
    "  line 9: tasks.1.priority: must be a number from 1 to 10, or critical, urgent, high, medium or low",
    "  line 10: tasks.1.dependencies: tasks wait for each other: b → b",
    "  line 12: tasks.2.id: b is there twice",
  ]);
  assert.equal(simulator.requests.length, before);
});

/** What is refused before anything is written: arguments, exit code, words. */
const refusals: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  [plan, [], 2, /^Name with --as the person with write access/u],
  [plan.replace(/^repository.*\n/mu, ""), ["--as", "wren"], 2, /^Name the repository in the file/u],
  [plan, ["--as", "wren", "--repository", "rocket"], 2, /^--repository must be owner\/name\.$/u],
  [plan, ["--as", "rita"], 1, /^rita may not ask for work in acme\/rocket: .* GitHub says read\./u],
  [plan, ["--as", "nobody-at-all"], 1, /^nobody-at-all is no person on GitHub\.$/u],
  [
    plan.replace("base_branch: main", "base_branch: next"),
    ["--as", "wren"],
    1,
    /base_branch: work begins at the default branch, which is main and not next$/u,
  ],
  [
    plan,
    ["--as", "wren", "--repository", "acme/nowhere"],
    1,
    /looking for the App on acme\/nowhere/u,
  ],
];

test("what cannot be asked for is refused before anything is written", async (t) => {
  const { apply, titles, desk } = await place(t);

  for (const [text, args, code, words] of refusals) {
    const { exitCode, stderr } = await apply(text, ...args);

    assert.match(stderr, words);
    assert.equal(exitCode, code, stderr);
  }
  assert.deepEqual(titles(), []);
  assert.deepEqual(desk.told, []);
});

test("a file may name the issue that its tasks are parts of, by number", () => {
  const read = readPlan(`${plan}parent: 12\n`, ["claude"]);
  const wrong = readPlan(`${plan}parent: "#12"\n`, ["claude"]);

  assert.equal(read.ok && read.plan.parent, 12);
  assert.match(wrong.ok ? "" : wrong.faults.join("\n"), /parent: must be the number of an issue/u);
});
