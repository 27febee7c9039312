/** All work that a tracking issue is about, stopped by one command. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Facts } from "../support/answers.ts";
import { installation, issueOf } from "../support/answers.ts";
import { Story, mona, rita } from "../support/story.ts";

const tracker = 90;

/** 7 works, 8 waits for a blocker, 9 asks a person; all but 8 carry the epic's label. */
function busy(tracking: Facts = {}): Story {
  const story = new Story();
  story.github(tracker, tracking);
  story.offer({
    type: "issue.requested",
    issue: issueOf(tracker).issueId,
    installation,
    by: mona,
    request: { via: "tracking" },
    seen: null,
  });
  story.goOn();
  story.github(8, { blockers: [3] });
  story.label(8);
  story.goOn();
  story.github(9, { labels: ["epic-tank"] });
  story.label(9);
  story.goOn("working", 9);
  story.answer("worker.exited", { handover: { kind: "blocked", question: "Which?" } }, 9);
  story.goOn();
  story.github(7, { labels: ["epic-tank"] });
  story.label(7);
  story.goOn("working", 7);
  return story;
}

function abort(story: Story, by = mona): void {
  story.comment(tracker, "/agent abort", by);
  story.answer("actor.inspected");
}

describe("`abort` on a tracking issue", () => {
  test("stops each Worker, parks what waits, and lists both", () => {
    const story = busy();

    abort(story);

    assert.ok(story.owes().includes("worker.stop"));
    const phase = story.phase(8);
    assert.ok(phase?.name === "parked" && phase.reason.kind === "blocked");
    assert.match(
      story.text("reply"),
      /^## Orchestration Aborted\n\nmona stopped 2: a worker that runs ends once its work is saved, and the cards go to Blocked\. To let one go on, comment `\/agent unblock` on its issue\.\n\n\| Issue \| Was \| Worker \|\n\|---\|---\|---\|\n\| #8 \| queued \| – \|\n\| #7 \| working \| `worker-\d+-7` \|$/,
    );
    assert.equal(story.phase(tracker)?.name, "tracking");
  });

  test("keeps what the Workers did, and each goes on when it is let go", () => {
    const story = busy();
    abort(story);
    story.answer("worker.exited", { outcome: "stopped" }, 7);
    story.answer("work.imported", {}, 7);
    assert.equal(story.phase(7)?.name, "parked");
    assert.ok(!story.owes().includes("worktree.remove"));

    story.comment(7, "/agent unblock", mona, 2);
    story.answer("actor.inspected");

    story.goOn("working", 7);
  });

  test("leaves alone what asks a person already", () => {
    const story = busy();

    abort(story);

    const phase = story.phase(9);
    assert.ok(phase?.name === "parked" && phase.reason.kind === "question");
  });

  test("stops nothing out of its scope", () => {
    const story = busy({ scope: "epic-tank" });

    abort(story);

    assert.equal(story.phase(8)?.name, "queued");
    assert.match(story.text("reply"), /mona stopped one:/);
  });

  test("takes write permission", () => {
    const story = busy();

    abort(story, rita);

    assert.match(story.text("refusal"), /rita has only read permission here/);
    assert.ok(!story.owes().includes("worker.stop"));
  });

  test("says so when there is nothing to stop, or when it stands elsewhere", () => {
    const story = busy();
    story.comment(7, "/agent abort", mona, 3);
    story.answer("actor.inspected");
    assert.match(story.text("refusal"), /because `abort` belongs on the tracking issue;/);
    abort(story);
    story.goOn();

    story.comment(tracker, "/agent abort", mona, 2);
    story.answer("actor.inspected");

    assert.match(
      story.text("refusal"),
      /because nothing in its scope is queued, under way or in review\.$/,
    );
  });
});
