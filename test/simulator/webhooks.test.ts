import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asPerson } from "./rest-client.ts";
import { receiverForTest, signature } from "./receiver.ts";
import type { Receiver } from "./receiver.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";

interface Setting {
  readonly simulator: Simulator;
  readonly receiver: Receiver;
  readonly open: (title: string, more?: object) => Promise<unknown>;
}

async function setting(t: TestContext): Promise<Setting> {
  const receiver = await receiverForTest(t);
  const simulator = await simulatorForTest(t, { webhook: receiver.url });
  const open = async (title: string, more: object = {}): Promise<unknown> =>
    await simulator.gesture({ as: "mona", do: "open-issue", title, ...more });
  return { simulator, receiver, open };
}

function titles(receiver: Receiver): string[] {
  return receiver.received.map(({ payload }) => payload.issue.title);
}

test("a delivery is signed and says what it is in GitHub's headers", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  await open("Hello");
  await simulator.drain();

  const [{ headers, text, payload }] = receiver.received as [Receiver["received"][0]];
  assert.equal(headers["x-hub-signature-256"], signature(simulator.card.webhookSecret, text));
  assert.match(String(headers["x-hub-signature"]), /^sha1=[0-9a-f]{40}$/);
  assert.match(String(headers["x-github-delivery"]), /^[0-9a-f-]{36}$/);
  assert.match(String(headers["user-agent"]), /^GitHub-Hookshot\//);
  assert.equal(headers["x-github-event"], "issues");
  assert.equal(headers["x-github-hook-installation-target-type"], "integration");
  assert.equal(headers["x-github-hook-installation-target-id"], String(simulator.card.appId));
  assert.equal(payload.installation.id, simulator.card.installationId);
  assert.equal(payload.sender.login, "mona");
  assert.equal(payload.organization.login, "acme");
  assert.equal(payload.repository.full_name, "acme/rocket");
});

test("every act sends its events, in order", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  const by = async (as: string, act: string, more: object): Promise<unknown> =>
    await simulator.gesture({ as, do: act, ...more });
  await open("one", { labels: ["bug"], assignees: ["wren"] });
  await open("two");
  await by("wren", "edit-issue", { number: 1, title: "One" });
  await by("wren", "unlabel", { number: 1, label: "bug" });
  await by("wren", "label", { number: 1, label: "fresh" });
  const { id } = (await by("wren", "comment", { number: 1, body: "Hi" })) as { id: number };
  await by("wren", "edit-comment", { id, body: "Hi!" });
  await by("wren", "delete-comment", { id });
  await by("wren", "add-blocker", { number: 1, blocker: 2 });
  await by("wren", "add-sub-issue", { number: 1, child: 2 });
  await by("wren", "close-issue", { number: 1 });
  await by("wren", "reopen-issue", { number: 1 });
  await by("mona", "transfer-issue", { number: 1, to: "acme/hangar" });
  await by("mona", "delete-issue", { number: 2 });
  await by("mona", "rename-repository", { name: "starship" });
  await by("mona", "archive-repository", {});
  await by("mona", "select-repositories", { repositories: ["acme/hangar"] });
  await by("mona", "suspend-app", {});
  await by("mona", "uninstall-app", {});
  await by("mona", "install-app", {});
  await simulator.drain();

  assert.deepEqual(receiver.names(), [
    "issues.opened",
    "issues.labeled",
    "issues.assigned",
    "issues.opened",
    "issues.edited",
    "issues.unlabeled",
    "label.created",
    "issues.labeled",
    "issue_comment.created",
    "issue_comment.edited",
    "issue_comment.deleted",
    "issue_dependencies.blocked_by_added",
    "issue_dependencies.blocking_added",
    "sub_issues.sub_issue_added",
    "sub_issues.parent_issue_added",
    "issues.closed",
    "issues.reopened",
    "issues.transferred",
    "issues.opened",
    "issues.deleted",
    "repository.renamed",
    "repository.archived",
    "installation_repositories.removed",
    "installation.suspend",
    "installation.deleted",
    "installation.created",
  ]);
});

test("a card tells what changed on it, without any repository", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  await open("one");
  await simulator.gesture({ as: "wren", do: "move-card", number: 1, to: "Backlog" });
  await simulator.gesture({ as: "wren", do: "move-card", number: 1, to: "Ready" });
  await simulator.gesture({ as: "wren", do: "move-card", number: 1, field: "Estimate", value: 3 });
  await simulator.gesture({ as: "wren", do: "move-card", number: 1, archived: true });
  await simulator.gesture({ as: "wren", do: "move-card", number: 1, removed: true });
  await simulator.drain();

  assert.deepEqual(receiver.names().slice(1), [
    "projects_v2_item.created",
    "projects_v2_item.edited",
    "projects_v2_item.edited",
    "projects_v2_item.edited",
    "projects_v2_item.archived",
    "projects_v2_item.deleted",
  ]);
  const { payload } = receiver.received[3]!;
  const value = payload.changes.field_value;
  assert.deepEqual(
    [value.field_name, value.field_type, value.project_number, value.from.name, value.to.name],
    ["Status", "single_select", 1, "Backlog", "Ready"],
  );
  assert.equal(payload.repository, undefined);
  assert.equal(payload.organization.login, "acme");
  assert.equal(receiver.received[4]?.payload.changes.field_value.to, 3);
});

test("closing an issue moves its card to Done, as GitHub's default workflow does", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  await open("one");
  await simulator.gesture({ as: "wren", do: "move-card", number: 1, to: "In Progress" });
  await simulator.gesture({ as: "mona", do: "close-issue", number: 1 });
  await simulator.drain();

  const { payload } = receiver.received.at(-1)!;
  assert.equal(payload.changes.field_value.to.name, "Done");
  assert.equal(payload.sender.login, "github-project-automation[bot]");
});

test("a duplicate has the same GUID", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  await asPerson(simulator)("POST /_sim/webhooks", { duplicate: true });
  await open("one");
  await simulator.drain();

  const guids = receiver.received.map(({ headers }) => headers["x-github-delivery"]);
  assert.equal(guids.length, 2);
  assert.equal(new Set(guids).size, 1);
});

test("a dropped delivery is recorded as failed and comes with its old GUID when asked for again", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  const app = asApp(simulator);
  await asPerson(simulator)("POST /_sim/webhooks", { drop: 1 });
  await open("one");
  await simulator.drain();
  assert.deepEqual(receiver.names(), []);

  const [failed] = (await app("GET /app/hook/deliveries?status=failure")).body;
  const asked = await app(`POST /app/hook/deliveries/${failed.id}/attempts`);
  await simulator.drain();

  assert.equal(asked.status, 202);
  assert.deepEqual([failed.status_code, failed.event, failed.action], [0, "issues", "opened"]);
  assert.deepEqual(receiver.names(), ["issues.opened"]);
  assert.equal(receiver.received[0]?.headers["x-github-delivery"], failed.guid);
  const rows = (await app("GET /app/hook/deliveries")).body;
  assert.deepEqual(
    rows.map((row: { redelivery: boolean; status: string }) => [row.redelivery, row.status]),
    [
      [true, "OK"],
      [false, "failed to connect to host"],
    ],
  );
});

test("a receiver that refuses is recorded and not tried again by itself", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  receiver.status = 500;
  await open("one");
  await simulator.drain();
  const app = asApp(simulator);

  const [row] = (await app("GET /app/hook/deliveries")).body;
  const { body } = await app(`GET /app/hook/deliveries/${row.id}`);

  assert.deepEqual([receiver.names().length, row.status_code], [1, 500]);
  assert.equal(body.request.payload.issue.title, "one");
  assert.equal(body.request.headers["x-github-delivery"], row.guid);
  assert.equal(body.response.payload, "thanks");
});

test("deliveries are paged by a cursor and kept for three days", async (t) => {
  const { simulator, open } = await setting(t);
  for (const title of ["one", "two", "three"]) await open(title);
  await simulator.drain();
  const app = asApp(simulator);

  const first = await app("GET /app/hook/deliveries?per_page=2");
  const next = /<(.*)>; rel="next"/.exec(first.headers.get("link")!)![1]!;
  const second = await app(`GET ${next.slice(simulator.url.length)}`);

  assert.deepEqual([first.body.length, second.body.length], [2, 1]);
  assert.equal(second.headers.get("link"), null);
  await app("POST /_sim/clock", { advanceMs: 73 * 3_600_000 });
  assert.deepEqual((await asApp(simulator)("GET /app/hook/deliveries")).body, []);
});

test("the reorder switch lets deliveries overtake each other, the same way for the same seed", async (t) => {
  const orders: string[][] = [];
  for (const _ of ["once", "again"]) {
    const { simulator, receiver, open } = await setting(t);
    await asPerson(simulator)("POST /_sim/webhooks", { reorder: 0.5, seed: 7 });
    for (const title of ["a", "b", "c", "d", "e", "f"]) await open(title);
    await simulator.drain();
    orders.push(titles(receiver));
  }

  assert.deepEqual(
    orders[0]?.toSorted((one, other) => one.localeCompare(other)),
    "abcdef".split(""),
  );
  assert.notDeepEqual(orders[0], "abcdef".split(""));
  assert.deepEqual(orders[0], orders[1]);
});

test("the delay switch holds every delivery back", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  await asPerson(simulator)("POST /_sim/webhooks", { delayMs: 60 });
  const startedAt = performance.now();
  await open("one");
  await open("two");
  await simulator.drain();

  assert.ok(performance.now() - startedAt >= 55);
  assert.deepEqual(titles(receiver), ["one", "two"]);
});

test("webhooks go elsewhere when told so, and nowhere without an address", async (t) => {
  const { simulator, receiver, open } = await setting(t);
  const other = await receiverForTest(t);
  const ask = asPerson(simulator);
  await ask("POST /_sim/webhooks", { url: other.url });
  await open("one");
  await ask("POST /_sim/webhooks", { url: null });
  await open("two");
  await simulator.drain();

  assert.deepEqual([titles(receiver), titles(other)], [[], ["one"]]);
  const wrong = await ask("POST /_sim/webhooks", { drop: 2 });
  assert.equal(wrong.body.message, "drop must be true, false or a number from 0 to 1");
});

test("an App hears nothing of repositories it was not given", async (t) => {
  const { simulator, receiver } = await setting(t);
  await simulator.gesture({ as: "mona", do: "select-repositories", repositories: ["acme/hangar"] });
  await simulator.gesture({ as: "mona", do: "open-issue", title: "here" });
  const there = { repository: "acme/hangar", title: "there" };
  await simulator.gesture({ as: "mona", do: "open-issue", ...there });
  await simulator.drain();

  assert.deepEqual(receiver.names(), ["installation_repositories.removed", "issues.opened"]);
  assert.equal(receiver.received[1]?.payload.issue.title, "there");
});
