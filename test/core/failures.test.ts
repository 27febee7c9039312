/** Effects that cannot succeed: who is told, what is tried again, and what is left alone. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect } from "../../src/core/effect.ts";
import { answerTo, headOf, noErrands } from "../support/answers.ts";
import { Story } from "../support/story.ts";

const types = (effects: readonly Effect[]): readonly Effect["type"][] =>
  effects.map(({ type }) => type);

/** A labelled issue just before an effect of this type is answered. */
function before(type: Effect["type"]): Story {
  const story = new Story();
  story.github(7, { policy: { ...noErrands, merge: { isAutomatic: true, method: "squash" } } });
  story.label(7);
  while (!story.owes().includes(type)) {
    const [effect] = story.owed.values();
    assert.ok(effect, `${type} is never owed`);
    story.reply(effect, answerTo(effect, null, story.facts));
  }
  return story;
}

describe("asking about the issue", () => {
  test("a first question without an answer is dropped, for the next pass to find", () => {
    const story = before("issue.inspect");

    story.fail("issue.inspect");

    assert.equal(story.board.size, 0);
    assert.deepEqual(story.publications(), []);
  });

  test("whoever was promised something is told", () => {
    const story = new Story();
    story.github(7, { blockers: [3] });
    story.label(7);
    story.goOn();
    story.close(3);

    story.fail("issue.inspect", { why: "GitHub answered 500" });
    story.goOn();

    assert.match(story.text("status"), /`issue\.inspect` failed:\n\n> GitHub answered 500/);
  });

  test("parked work stays parked, with its question", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    story.answer("worker.exited", { handover: { kind: "blocked", question: "Which?" } });
    story.goOn();
    story.label(7);

    story.fail("issue.inspect", { why: "GitHub answered 500" });
    story.goOn();

    assert.match(story.text("status"), /> Which\?[^]*turned down: GitHub answered 500\.$/m);
  });

  test("a Worker whose issue cannot be asked about works on", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    story.offer({ type: "reconcile.started" });

    assert.deepEqual(story.fail("issue.inspect"), []);
    assert.equal(story.phase()?.name, "working");
  });
});

describe("showing", () => {
  test("without a registration no worktree is made and no Worker starts", () => {
    const story = before("status.publish");

    story.fail("status.publish", { why: "GitHub answered 403" });
    story.goOn();

    assert.equal(story.phase()?.name, "parked");
    assert.match(story.text("status"), /`status\.publish` failed:\n\n> GitHub answered 403/);
    assert.ok(!types(story.effects).includes("worktree.create"));
  });

  test("what failed, perhaps halfway, is shown with the next change, reading first", () => {
    const story = before("pull.inspect");
    story.github(7, { pull: { checks: "pending" } });
    story.answer("pull.inspected");
    story.fail("status.publish");
    story.github(7, { pull: { checks: "failing" } });
    story.offer({ type: "reconcile.started" });

    const effects = story.answer("pull.inspected");

    const [repeat] = effects;
    assert.ok(repeat?.type === "status.publish");
    assert.equal(repeat.isRepeat, true);
    assert.equal(repeat.moveTo, "In Review");
    assert.equal(repeat.comments.length, 2);
    story.goOn();
    assert.equal(story.live()?.shown.state, "confirmed");
  });

  test("what failed is shown again by the next pass, though nothing has changed", () => {
    const story = before("status.publish");
    story.fail("status.publish");
    story.fail("status.publish");
    assert.deepEqual(story.owes(), []);

    const effects = story.offer({ type: "reconcile.started" });

    assert.deepEqual(types(effects), ["status.publish"]);
    assert.equal(effects[0]?.type === "status.publish" && effects[0].moveTo, "Blocked");
  });

  test("an issue that is gone ends it", () => {
    const story = before("status.publish");

    const effects = story.fail("status.publish", { isGone: true });

    assert.deepEqual(types(effects), ["worktree.remove"]);
    story.goOn();
    assert.equal(story.board.size, 0);
  });

  test("the end of an assignment does not wait for what cannot be shown", () => {
    const story = before("pull.merge");
    story.answer("pull.mergeAccepted");
    story.answer("worktree.removed");

    story.fail("status.publish");

    assert.equal(story.board.size, 0);
  });
});

describe("on the machine", () => {
  for (const type of ["worktree.create", "worker.start", "work.import"] as const) {
    test(`${type}: the attempt has failed, and another one follows after a pause`, () => {
      const story = before(type);

      story.fail(type, { why: "the disk is full" });

      const { phase, attempts } = story.live()!;
      assert.equal(phase.name === "queued" && phase.waiting.for, "time");
      assert.equal(attempts[0]?.outcome, "crashed");
      assert.deepEqual(attempts[0]?.handover, { kind: "failed", why: "the disk is full" });
      story.github(7, { pull: { head: headOf(7, 2) } });
      story.goOn();
      story.wait(60_000);
      story.goOn();
      assert.equal(story.phase()?.name, "done");
    });
  }

  test("a worktree that cannot be removed does not keep the issue from being done", () => {
    const story = before("pull.merge");
    story.answer("pull.mergeAccepted");

    story.fail("worktree.remove");
    story.goOn();

    assert.equal(story.phase()?.name, "done");
    assert.equal(story.board.size, 0);
  });
});

describe("on the way to a merge", () => {
  for (const type of ["branch.push", "pull.open"] as const) {
    test(`${type}: the work is kept, and a person is asked`, () => {
      const story = before(type);

      story.fail(type, { why: "GitHub answered 422" });
      story.goOn();

      assert.equal(story.live()?.attempts[0]?.head, headOf(7, 1));
      assert.match(
        story.text("status"),
        new RegExp(`\`${type}\` failed:\n\n> GitHub answered 422`),
      );
    });
  }

  test("pull.inspect: the check run says why nothing goes on, and the next pass asks again", () => {
    const story = before("pull.inspect");

    story.fail("pull.inspect", { why: "GitHub answered 500" });
    story.goOn();

    assert.equal(story.publications().at(-1)?.check?.title, "Not merged: GitHub answered 500");
    story.offer({ type: "reconcile.started" });
    story.goOn();
    assert.equal(story.phase()?.name, "done");
  });

  test("pull.inspect: that the issue is closed is known without it", () => {
    const story = before("pull.inspect");
    story.close(7);

    assert.deepEqual(types(story.fail("pull.inspect")), ["worktree.remove"]);
  });

  test("pull.merge: the check run says why", () => {
    const story = before("pull.merge");

    story.fail("pull.merge", { why: "GitHub answered 405" });

    assert.equal(story.publications().at(-1)?.check?.title, "Not merged: GitHub answered 405");
  });
});

test("the failure of an effect that nobody waits for any more changes nothing", () => {
  const story = before("work.import");
  const { board, live } = { board: story.board, live: story.live()! };

  for (const type of ["worktree.create", "worker.start", "issue.inspect"] as const) {
    const key = `${live.id}/attempt/1/worktree`;
    story.offer({
      type: "effect.failed",
      assignment: live.id,
      effect: type,
      key,
      why: "late",
      isGone: true,
    });
  }

  assert.deepEqual(story.board, board);
});
