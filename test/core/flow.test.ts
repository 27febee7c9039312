/** The work of sub-issues of an integration plan: where it begins, where it goes, and who closes its issue. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Story, rita } from "../support/story.ts";
import { ask, begun, callOff, done, orders, plan } from "./integration-story.ts";

describe("the work of a sub-issue", () => {
  test("begins at the plan's branch, goes into it, and its issue is closed by us", () => {
    const story = begun();
    done(story, 1);

    assert.deepEqual(
      orders(story, "flow.prepare").map(({ branch, base, mayMake }) => ({ branch, base, mayMake })),
      [{ branch: "flow/12", base: "main", mayMake: true }],
    );
    assert.equal(orders(story, "worktree.create")[0]?.base, "flow/12");
    assert.equal(orders(story, "work.import")[0]?.baseBranch, "flow/12");
    const [pull] = orders(story, "pull.open");
    assert.equal(pull?.base, "flow/12");
    assert.match(pull?.body ?? "", /^For #1, as a part of #12, whose branch is `flow\/12`\.$/m);
    assert.doesNotMatch(pull?.body ?? "", /Closes/);
    assert.equal(orders(story, "pull.merge").length, 1);
    assert.deepEqual(
      orders(story, "issue.close").map(({ issueNumber }) => issueNumber),
      [1],
    );
  });

  test("makes the branch only where nobody has begun there before", () => {
    const story = begun();
    done(story, 1);
    story.label(2);
    story.goOn();

    assert.deepEqual(
      orders(story, "flow.prepare").map(({ mayMake }) => mayMake),
      [true, false],
    );
  });

  test("waits for GitHub's word about an issue that may be a plan", () => {
    const story = new Story();
    story.github(plan, { parts: [1] });
    story.github(1, { parent: plan });
    ask(story);
    story.label(1);
    story.answer("issue.inspected", {}, 1);

    assert.deepEqual(story.phase(1), {
      name: "queued",
      waiting: { for: "plan", inspectedAt: story.at - 1 },
    });
    story.answer("issue.inspected", {}, plan);
    story.goOn("working", 1);
    assert.equal(story.live(1)?.flow?.branch, "flow/12");
  });

  for (const [what, prepare] of [
    ["without a plan", () => new Story()],
    [
      "whose plan was refused",
      () => {
        const story = new Story();
        ask(story, rita);
        story.goOn();
        return story;
      },
    ],
    [
      "whose plan was called off",
      () => {
        const story = begun();
        callOff(story);
        return story;
      },
    ],
    [
      "in another repository",
      () => {
        const story = begun();
        story.github(1, { repository: 10 });
        return story;
      },
    ],
  ] as const) {
    test(`${what} begins at the default branch`, () => {
      const story = prepare();
      story.github(1, { parent: plan });
      story.label(1);
      story.goOn("working", 1);

      assert.equal(orders(story, "flow.prepare").length, 0);
      assert.equal(orders(story, "worktree.create")[0]?.base, "main");
    });
  }

  test("goes on where it began when the plan is called off meanwhile", () => {
    const story = begun();
    story.label(1);
    story.goOn("working", 1);
    callOff(story);
    story.goOn();

    assert.equal(orders(story, "pull.open")[0]?.base, "flow/12");
    assert.equal(story.phase(1)?.name, "done");
    assert.equal(orders(story, "issue.close").length, 1);
    assert.equal(story.board.size, 0);
  });

  test("needs a person when GitHub will not have the branch", () => {
    const story = begun();
    story.label(1);
    story.answer("issue.inspected", {}, 1);
    story.answer("status.published", {}, 1);
    story.fail("flow.prepare", { why: "there is a branch flow" });

    const reason = { kind: "fault", during: "flow.prepare", why: "there is a branch flow" };
    const phase = story.phase(1);
    assert.deepEqual(phase?.name === "parked" ? phase.reason : phase, reason);
  });
});
