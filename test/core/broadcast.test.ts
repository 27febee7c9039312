/** What a maintainer writes to all Workers of a repository. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mona, Story } from "../support/story.ts";

const three = (): Story => {
  const story = new Story();
  story.github(9, { repository: 10 });
  for (const issue of [7, 8, 9]) story.label(issue);
  story.goOn("working", 9);
  return story;
};

const heard = (story: Story, issue: number): readonly string[] =>
  (story.live(issue)?.messages ?? []).map(({ by, text }) => `${by}: ${text}`);

describe("a broadcast", () => {
  test("is written to every Worker of the repository, and to no other's", () => {
    const story = three();

    story.comment(7, "/agent broadcast The API moved.\nRebase.");
    story.answer("actor.inspected", { permission: "maintain" });

    assert.deepEqual(heard(story, 7), ["mona: The API moved.\nRebase."]);
    assert.deepEqual(heard(story, 8), ["mona: The API moved.\nRebase."]);
    assert.deepEqual(heard(story, 9), []);
    assert.match(story.text("reply"), /^Written to the 2 workers of #7, #8, to be heard when/);
  });

  test("takes maintain permission", () => {
    const story = three();

    story.comment(7, "/agent broadcast The API moved.", mona);
    story.answer("actor.inspected", { permission: "write" });

    assert.match(
      story.text("refusal"),
      /because mona has only write permission here, and that takes maintain permission\.$/,
    );
    assert.deepEqual(heard(story, 8), []);
  });

  const places: readonly (readonly [string, (story: Story, text: string) => void])[] = [
    ["an issue that nobody works on", (story, text) => story.comment(12, text)],
    ["a pull request of others", (story, text) => story.commentOnPull(12, text)],
  ];
  for (const [place, write] of places) {
    test(`may stand on ${place}, where it is answered`, () => {
      const story = three();

      write(story, "/agent broadcast The API moved.");
      story.answer("actor.inspected", { permission: "maintain" });

      assert.deepEqual(heard(story, 7), ["mona: The API moved."]);
      assert.deepEqual(heard(story, 8), ["mona: The API moved."]);
      assert.match(story.text("reply"), /^Written to the 2 workers of #7, #8/);
      const { issue, reactions } = story.publications().at(-1)!;
      assert.match(issue, /^(I|PR)_12$/);
      assert.deepEqual(reactions?.add, ["EYES", "ROCKET"]);
    });
  }

  test("says nothing to others about the commands beside it", () => {
    const story = three();

    story.comment(12, "/agent broadcast The API moved.\n/agent stop");
    story.answer("actor.inspected", { permission: "maintain" });

    assert.match(
      story.text("refusal"),
      /^Written to [^]*because no work on this issue is under way/,
    );
    assert.ok(!story.owes().includes("worker.stop"));
    assert.equal(story.ended.filter(({ attempts }) => attempts.length > 0).length, 0);
  });

  test("is all that is obeyed on a pull request of others", () => {
    const story = three();

    story.commentOnPull(12, "/agent stop\n/agent status");

    assert.deepEqual(
      story.owes().filter((type) => type === "actor.inspect"),
      [],
    );
    assert.equal(story.board.size, 3);
  });

  test("is refused where nobody would hear it", () => {
    const story = new Story({ slots: 0 });
    story.label(7);
    story.goOn();

    story.comment(7, "/agent broadcast Hello?");
    story.answer("actor.inspected", { permission: "admin" });

    assert.match(story.text("refusal"), /because no worker runs in this repository\.$/);

    story.comment(12, "/agent broadcast Hello?", mona, 2);

    assert.match(story.text("refusal"), /because no worker runs in this repository\.$/);
    assert.equal(story.effects.filter(({ type }) => type === "actor.inspect").length, 1);
  });
});
