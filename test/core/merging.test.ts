/** Who has a pull request merged by us where the repository's file does not say so, and what takes that back. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect } from "../../src/core/effect.ts";
import type { PullState } from "../../src/core/pull-state.ts";
import { headOf, noErrands, pullFor, someIssue } from "../support/answers.ts";
import { mona, rita, Story } from "../support/story.ts";

const { repository } = someIssue(7);
const pull = { repository: repository.id, pull: pullFor(7), by: mona };
const settled = { type: "checks.settled", repository: repository.id, head: headOf(7, 1) } as const;
const waits = "Waits for a person to review and merge it";

const types = (effects: readonly Effect[]): readonly Effect["type"][] =>
  effects.map(({ type }) => type);
const title = (story: Story): string | undefined => story.publications().at(-1)?.check?.title;

/** A pull request in a repository where people merge. */
function reviewing(state: Partial<PullState> = {}): Story {
  const story = new Story();
  story.github(7, { policy: noErrands, pull: state });
  story.label(7);
  story.goOn("reviewing");
  story.goOn();
  assert.equal(title(story), waits);
  return story;
}

function relabelled(story: Story, label: string, state: Partial<PullState>): void {
  story.github(7, { pull: state });
  story.offer({ type: "pull.relabelled", ...pull, label });
  story.goOn();
}

describe("the command", () => {
  test("has a green pull request merged", () => {
    const story = reviewing();

    story.comment(7, "/agent merge");
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });

  test("is remembered until the checks are green", () => {
    const story = reviewing({ checks: "pending" });
    story.comment(7, "/agent merge");
    story.goOn();
    assert.equal(title(story), "Waits for checks");

    story.github(7, { pull: {} });
    story.offer(settled);
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });

  test("counts for work that has no pull request yet", () => {
    const story = new Story();
    story.github(7, { policy: noErrands });
    story.label(7);
    story.goOn("working");

    story.comment(7, "/agent merge");
    story.answer("actor.inspected");
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });

  test("overrules none of what keeps a pull request from being merged", () => {
    const story = reviewing({ labels: ["do-not-merge"] });

    story.comment(7, "/agent merge");
    story.goOn();

    assert.equal(story.phase()?.name, "reviewing");
    assert.equal(title(story), "Not merged: it carries the label do-not-merge");
    relabelled(story, "do-not-merge", {});
    assert.equal(story.phase()?.name, "done");
  });

  test("is for people with write access", () => {
    const story = reviewing();

    story.comment(7, "/agent merge", rita);
    story.goOn();

    assert.equal(story.phase()?.name, "reviewing");
    assert.match(story.text("refusal"), /because rita has only read permission here/);
  });

  test("of a merge that is under way changes nothing", () => {
    const story = reviewing();
    story.comment(7, "/agent merge");
    story.answer("actor.inspected");
    story.answer("pull.inspected");

    story.comment(7, "/agent merge", mona, 2);
    story.answer("actor.inspected");

    assert.match(story.text("refusal"), /because the work is being merged\.$/);
    assert.equal(story.effects.filter(({ type }) => type === "pull.merge").length, 1);
  });
});

describe("the label", () => {
  test("has a green pull request merged", () => {
    const story = reviewing();

    relabelled(story, "Agent:Merge", { mergeLabelledBy: "mona" });

    assert.equal(story.phase()?.name, "done");
  });

  test("of somebody without write access has nothing merged", () => {
    const story = reviewing();

    relabelled(story, "agent:merge", { labels: ["agent:merge"], mergeLabelledBy: null });

    assert.equal(title(story), waits);
  });

  test("takes its wish with it when it goes", () => {
    const story = reviewing();
    relabelled(story, "agent:merge", { checks: "pending", mergeLabelledBy: "mona" });
    assert.equal(title(story), "Waits for checks");

    relabelled(story, "agent:merge", { checks: "pending" });

    assert.equal(title(story), waits);
    assert.deepEqual(story.offer(settled), []);
  });

  test("that goes leaves a command as it is", () => {
    const story = reviewing({ checks: "pending", mergeLabelledBy: "wren" });
    story.comment(7, "/agent merge");
    story.goOn();

    relabelled(story, "agent:merge", { checks: "pending" });

    assert.equal(title(story), "Waits for checks");
  });

  test("that says nothing to us costs no look", () => {
    const story = reviewing();

    for (const label of ["bug", "do-not-merge"]) {
      const effects = story.offer({ type: "pull.relabelled", ...pull, label });
      assert.deepEqual(types(effects), []);
    }
  });
});
