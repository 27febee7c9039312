/** Commands in comments on pull requests: they are about the issue that the pull request is for. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mona, rita, Story } from "../support/story.ts";
import { noErrands, pullFor } from "../support/answers.ts";

const inReview = (): Story => {
  const story = new Story();
  story.github(7, { policy: noErrands });
  story.label(7);
  story.goOn();
  assert.equal(story.phase()?.name, "reviewing");
  return story;
};

describe("a command on a pull request of ours", () => {
  test("is answered there, about the issue", () => {
    const story = inReview();

    story.commentOnPull(7, "/agent why", rita);

    const answer = story.publications().at(-1);
    assert.equal(answer?.issue, "PR_7");
    assert.match(story.text("reply"), new RegExp(`^Pull request #${pullFor(7)}: waits for`));
  });

  test("does to the issue what it would do there", () => {
    const story = inReview();

    story.commentOnPull(7, "/agent hold until Monday");
    story.answer("actor.inspected");

    assert.deepEqual(story.live(7)?.hold, { by: "mona", reason: "until Monday" });
    assert.deepEqual(
      story.publications().findLast(({ reactions }) => reactions !== null)?.issue,
      "PR_7",
    );
  });

  test("is refused there to whoever may not have it done", () => {
    const story = inReview();

    story.commentOnPull(7, "/agent stop", { login: "zoe", id: 3 });
    story.answer("actor.inspected", { permission: "read" });

    assert.match(story.text("refusal"), /^@zoe: that was not done, because zoe has only read/);
    assert.equal(story.publications().at(-1)?.issue, "PR_7");
    assert.equal(story.phase()?.name, "reviewing");
  });

  test("cannot ask for work, which is asked for on the issue", () => {
    const story = inReview();

    story.commentOnPull(7, "/agent retry", mona);

    assert.match(story.text("refusal"), /because `retry` belongs on the issue/);
  });
});

test("a command on somebody else's pull request is none of ours", () => {
  const story = inReview();
  const before = story.effects.length;

  story.commentOnPull(8, "/agent stop");

  assert.equal(story.effects.length, before);
});
