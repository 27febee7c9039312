/** Approvals, budgets and the choice of an agent, as people ask for them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Finding } from "../../src/core/event.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Facts } from "../support/answers.ts";
import { headOf, ready } from "../support/answers.ts";
import { mona, rita, Story } from "../support/story.ts";

const started = (story: Story): number =>
  story.effects.filter(({ type }) => type === "worker.start").length;

describe("a text that a reader does not see as it is", () => {
  const hidden: Facts = { hidden: ["an HTML comment of 40 characters"] };

  test("is held until somebody with write access approves it", () => {
    const story = new Story();
    story.github(7, hidden);
    story.label(7);
    story.goOn();

    assert.equal(started(story), 0);
    assert.match(story.text("status"), /must look at the text first\.\n\n- an HTML comment of 40/);
    story.comment(7, "/agent approve", rita, 2);
    story.goOn();
    assert.equal(started(story), 0);
    story.comment(7, "/agent approve", mona, 3);
    story.goOn("working");
  });

  test("is worked on without more ado once nothing is hidden any more", () => {
    const story = new Story();
    story.github(7, hidden);
    story.label(7);
    story.goOn();

    story.github(7, { hidden: [], body: "It should say hello!" });
    story.offer({ type: "reconcile.started" });
    story.goOn("working");
  });

  test("is held again when it was changed after the approval", () => {
    const story = new Story();
    story.github(7, { ...hidden, blockers: [8] });
    story.label(7);
    story.goOn();
    story.comment(7, "/agent approve");
    story.goOn();
    const before = story.live(7)!.issue!.hash;

    story.github(7, { ...hidden, body: "Something else.", blockers: [] });
    story.offer({ type: "reconcile.started" });
    story.goOn("working");

    assert.equal(story.live(7)!.issue!.hash, before, "the approved text is used, not the new one");
  });

  test("is approved by those only who have seen it as we have it", () => {
    const story = new Story();
    story.github(7, hidden);
    story.label(7);
    story.goOn();

    story.github(7, { hidden: ["another comment"], body: "Changed.", seen: "hash of /Changed." });
    story.comment(7, "/agent approve");
    story.goOn();
    assert.match(story.text("refusal"), /because the text was changed after we had read it/);
    assert.match(story.text("status"), /- another comment/);
    story.comment(7, "/agent approve", mona, 4);
    story.goOn("working");
  });

  test("is held when it is another one than the webhook of the request showed", () => {
    const story = new Story();
    story.github(7, { seen: "hash of an earlier text" });
    story.label(7);
    story.goOn();

    assert.equal(started(story), 0);
    assert.match(story.text("status"), /- it was changed after it was asked for/);
  });
});

describe("work that the gates hold back", () => {
  const workflow: Finding = {
    kind: "protected-path",
    where: ".github/workflows/ci.yml",
    what: "somebody with write access must approve its change",
    isFinal: false,
  };
  const secret: Finding = { kind: "secret", where: "a.txt", what: "a key", isFinal: true };

  const held = (finding: Finding, policy: Partial<Policy> = {}): Story => {
    const story = new Story(policy);
    story.label(7);
    story.goOn("working");
    story.answer("worker.exited", { handover: ready });
    story.answer("work.imported", {
      work: { kind: "commits", head: headOf(7, 1), files: [], commits: 1, findings: [finding] },
    });
    story.goOn();
    return story;
  };

  test("waits for an approval, and is published as it was", () => {
    const story = held(workflow);

    assert.match(
      story.text("status"),
      /not published:\n\n- `\.github\/workflows\/ci\.yml`: somebody/,
    );
    assert.ok(story.effects.every(({ type }) => type !== "branch.push"));
    story.comment(7, "/agent approve");
    story.answer("actor.inspected");

    const push = story.effects.findLast(({ type }) => type === "branch.push");
    assert.ok(push?.type === "branch.push" && push.head === headOf(7, 1));
    story.goOn();
    assert.equal(story.phase()?.name, "reviewing");
  });

  test("is not what an approval of earlier work was for", () => {
    const story = held(workflow);
    story.comment(7, "/agent approve");
    story.send(7, "Do it differently.");
    story.goOn("working");
    story.answer("worker.exited", { handover: ready });
    const other = { head: headOf(7, 2), files: [], commits: 2, findings: [workflow] };
    story.answer("work.imported", { work: { kind: "commits", ...other } });

    story.answer("actor.inspected");
    story.goOn();

    assert.equal(story.phase()?.name, "parked");
    assert.match(story.text("refusal"), /the work has changed since; look at it once more/);
  });

  test("waits for a slot too, like all that keeps a worker's place", () => {
    const story = held(workflow, { slots: 1 });
    story.label(8);
    story.goOn("working", 8);

    story.comment(7, "/agent approve");
    story.answer("actor.inspected");
    assert.equal(story.phase(7)?.name, "parked");
    assert.match(story.text("status"), /It is approved, and is published as soon as/);
    story.answer("worker.exited", {}, 8);
    story.goOn("publishing", 7);
  });

  test("is never published when it holds a secret of the service, nor built upon", () => {
    const story = held(secret);

    story.comment(7, "/agent approve");
    story.goOn();
    assert.match(story.text("refusal"), /the work holds a secret of this service/);
    story.label(7);
    story.goOn("working");

    const create = story.effects.findLast(({ type }) => type === "worktree.create");
    assert.ok(create?.type === "worktree.create" && create.from === null);
    assert.ok(story.effects.every(({ type }) => type !== "branch.push"));
  });

  test("nothing can be approved where nothing waits for it", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");

    story.comment(7, "/agent approve");
    story.answer("actor.inspected");

    assert.match(story.text("refusal"), /nothing here waits for an approval/);
  });
});

describe("money", () => {
  test("when it is spent a person is needed, and a raise makes the work go on", () => {
    const story = new Story({ budget: { run: 1, issue: 2, repositoryDay: 3, day: 4 } });
    story.github(7, { policy: { budget: { run: null, issue: 1, repositoryDay: 9, day: null } } });
    story.label(7);
    story.goOn("working");
    const [start] = [...story.owed.values()];
    assert.ok(start?.type === "worker.start");
    assert.deepEqual(start.budget, { run: 1, issue: 1, repositoryDay: 3, day: 4 });
    story.answer("worker.exited", {
      outcome: "funds-exhausted",
      handover: { kind: "unfinished", notes: "Half.", report: null },
    });
    story.goOn();
    assert.match(story.text("status"), /The money for this is spent\./);

    story.comment(7, "/agent budget +2USD 24h");
    story.answer("actor.inspected");
    const raise = story.effects.findLast(({ type }) => type === "budget.raise");
    assert.ok(raise?.type === "budget.raise");
    assert.deepEqual([raise.usd, raise.until - story.at + 1], [2, 24 * 60 * 60_000]);
    story.goOn("working");
    story.goOn();
    assert.match(story.text("status"), /budget raised by 2 USD until .* by mona/);
  });

  test("lets work go on that a card asked for, although the card is in Blocked since", () => {
    const story = new Story();
    story.ready(7);
    story.goOn("working");
    story.answer("worker.exited", {
      outcome: "funds-exhausted",
      handover: { kind: "failed", why: "No money is left." },
    });
    story.goOn();
    story.github(7, { status: "Blocked", requestHolds: false });

    story.comment(7, "/agent budget 1");
    story.goOn("working");

    assert.equal(story.phase()?.name, "working");
  });

  test("a raise that cannot be booked leaves things as they were", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    story.comment(7, "/agent budget 1");
    story.answer("actor.inspected");

    story.fail("budget.raise");

    assert.deepEqual(
      story.live(7)?.raises.map(({ state }) => state),
      ["failed"],
    );
  });
});

describe("the agent is chosen", () => {
  const rows: readonly (readonly [string, string, Facts, string])[] = [
    ["by the operator", "/agent dispatch", {}, "claude"],
    ["by the repository", "/agent dispatch", { policy: { agent: "scripted" } }, "scripted"],
    [
      "by a label before the repository",
      "/agent dispatch",
      { labels: ["agent:go", "Agent:Codex"], policy: { agent: "scripted" } },
      "codex",
    ],
    [
      "by the request before a label",
      "/agent dispatch --agent=scripted",
      { labels: ["agent:codex"] },
      "scripted",
    ],
  ];
  for (const [title, line, facts, agent] of rows) {
    test(title, () => {
      const story = new Story({ agents: ["claude", "codex", "scripted"] });
      story.github(7, facts);
      story.comment(7, line);
      story.goOn("working");

      const [start] = [...story.owed.values()];
      assert.ok(start?.type === "worker.start");
      assert.equal(start.agent, agent);
    });
  }

  test("and refused where labels disagree, or it cannot be started here", () => {
    const story = new Story({ unavailable: { codex: "it is not installed" } });
    story.github(7, { labels: ["agent:codex", "agent:claude"] });
    story.label(7);
    story.goOn();
    assert.match(story.text("refusal"), /its labels ask for `codex` and for `claude`/);
    story.github(8, { labels: ["agent:codex"] });
    story.label(8);
    story.goOn();
    assert.match(story.text("refusal"), /the agent `codex` cannot be started here: it is not/);
  });

  test("with its model, which people see in the record", () => {
    const story = new Story();
    story.github(7, { labels: ["model:opus"] });
    story.label(7);
    story.goOn("working");

    const [start] = [...story.owed.values()];
    assert.ok(start?.type === "worker.start");
    assert.equal(start.model, "opus");
    assert.match(story.text("worker"), /\*\*Agent:\*\* claude, model `opus`/);
  });

  for (const [model, isName] of [
    ["anthropic/claude-opus-4.1", true],
    ["gpt-5:high", true],
    ["opus[1m]", true],
    ["--settings", false],
    ["/etc/passwd", false],
    ["../key.pem", false],
    ["a/b/c", false],
  ] as const) {
    test(`${model} is ${isName ? "" : "no "}name of a model`, () => {
      const story = new Story();
      story.comment(7, `/agent dispatch --model=${model}`);

      story.goOn(isName ? "working" : undefined);

      assert.equal(started(story), isName ? 1 : 0);
      if (!isName) assert.match(story.text("refusal"), /is no name of a model\.$/);
    });
  }
});

test("without a sandbox, what a stranger wrote is not worked on", () => {
  const story = new Story({ sandbox: "none" });
  story.github(7, { authorPermission: "read" });
  story.label(7);
  story.goOn();

  assert.equal(started(story), 0);
  assert.match(story.text("refusal"), /agents of this service work without a sandbox/);
});
