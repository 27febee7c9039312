/** A provider's usage limit: who waits for it, who goes on, and what it does not count as. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Assignment } from "../../src/core/assignment.ts";
import { millis } from "../../src/core/ids.ts";
import type { Millis } from "../../src/core/ids.ts";
import { nextDue } from "../../src/core/schedule.ts";
import type { Waiting } from "../../src/core/waiting.ts";
import { headOf } from "../support/answers.ts";
import { settle } from "../support/settle.ts";
import { Story } from "../support/story.ts";

const hour = 3_600_000;

const waiting = (live: Assignment | undefined): Waiting | null =>
  live?.phase.name === "queued" ? live.phase.waiting : null;

const agentOf = (live: Assignment | undefined): string | null =>
  live?.phase.name === "working" ? live.phase.attempt.agent : null;

/** The Worker of an issue comes to the provider's limit; answers with the end of it. */
function limited(story: Story, issue: number, inMs: number | null = hour): Millis | null {
  const retryAt = inMs === null ? null : millis(story.at + inMs);
  const handover = { kind: "failed", why: "The model provider refused (429)." } as const;
  story.answer("worker.exited", { outcome: "refused-by-provider", retryAt, handover }, issue);
  story.answer("work.imported", {}, issue);
  return retryAt;
}

describe("a provider's limit", () => {
  test("makes the issue wait until its end, shown with agent and time", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");

    const until = limited(story, 7);
    story.goOn();

    assert.deepEqual(waiting(story.live(7)), { for: "provider", agent: "claude", until });
    assert.equal(nextDue(story.board), until);
    assert.match(
      story.text("status"),
      /^The provider of the agent `claude` refuses it, so nobody uses it before 2026-11-21T06:30:00Z\.$/m,
    );
  });

  test("is no try at the issue and nothing to be looked into", () => {
    const story = new Story();
    story.github(7, { policy: { maxAttempts: 1 } });
    story.label(7);
    for (let round = 0; round < 3; round++) {
      story.goOn("working");
      limited(story, 7);
      story.wait(hour);
    }
    story.goOn("working");

    const { attempts, phase } = story.live(7)!;
    assert.deepEqual(
      attempts.map(({ task, agent }) => `${task.kind} ${agent}`),
      ["implement claude", "implement claude", "implement claude"],
    );
    assert.equal(phase.name === "working" && phase.attempt.task.kind, "implement");
    assert.match(story.text("status"), /attempt 1 of 1/);
  });

  test("suspends the agent for everybody who named it, and for nobody beyond its end", () => {
    const story = new Story({ slots: 1 });
    story.label(7);
    story.goOn("working", 7);
    story.comment(8, "/agent dispatch --agent=claude");
    story.github(9, { labels: ["agent:claude"] });
    story.label(9);
    story.answer("issue.inspected", {}, 8);
    story.answer("issue.inspected", {}, 9);

    const until = limited(story, 7);
    story.goOn();

    for (const issue of [7, 8, 9]) {
      assert.deepEqual(waiting(story.live(issue)), { for: "provider", agent: "claude", until });
    }
    story.wait(hour);
    story.goOn();
    assert.deepEqual(
      [7, 8, 9].map((issue) => story.phase(issue)?.name),
      ["reviewing", "reviewing", "reviewing"],
    );
  });

  test("leaves other agents to work, and who left the choice open gets one of them", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working", 7);
    limited(story, 7);

    story.label(8);
    story.comment(9, "/agent dispatch --agent=scripted");
    settle(story);

    assert.equal(agentOf(story.live(8)), "scripted");
    assert.equal(agentOf(story.live(9)), "scripted");
    assert.equal(waiting(story.live(7))?.for, "provider");
  });

  test("keeps an issue of an open choice waiting where every agent is suspended", () => {
    const story = new Story({ agents: ["claude"] });
    story.label(7);
    story.goOn("working", 7);
    const until = limited(story, 7);

    story.label(8);
    story.goOn();

    assert.deepEqual(waiting(story.live(8)), { for: "provider", agent: "claude", until });
  });

  test("is not forgotten by a pass over everything", () => {
    const story = new Story({ agents: ["claude"] });
    story.label(7);
    story.goOn("working");
    const until = limited(story, 7);

    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.deepEqual(waiting(story.live(7)), { for: "provider", agent: "claude", until });
  });

  test("without a known end is waited for longer each time, and then a person is asked", () => {
    const story = new Story();
    story.label(7);
    const pauses: number[] = [];
    for (let round = 0; round < 3; round++) {
      story.goOn("working");
      limited(story, 7, null);
      const pause = waiting(story.live(7));
      assert.ok(pause?.for === "provider");
      pauses.push(Math.round((pause.until - story.at) / 60_000));
      story.wait(pause.until - story.at);
    }
    story.goOn("working");
    limited(story, 7, null);
    story.goOn();

    assert.deepEqual(pauses, [15, 30, 60]);
    assert.equal(story.phase()?.name, "parked");
    assert.match(
      story.text("status"),
      /The provider of `claude` refuses again and again, and does not say until when\. The last worker said:\n\n> The model provider refused \(429\)\./,
    );
  });

  test("is believed for a day at most, and at least for the pause after a failure", () => {
    for (const [inMs, minutes] of [
      [100 * hour, 24 * 60],
      [5, 1],
    ] as const) {
      const story = new Story();
      story.label(7);
      story.goOn("working");
      limited(story, 7, inMs);

      const pause = waiting(story.live(7));
      assert.ok(pause?.for === "provider");
      assert.equal(Math.round((pause.until - story.at) / 60_000), minutes);
    }
  });

  test("holds while anybody waits for its end, also when the one who came to it is closed", () => {
    const story = new Story({ agents: ["claude"] });
    story.label(7);
    story.goOn("working", 7);
    const until = limited(story, 7);
    story.label(8);
    story.goOn();

    story.close(7);
    story.goOn();
    story.label(9);
    story.goOn();

    assert.deepEqual(waiting(story.live(9)), { for: "provider", agent: "claude", until });
  });
});

test("research that a provider refused is done when the limit is over", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.answer("worker.exited", { handover: { kind: "failed", why: "Red." } });
  story.answer("work.imported");
  story.wait(60_000);
  story.goOn("working");

  limited(story, 7);
  story.wait(hour);
  story.goOn("working");

  const { phase } = story.live()!;
  assert.equal(phase.name === "working" && phase.attempt.task.kind, "research");
});

test("an errand that a provider refused is gone on with when the limit is over, and counts as no try", () => {
  const story = new Story();
  story.github(7, { pull: { checks: "failing", failures: [{ name: "unit", text: "Red." }] } });
  story.github(7, { policy: { maxAttempts: 1 } });
  story.label(7);
  story.goOn("reviewing");
  story.goOn("working");

  limited(story, 7);
  story.wait(hour);
  story.goOn("working");

  const { phase } = story.live()!;
  assert.equal(phase.name === "working" && phase.attempt.task.kind, "fix");
  const created = story.effects.findLast(({ type }) => type === "worktree.create");
  assert.equal(created?.type === "worktree.create" && created.from, headOf(7, 2));
});

test("an agent whose limit is over waits on when somebody has put the issue on hold", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  limited(story, 7);
  story.comment(7, "/agent hold");
  story.goOn();

  story.wait(hour);
  story.goOn();

  assert.equal(waiting(story.live(7))?.for, "unhold");
});
