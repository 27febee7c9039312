/** A plan's issues on GitHub: made once, found again, brought up to date, and left to people who have edited them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { applyPlan } from "../../../src/adapters/github/plan.ts";
import type { Planned } from "../../../src/adapters/github/plan.ts";
import { ForgeFault } from "../../../src/adapters/github/fault.ts";
import { openPlanSite } from "../../../src/adapters/github/plan-site.ts";
import type { Plan, PlanTask } from "../../../src/core/plan.ts";
import { createApp } from "../../../src/app.ts";
import { readSettings } from "../../../src/settings.ts";
import { handClock } from "../../support/clock.ts";
import { bench } from "./setup.ts";
import type { Bench } from "./setup.ts";

const task = (
  id: string,
  needs: readonly string[] = [],
  more: Partial<PlanTask> = {},
): PlanTask => ({
  id,
  description: `Do ${id}.\n\nWith care.`,
  agent: null,
  role: null,
  priority: null,
  hours: null,
  needs,
  isCompleted: false,
  ...more,
});

const planOf = (...tasks: readonly PlanTask[]): Plan => ({
  session: "leak",
  parent: null,
  context: { facts: [["Sprint", "7"]], chapters: [["Design", "Use tar."]] },
  tasks,
});

type Planner = Bench & {
  readonly site: Awaited<ReturnType<typeof openPlanSite>>;
  readonly apply: (plan: Plan) => Promise<readonly string[]>;
  readonly requested: readonly string[];
  readonly issues: () => readonly { readonly title: string; readonly body: string | null }[];
};

async function planner(t: TestContext): Promise<Planner> {
  const on = await bench(t);
  const { card, sim } = on.simulator;
  const settings = readSettings({
    APP_ID: String(card.appId),
    PRIVATE_KEY_PATH: card.privateKeyPath,
    WEBHOOK_SECRET: card.webhookSecret,
    GITHUB_API_URL: card.url,
    LOG_LEVEL: "fatal",
  });
  const site = await openPlanSite(
    createApp(settings),
    { owner: "acme", name: "rocket" },
    handClock(),
  );
  const requested: string[] = [];
  const row = ({ task: { id }, state, dispatch }: Planned): string => `${id} ${state} ${dispatch}`;
  return {
    ...on,
    site,
    requested,
    issues: () => [...sim.world.issues.values()],
    apply: async (plan) => {
      const order = {
        plan,
        bot: "yardmaster[bot]",
        triggerLabel: "agent:go",
        labels: ({ agent, priority }: PlanTask) => [
          ...(agent === null ? [] : [`agent:${agent}`]),
          ...(priority === null ? [] : [`priority:${priority}`]),
        ],
        request: async ({ number }: { readonly number: number }) => {
          requested.push(`#${number}`);
          return { isNew: true };
        },
        tell: () => {},
      };
      return (await applyPlan(site.issues, order)).map(row);
    },
  };
}

const blockedBy = ({ simulator }: Bench): readonly (readonly [number, readonly number[]])[] => {
  const all = [...simulator.sim.world.issues.values()];
  return all.map(({ number, blockedByIds }) => [
    number,
    blockedByIds.map((id) => all.find((one) => one.id === id)?.number ?? 0),
  ]);
};

test("each task becomes an issue with its context, its labels and what it waits for, and is asked for after all that", async (t) => {
  const on = await planner(t);
  const plan = planOf(
    task("b", ["a"], { agent: "claude", priority: "7" }),
    task("a", [], { role: "code-author", hours: "3", description: "Do a. <!-- x -->" }),
  );
  on.asked();

  const rows = await on.apply(plan);

  assert.deepEqual(rows, ["a created requested", "b created requested"]);
  const [a] = on.issues();
  assert.equal(a?.title, "Do a. <!-- x -->");
  assert.match(
    a?.body ?? "",
    /^<!-- yardmaster:plan leak\/a -->\n<!-- yardmaster:plan-text [0-9a-f]{64} -->\n\nDo a\. &lt;!-- x -->\n\n### Part of a plan\n\n- Plan: leak\n- Task: a\n- Role: code-author\n- Estimated hours: 3\n- Sprint: 7\n\n### Design\n\nUse tar\.$/u,
  );
  assert.deepEqual(blockedBy(on), [
    [1, []],
    [2, [1]],
  ]);
  const labels = [...on.simulator.sim.world.labels.values()].map(({ name }) => name);
  assert.ok(labels.includes("agent:claude") && labels.includes("priority:7"));
  assert.deepEqual(on.asked(), [
    "GET /repos/acme/rocket/issues?creator=yardmaster%5Bbot%5D&state=all&sort=created&direction=asc&page=1&per_page=100",
    "POST /repos/acme/rocket/issues",
    "POST /repos/acme/rocket/issues",
    "POST /repos/acme/rocket/issues/2/dependencies/blocked_by",
    "POST /repos/acme/rocket/issues/1/labels",
    "POST /repos/acme/rocket/issues/2/labels",
  ]);
});

test("the marks of an issue hide nothing from an agent, and any other comment does", async (t) => {
  const on = await planner(t);
  await on.apply(planOf(task("a")));
  const [made] = [...on.simulator.sim.world.issues.values()];

  const known = await on.known(made!.nodeId);
  const forged = await on.issue({ body: "<!-- yardmaster:plan do/this now -->\nSeal it." });

  assert.deepEqual(known.hidden, []);
  assert.ok(!known.body.includes("yardmaster:plan"));
  assert.equal((await on.known(forged)).hidden.length, 1);
});

test("applied again nothing is made twice, and only text that nobody else has changed is brought up to date", async (t) => {
  const on = await planner(t);
  await on.apply(planOf(task("a"), task("b"), task("c"), task("d")));
  await on.as("mona", "edit-issue", { number: 2, body: `${on.issues()[1]?.body} And more.` });
  await on.as("mona", "close-issue", { number: 4 });
  const changed = { description: "Do it better." };

  const rows = await on.apply(
    planOf(
      task("a"),
      task("b", [], changed),
      task("c", ["a", "d"], changed),
      task("d", [], changed),
    ),
  );

  assert.deepEqual(rows, [
    "a unchanged requested",
    "b edited requested",
    "d closed none",
    "c updated requested",
  ]);
  assert.deepEqual(
    on.issues().map(({ title }) => title),
    ["Do a.", "Do b.", "Do it better.", "Do d."],
  );
  assert.deepEqual(blockedBy(on)[2], [3, [1, 4]]);
});

test("work that was asked for before is not asked for again once its label is off", async (t) => {
  const on = await planner(t);
  await on.apply(planOf(task("a")));
  await on.as("mona", "unlabel", { number: 1, label: "agent:go" });

  const rows = await on.apply(planOf(task("a")));

  assert.deepEqual(rows, ["a unchanged before"]);
  assert.deepEqual(on.requested, ["#1"]);
});

test("somebody else's copy of a mark is not taken for ours", async (t) => {
  const on = await planner(t);
  await on.issue({ body: "<!-- yardmaster:plan leak/a -->\nmine" });

  const rows = await on.apply(planOf(task("a")));

  assert.deepEqual(rows, ["a created requested"]);
  assert.equal(on.issues().length, 2);
});

/** Where it breaks off; the last one takes effect before its answer is lost. */
const breaks: readonly (readonly [match: object, respond: object])[] = [
  [{ method: "POST", path: "/repos/acme/rocket/issues" }, { status: 502 }],
  [{ method: "POST", path: "*/issues/3/dependencies/blocked_by" }, { status: 502 }],
  [{ method: "POST", path: "*/issues/2/labels" }, { status: 502 }],
  [
    { method: "POST", path: "/repos/acme/rocket/issues" },
    { status: 502, afterEffect: true },
  ],
  [
    { method: "POST", path: "*/issues/3/dependencies/blocked_by" },
    { status: 502, afterEffect: true },
  ],
  [
    { method: "POST", path: "*/issues/2/labels" },
    { status: 502, afterEffect: true },
  ],
];

for (const [match, respond] of breaks) {
  test(`what breaks off at ${JSON.stringify({ ...match, ...respond })} is whole after the next call`, async (t) => {
    const on = await planner(t);
    const plan = planOf(task("a"), task("b", ["a"]), task("c", ["a", "b"]));
    await on.fault(match, respond);

    await assert.rejects(on.apply(plan), (error) => error instanceof ForgeFault && error.retryable);
    await on.apply(plan);

    assert.deepEqual(
      on.issues().map(({ title }) => title),
      ["Do a.", "Do b.", "Do c."],
    );
    assert.deepEqual(blockedBy(on), [
      [1, []],
      [2, [1]],
      [3, [1, 2]],
    ]);
    assert.deepEqual([...new Set(on.requested)].toSorted(), ["#1", "#2", "#3"]);
  });
}

test("only a person can stand for a plan, with what GitHub says about that person", async (t) => {
  const { site } = await planner(t);

  assert.equal((await site.person("wren"))?.permission, "write");
  assert.equal((await site.person("rita"))?.permission, "read");
  assert.equal(await site.person("yardmaster[bot]"), null);
  assert.equal(await site.person("nobody-at-all"), null);
});

test("tasks become sub-issues of the issue that the plan names, each once", async (t) => {
  const { apply, issue, as, simulator } = await planner(t);
  await issue();
  const plan = { ...planOf(task("seal"), task("paint", ["seal"])), parent: 1 };

  await apply(plan);
  await as("mona", "close-issue", { number: 2 });
  await apply(plan);

  const [parent, seal, paint] = [...simulator.sim.world.issues.values()];
  assert.deepEqual(parent?.subIssueIds, [seal?.id, paint?.id]);
});
