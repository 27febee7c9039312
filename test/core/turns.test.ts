/** What keeps an issue from a slot that is free: others at the same paths, and people with enough to review. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Phase } from "../../src/core/assignment.ts";
import { headOf, issueOf, pullFor, someIssue } from "../support/answers.ts";
import { mona, rita, Story } from "../support/story.ts";

const waitsFor = (phase: Phase | undefined): string | undefined =>
  phase?.name === "queued" ? phase.waiting.for : undefined;

describe("overlap", () => {
  /** Issue 1 is being worked on; issue 7 is asked for. */
  function twoAt(one: readonly string[], seven: readonly string[]): Story {
    const story = new Story();
    story.github(1, { touches: one });
    story.github(7, { touches: seven });
    story.label(1);
    story.goOn("working", 1);
    story.label(7);
    story.answer("issue.inspected", {}, 7);
    return story;
  }

  test("an issue at the paths of a busy one waits, says so, and goes on when that one is no longer busy", () => {
    const story = twoAt(["src/x/**"], ["/docs", "src/x/a.ts"]);

    assert.equal(waitsFor(story.phase(7)), "overlap");
    assert.match(
      story.text("status"),
      /\nWaits for #1, which is being worked on and touches `src\/x\/a\.ts` too\.\n/,
    );
    story.answer("worker.exited", {}, 1);
    story.answer("work.imported", {}, 1);
    story.answer("branch.pushed", {}, 1);
    assert.equal(waitsFor(story.phase(7)), "overlap");
    story.answer("pull.opened", {}, 1);
    story.goOn("working", 7);
  });

  test("issues at other paths, or that declare none, do not wait", () => {
    assert.equal(twoAt(["src/x/**"], ["src/y/**"]).phase(7)?.name, "preparing");
    assert.equal(twoAt([], ["src/y/**"]).phase(7)?.name, "preparing");
    assert.equal(twoAt(["src/x/**"], []).phase(7)?.name, "preparing");
  });

  test("another repository's paths are others", () => {
    const story = new Story();
    for (const issue of [1, 7]) {
      story.github(issue, { touches: ["src"], repository: issue + 1 });
      story.label(issue);
      story.answer("issue.inspected", {}, issue);
    }

    assert.equal(story.phase(7)?.name, "preparing");
  });

  test("what work has changed counts from when it is there", () => {
    const story = new Story();
    story.label(1);
    story.goOn("working", 1);
    story.answer("worker.exited", {}, 1);
    story.answer("work.imported", {}, 1);
    const { phase } = story.live(1) ?? {};
    assert.ok(phase?.name === "publishing" && phase.step.name === "pushing");
    const [file = ""] = phase.step.files;

    story.github(7, { touches: [`/${file}`] });
    story.label(7);
    story.answer("issue.inspected", {}, 7);

    assert.equal(waitsFor(story.phase(7)), "overlap");
  });

  /** Issues 1 and 7 have pull requests; a Worker is called to that of issue 1. */
  function bothOpen(): Story {
    const story = new Story();
    for (const issue of [1, 7]) {
      story.label(issue);
      story.goOn("reviewing", issue);
      story.goOn();
    }
    called(story, 1);
    story.goOn("working", 1);
    return story;
  }

  /** A check of its pull request fails. */
  function called(story: Story, issue: number): void {
    const failures = [{ name: "unit", text: "1 of 9 failed" }];
    const head = headOf(issue, 1);
    story.github(issue, { pull: { head, checks: "failing", failures } });
    const { repository } = someIssue(issue);
    story.offer({
      type: "pull.reopened",
      repository: repository.id,
      pull: pullFor(issue),
      by: mona,
    });
    story.answer("pull.inspected", {}, issue);
    if (waitsFor(story.phase(issue)) === "inspection") story.answer("issue.inspected", {}, issue);
  }

  test("Workers are not called at once to pull requests that change the same files, which say so", () => {
    const story = bothOpen();

    called(story, 7);
    assert.equal(waitsFor(story.phase(7)), "overlap");
    assert.match(story.text("status"), /\nWaits for #1, which [^\n]* touches `src\/a\.ts` too\.\n/);
    story.comment(7, "/agent why", rita);
    story.goOn("working", 7);

    assert.match(story.text("reply-"), /Waits for #1, which is being worked on/);
  });

  test("what a pull request has changed meets what another issue declares", () => {
    const story = new Story();
    story.label(1);
    story.goOn("reviewing", 1);
    story.goOn();
    story.github(7, { touches: ["src/**"] });
    story.label(7);
    story.goOn("working", 7);

    called(story, 1);

    assert.equal(waitsFor(story.phase(1)), "overlap");
    assert.match(story.text("status"), /touches `src\/a\.ts` too/);
  });

  test("a pull request that nobody works on, and a Worker that only reviews, hold up nobody", () => {
    const story = new Story();
    story.github(1, { policy: { review: { isAutomatic: true } } });
    story.label(1);
    story.goOn("reviewing", 1);
    story.answer("pull.inspected", {}, 1);
    story.goOn("working", 1);
    const { phase } = story.live(1) ?? {};
    assert.ok(phase?.name === "working" && phase.attempt.task.kind === "review");

    story.github(7, { touches: ["src/**"] });
    story.label(7);
    story.answer("issue.inspected", {}, 7);

    assert.equal(story.phase(7)?.name, "preparing");
  });

  test("an old answer is asked for again before the attempt begins", () => {
    const story = twoAt(["src"], ["src"]);

    story.wait(11_000);
    story.offer({ type: "issue.gone", issue: issueOf(1).issueId, why: "deleted" });
    story.answer("worker.exited", {}, 1);

    assert.equal(waitsFor(story.phase(7)), "inspection");
    story.goOn("working", 7);
  });

  test("the oldest request is first, and the others follow one after the other", () => {
    const story = new Story({ slots: 3 });
    for (const issue of [5, 3, 9]) {
      story.github(issue, { touches: ["src"] });
      story.label(issue);
      story.answer("issue.inspected", {}, issue);
    }

    story.goOn();

    const started = story.effects.flatMap((effect) =>
      effect.type === "worktree.create" ? [effect.issueNumber] : [],
    );
    assert.deepEqual(started, [5, 3, 9]);
    assert.equal(story.phase(9)?.name, "reviewing");
  });
});

describe("the limit of pull requests that wait for people", () => {
  test("no further issue of the repository begins until one is merged", () => {
    const story = new Story({ reviewLimit: 1 });
    story.label(1);
    story.goOn();
    assert.equal(story.phase(1)?.name, "reviewing");

    story.label(7);
    story.goOn();
    assert.equal(waitsFor(story.phase(7)), "reviews");
    assert.match(
      story.text("status"),
      /\n1 pull request waits for people here; it starts when there are fewer\.\n/,
    );
    story.close(1);
    story.github(1, { pull: { state: "merged" } });
    story.goOn();

    assert.equal(story.phase(7)?.name, "reviewing");
  });

  test("one that somebody put on hold waits for people too", () => {
    const story = new Story({ reviewLimit: 1 });
    story.github(1, { policy: { merge: { isAutomatic: true, method: "squash" } } });
    story.github(1, { pull: { checks: "pending" } });
    story.label(1);
    story.goOn();
    story.comment(1, "/agent hold");
    story.goOn();

    story.label(7);
    story.goOn();

    assert.equal(waitsFor(story.phase(7)), "reviews");
  });

  test("another repository is free to begin", () => {
    const story = new Story({ reviewLimit: 1 });
    story.label(1);
    story.goOn();
    story.github(7, { repository: 10 });

    story.label(7);
    story.goOn("working", 7);
  });

  test("a pull request whose checks run does not count", () => {
    const story = new Story({ reviewLimit: 1 });
    const policy = { merge: { isAutomatic: true, method: "squash" } } as const;
    story.github(1, { pull: { checks: "pending" }, policy });
    story.label(1);
    story.goOn();

    story.label(7);
    story.goOn("working", 7);
  });
});
