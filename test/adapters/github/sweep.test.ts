import assert from "node:assert/strict";
import { test } from "node:test";
import type { GitHubEvent } from "../../../src/core/event.ts";
import { defaultSeed } from "../../../src/simulator/seed/default-seed.ts";
import { account, bench } from "./setup.ts";
import type { Bench } from "./setup.ts";

async function requests({ forge }: Bench): Promise<readonly GitHubEvent[]> {
  const events: GitHubEvent[] = [];
  for await (const event of forge.openRequests()) events.push(event);
  return events;
}

const requested = (
  yard: Bench,
  issue: string,
  by: string,
  via: "label" | "card" | "integration",
): object => ({
  type: "issue.requested",
  issue,
  installation: yard.simulator.card.installationId,
  by: account(yard.simulator, by),
  request: { via },
  seen: null,
});

test("labelled issues and Ready cards are found, with who asked", async (t) => {
  const yard = await bench(t);
  const labelled = await yard.issue();
  const ready = await yard.issue();
  const elsewhere = await yard.issue({ repository: "acme/hangar" });
  const closed = await yard.issue({ labels: ["agent:go"] });
  const plan = await yard.issue();
  await yard.as("wren", "label", { number: 4, label: "agent:integrate" });
  await yard.issue({ labels: ["bug"] });
  await yard.as("wren", "label", { number: 1, label: "agent:go" });
  await yard.as("tess", "move-card", { number: 2, to: "Ready" });
  await yard.as("wren", "label", { number: 1, label: "agent:go", repository: "acme/hangar" });
  await yard.as("mona", "move-card", { number: 3, to: "Ready" });
  await yard.as("mona", "close-issue", { number: 3 });
  assert.ok(closed);
  yard.asked();

  const found = await requests(yard);

  assert.deepEqual(found, [
    requested(yard, plan, "wren", "integration"),
    requested(yard, labelled, "wren", "label"),
    requested(yard, elsewhere, "wren", "label"),
    requested(yard, ready, "tess", "card"),
  ]);
  assert.equal(yard.asked().length, 4);
});

test("a repository that is switched off is left alone, and so are boards that its file does not name", async (t) => {
  const withFile = (text: string): Parameters<typeof bench>[1] => ({
    seed: {
      ...defaultSeed,
      commits: [
        ...defaultSeed.commits,
        { author: "mona", message: "Add file", files: { ".github/yardmaster.yml": text } },
      ],
    },
  });
  for (const text of ["enabled: false", "board: { project: 7 }", "board: { mode: labels }"]) {
    const yard = await bench(t, withFile(text));
    await yard.issue();
    await yard.as("mona", "move-card", { number: 1, to: "Ready" });

    assert.deepEqual(await requests(yard), []);
  }
});

test("a user's board is looked at with that person's token", async (t) => {
  const text = "board: { mode: user, owner: mona, project: 1 }";
  const commit = { author: "mona", message: "x", files: { ".github/yardmaster.yml": text } };
  const seed = {
    ...defaultSeed,
    project: { ...defaultSeed.project, owner: "mona" },
    commits: [...defaultSeed.commits, commit],
  };
  const yard = await bench(t, { seed }, { boardOf: "mona" });
  const issue = await yard.issue();
  await yard.as("mona", "move-card", { number: 1, to: "Ready", owner: "mona" });

  assert.deepEqual(await requests(yard), [requested(yard, issue, "mona", "card")]);
});

test("an installation that cannot be read is told in the log", async (t) => {
  const yard = await bench(t);
  await yard.fault({ path: "/installation/repositories*" }, { status: 500 });

  assert.deepEqual(await requests(yard), []);
  assert.match(yard.warnings.join(), /^installation could not be looked at/u);
});

test("a failed delivery is found once and comes again with its GUID", async (t) => {
  const yard = await bench(t, { webhook: "http://127.0.0.1:9/" });
  await yard.issue();
  await yard.simulator.drain();
  const deliveries = yard.simulator.sim.world.deliveries;
  const guids = new Set([...deliveries.values()].map(({ guid }) => guid));

  const failed = await yard.forge.failedDeliveries();

  assert.deepEqual(new Set(failed.map(({ guid }) => guid)), guids);
  assert.ok(guids.size > 0);
  await yard.forge.redeliver(failed[0]!);
  await yard.simulator.drain();
  assert.equal([...deliveries.values()].filter(({ guid }) => guid === failed[0]!.guid).length, 2);
  assert.equal((await yard.forge.failedDeliveries()).length, guids.size);
});

test("git gets a token for one repository and its contents, kept until ten minutes before its end", async (t) => {
  const yard = await bench(t);
  const { repository } = await yard.known(await yard.issue());
  const seen = yard.simulator.requests.length;

  const [first, second] = await Promise.all([
    yard.github.credential(repository),
    yard.github.credential(repository),
  ]);
  yard.clock.turn(49 * 60_000);
  const third = await yard.github.credential(repository);
  yard.clock.turn(2 * 60_000);
  await yard.as("mona", "rename-repository", { name: "shuttle" });
  const fourth = await yard.github.credential(repository);

  assert.equal(first.url, yard.simulator.card.cloneUrl);
  assert.equal(first.username, "x-access-token");
  assert.deepEqual([second, third], [first, first]);
  assert.notEqual(fourth.token, first.token);
  assert.equal(fourth.url, `${yard.simulator.url}/acme/shuttle.git`);
  assert.equal(yard.simulator.requests.length - seen, 2);
  const answer = await fetch(`${yard.simulator.url}/repos/acme/shuttle/issues/1/comments`, {
    method: "POST",
    headers: { authorization: `token ${fourth.token}` },
    body: JSON.stringify({ body: "hello" }),
  });
  assert.equal(answer.status, 403);
});

test("webhooks are understood as they come, and what is not JSON is a fault", async (t) => {
  const yard = await bench(t);
  const { translate } = yard.github;
  const issue = await yard.issue({ body: "It *drips*.\r\n<!-- now -->" });
  await yard.as("wren", "label", { number: 1, label: "agent:go" });
  await yard.as("tess", "move-card", { number: 1, to: "Ready" });
  await yard.as("mona", "comment", { number: 1, body: "/agent dispatch" });
  await yard.simulator.drain();

  const events = [...yard.simulator.sim.world.deliveries.values()].flatMap(
    ({ guid, event, requestBody: body }) => {
      const translation = translate({ guid, event, body, receivedAt: yard.clock.now() });
      assert.ok(!("fault" in translation));
      return translation;
    },
  );

  assert.deepEqual(
    events.map(({ type }) => type),
    ["issue.requested", "card.moved", "issue.requested", "comment.posted"],
  );
  const { hash } = await yard.known(issue);
  assert.deepEqual(events[0], { ...requested(yard, issue, "wren", "label"), seen: hash });
  assert.equal(events[3]?.type === "comment.posted" && events[3].seen, hash);
  assert.deepEqual(events[2], requested(yard, issue, "tess", "card"));
  const broken = { guid: "g", event: "issues", body: "{", receivedAt: yard.clock.now() };
  assert.deepEqual(translate(broken), { fault: "the body is not JSON" });
  const deep = { ...broken, body: `${"[".repeat(10_000)}${"]".repeat(10_000)}` };
  assert.deepEqual(translate(deep), []);
});
