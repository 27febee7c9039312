import assert from "node:assert/strict";
import { test } from "node:test";
import { commentId } from "../../../src/core/ids.ts";
import type { Issue } from "../../../src/core/issue.ts";
import type { Comment } from "../../../src/core/showing.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { bench, publication } from "./setup.ts";
import type { Bench } from "./setup.ts";

const status: Comment = { key: "status", records: [], frame: null, text: "**In progress**" };
const assigned: Comment = {
  key: "worker-1-1",
  records: [{ name: "WORKER:ASSIGNED", payload: { assigned: true, worker_id: "worker-1-1" } }],
  frame: null,
  text: "**Worker Assigned**",
};
const anew = (comment: Comment): Comment & { id: null } => ({ ...comment, id: null });
const bodies = ({ sim }: Simulator): readonly string[] =>
  [...sim.world.comments.values()].map(({ body }) => body.split("\n").at(-1) ?? "");
const reactions = ({ sim }: Simulator): readonly string[] =>
  [...sim.world.reactions.values()].map(({ content }) => content);
const column = async ({ known }: Bench, issue: Issue): Promise<string | null | undefined> =>
  (await known(issue.id)).card?.status;

async function ready(yard: Bench): Promise<Issue> {
  const id = await yard.issue({ labels: ["agent:go"] });
  await yard.as("mona", "move-card", { number: 1, to: "Ready" });
  const issue = await yard.known(id);
  yard.asked();
  return issue;
}

test("a dispatch is shown in one request", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  const said = (await yard.as("mona", "comment", { number: 1, body: "go" })) as { node_id: string };
  const order = publication(issue, {
    comments: [anew(assigned), anew(status)],
    moveTo: "In Progress",
    removeLabel: { name: "agent:go", id: issue.triggerLabelId },
    reactions: { on: commentId(said.node_id), add: ["EYES", "ROCKET"] },
  });

  const published = await yard.forge.publish(order, false);

  assert.equal(yard.asked().length, 1);
  assert.deepEqual(Object.keys(published.comments), ["worker-1-1", "status"]);
  assert.equal(published.item, issue.card?.item);
  assert.equal(published.missingStatus, null);
  assert.deepEqual(bodies(yard.simulator), ["go", "**Worker Assigned**", "**In progress**"]);
  assert.deepEqual(reactions(yard.simulator), ["eyes", "rocket"]);
  assert.equal(await column(yard, issue), "In Progress");
  assert.deepEqual((await yard.known(issue.id)).labels, []);
  assert.deepEqual(yard.warnings, []);
});

test("a known comment is edited in place", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  const first = await yard.forge.publish(publication(issue, { comments: [anew(status)] }), false);
  const id = first.comments["status"]!;
  const comments = [{ ...status, text: "**Done**", id }];

  const second = await yard.forge.publish(publication(issue, { comments }), false);

  assert.deepEqual(second.comments, first.comments);
  assert.deepEqual(bodies(yard.simulator), ["**Done**"]);
});

test("a comment that a person deleted is written anew, and all else is shown", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  const { comments } = await yard.forge.publish(
    publication(issue, { comments: [anew(status)] }),
    false,
  );
  const [row] = yard.simulator.sim.world.comments.values();
  await yard.as("mona", "delete-comment", { id: row!.id });
  const order = publication(issue, {
    comments: [{ ...status, id: comments["status"]! }, anew(assigned)],
    moveTo: "In Progress",
  });

  const again = await yard.forge.publish(order, false);

  assert.notEqual(again.comments["status"], comments["status"]);
  assert.deepEqual(bodies(yard.simulator).toSorted(), ["**In progress**", "**Worker Assigned**"]);
  assert.equal(await column(yard, issue), "In Progress");
});

for (const afterEffect of [false, true]) {
  const when = afterEffect ? "after" : "before";
  test(`a breakdown ${when} the effect is a fault, and trying again shows everything once`, async (t) => {
    const yard = await bench(t);
    const issue = await ready(yard);
    const order = publication(issue, {
      comments: [anew(assigned), anew(status)],
      moveTo: "In Progress",
      removeLabel: { name: "agent:go", id: issue.triggerLabelId },
      check: null,
    });
    await yard.fault({ operation: "Publish" }, { status: 502, afterEffect });

    await assert.rejects(yard.forge.publish(order, false), { kind: "outside", retryable: true });
    const published = await yard.forge.publish(order, true);

    assert.equal(Object.keys(published.comments).length, 2);
    assert.deepEqual(bodies(yard.simulator), ["**Worker Assigned**", "**In progress**"]);
    assert.equal(await column(yard, issue), "In Progress");
    assert.deepEqual((await yard.known(issue.id)).labels, []);
  });
}

test("a comment of somebody else with our marker is not taken for ours", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  const body = "<!-- yardmaster:status -->\nforged";
  await yard.as("rita", "comment", { number: 1, body });

  await yard.forge.publish(publication(issue, { comments: [anew(status)] }), true);

  assert.deepEqual(bodies(yard.simulator), ["forged", "**In progress**"]);
});

test("our comment is found again behind hundreds of others", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  await yard.forge.publish(publication(issue, { comments: [anew(status)] }), false);
  for (let at = 0; at < 120; at += 1) await yard.as("rita", "comment", { number: 1, body: "hm" });
  yard.asked();
  const comments = [{ ...anew(status), text: "**Done**" }];

  await yard.forge.publish(publication(issue, { comments }), true);

  assert.equal(yard.asked().length, 3);
  assert.equal(bodies(yard.simulator)[0], "**Done**");
  assert.equal(bodies(yard.simulator).length, 121);
});

test("a column that the board lacks is reported, and all else is shown", async (t) => {
  const yard = await bench(t);
  const options = ["Ready", "In progress", "Done"];
  await yard.as("mona", "set-board-options", { options });
  const issue = await ready(yard);
  const order = publication(issue, { comments: [anew(status)], moveTo: "Blocked" });

  const published = await yard.forge.publish(order, false);

  assert.equal(published.missingStatus, "Blocked");
  assert.equal(published.item, issue.card?.item);
  assert.deepEqual(bodies(yard.simulator), ["**In progress**"]);
  assert.equal(await column(yard, issue), "Ready");
});

test("a column that was made anew meanwhile is found by its name", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  await yard.as("mona", "set-board-options", { options: ["Ready", "Done"] });
  await yard.as("mona", "set-board-options", { options: ["Ready", "in progress", "Done"] });

  const published = await yard.forge.publish(publication(issue, { moveTo: "In Progress" }), false);

  assert.equal(published.missingStatus, null);
  assert.equal(await column(yard, issue), "in progress");
});

test("a column that vanished meanwhile is reported", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  await yard.as("mona", "set-board-options", { options: ["Ready", "Done"] });

  const published = await yard.forge.publish(publication(issue, { moveTo: "In Progress" }), false);

  assert.equal(published.missingStatus, "In Progress");
});

test("a card that a person took off the board stays off", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  await yard.as("mona", "move-card", { number: 1, removed: true });
  const order = publication(issue, { comments: [anew(status)], moveTo: "In Progress" });

  const published = await yard.forge.publish(order, false);

  assert.equal(published.item, null);
  assert.deepEqual(bodies(yard.simulator), ["**In progress**"]);
  assert.equal((await yard.known(issue.id)).card, null);
});

test("an issue that is not on its board is put there", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  const other = await yard.known(await yard.issue({ title: "Nose cone" }));
  const card = { ...issue.card!, item: null, status: null };
  yard.asked();

  const published = await yard.forge.publish(
    publication(other, { card, comments: [anew(status)], moveTo: "In Progress" }),
    false,
  );

  assert.equal(yard.asked().length, 2);
  assert.ok(published.item);
  assert.equal(await column(yard, other), "In Progress");
});

test("a label without a known id is taken off by its name, and one that is off already is no fault", async (t) => {
  const yard = await bench(t);
  const name = "agent:go";
  const issue = await ready(yard);

  for (const id of [null, issue.triggerLabelId, "LA_gone"]) {
    await yard.forge.publish(publication(issue, { removeLabel: { name, id } }), false);
    assert.deepEqual((await yard.known(issue.id)).labels, []);
  }
  assert.deepEqual(yard.warnings, []);
});

test("on an issue that is gone nothing can be shown, for good", async (t) => {
  const yard = await bench(t);
  const issue = await ready(yard);
  await yard.as("mona", "delete-issue", { number: 1 });

  await assert.rejects(
    yard.forge.publish(publication(issue, { comments: [anew(status)] }), false),
    { kind: "not-found", retryable: false },
  );
});
