import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { FlowOrder } from "../../../src/core/flow.ts";
import { translate } from "../../../src/adapters/github/translate.ts";
import { bench } from "./setup.ts";
import type { Bench } from "./setup.ts";

type Planned = Bench & { readonly order: FlowOrder };

async function planned(t: TestContext): Promise<Planned> {
  const yard = await bench(t);
  const { repository } = await yard.known(await yard.issue());
  const order = { repository, branch: "flow/1", base: "main", mark: "attempt/1" };
  yard.asked();
  return { ...yard, order: { ...order, mayMake: true, isLast: false } };
}

const git = "/repos/acme/rocket/git";

test("the branch is made at the head of the default branch, once", async (t) => {
  const { forge, order, asked } = await planned(t);

  const made = await forge.prepareFlow(order);
  assert.deepEqual(asked(), [
    `GET ${git}/ref/heads%2Fflow%2F1`,
    `GET ${git}/ref/heads%2Fmain`,
    `POST ${git}/refs`,
  ]);
  const found = await forge.prepareFlow(order);

  assert.ok(made.isThere);
  assert.deepEqual(found, made);
  assert.deepEqual(asked(), [`GET ${git}/ref/heads%2Fflow%2F1`, "POST /repos/acme/rocket/merges"]);
});

test("a branch that was made in the same moment is taken as it is", async (t) => {
  const yard = await planned(t);
  const { forge, order } = yard;
  const made = await forge.prepareFlow(order);
  await yard.fault({ path: `${git}/ref/heads%2Fflow%2F1` }, { status: 404, body: {} }, 1);

  assert.deepEqual(await forge.prepareFlow(order), made);
});

test("a branch that is gone is not made again", async (t) => {
  const { forge, order } = await planned(t);

  assert.deepEqual(await forge.prepareFlow({ ...order, mayMake: false }), { isThere: false });
});

test("what has come into the default branch is merged, and conflicts are told", async (t) => {
  const yard = await planned(t);
  const { forge, order } = yard;
  const before = await forge.prepareFlow(order);
  await yard.as("mona", "push", { branch: "main", files: { "valve.txt": "tight" } });
  const merged = await forge.prepareFlow({ ...order, isLast: true });
  await yard.as("mona", "push", { branch: "flow/1", files: { "tank.txt": "tight" } });
  const ahead = await forge.prepareFlow({ ...order, isLast: true });
  await yard.as("mona", "push", { branch: "main", files: { "tank.txt": "leaky" } });
  const conflicting = await forge.prepareFlow({ ...order, isLast: true });

  assert.ok(before.isThere && merged.isThere && ahead.isThere && conflicting.isThere);
  assert.notEqual(merged.head, before.head);
  // It holds a merge by then, but no change.
  assert.deepEqual([merged.isConflicting, merged.hasWork], [false, false]);
  assert.deepEqual([ahead.isConflicting, ahead.hasWork], [false, true]);
  assert.deepEqual([conflicting.isConflicting, conflicting.hasWork], [true, true]);
  assert.equal(conflicting.head, ahead.head);
});

test("an issue is closed as completed, and stays so", async (t) => {
  const yard = await planned(t);
  const { repository } = yard.order;
  const order = { repository, issueNumber: 1 };

  await yard.forge.closeIssue(order);
  await yard.forge.closeIssue(order);

  const [issue] = [...yard.simulator.sim.world.issues.values()];
  assert.deepEqual([issue?.state, issue?.stateReason], ["closed", "completed"]);
});

test("the label asks for a plan, and takes that back when it is taken off, however it is spelt", () => {
  const payload = {
    issue: { node_id: "I_1" },
    label: { name: "Agent:Integrate" },
    sender: { login: "mona", id: 1, type: "User" },
    repository: { id: 1 },
    installation: { id: 5 },
  };
  const told = (action: string): unknown =>
    translate("issues", { ...payload, action }, { appId: 1, triggerLabel: "agent:go" });
  const of = { issue: "I_1", by: { login: "mona", id: 1 } };

  const request = { request: { via: "integration" }, installation: 5, seen: null };
  assert.deepEqual(told("labeled"), [{ type: "issue.requested", ...of, ...request }]);
  assert.deepEqual(told("unlabeled"), [{ type: "label.removed", ...of, label: "agent:integrate" }]);
});
