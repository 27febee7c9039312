/** Integration plans: what they tell, when they are merged, and what ends them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { resume } from "../../src/core/owed.ts";
import { commit, issueOf, noErrands } from "../support/answers.ts";
import { Story } from "../support/story.ts";
import { ask, begun, callOff, closed, done, orders, plan, text } from "./integration-story.ts";

const merging = { merge: { isAutomatic: true, method: "squash" }, ...noErrands } as const;

describe("the plan", () => {
  test("tells where each part stands in one comment", () => {
    const story = begun([1, 2, 3]);
    done(story, 1);
    story.label(2);
    story.goOn("working", 2);

    assert.deepEqual(text(story).split("\n").slice(0, 8), [
      "### Yardmaster: integrating",
      "",
      "It is an integration plan: what its sub-issues bring is opened as one pull request when #2, #3 are closed.",
      "",
      "| Sub-issue | State | Pull request |",
      "|---|---|---|",
      "| #1 | merged into `flow/12` | #101 |",
      "| #2 | under way | – |",
    ]);
    const record = story
      .publications()
      .filter(({ issue }) => issue === issueOf(plan).issueId)
      .at(-1)
      ?.comments.at(-1)?.records[0];
    assert.equal(record?.name, "INTEGRATION:STATE");
    assert.deepEqual(record?.payload["issues_complete"], [1]);
  });

  test("opens one pull request when all parts are closed, and closes with its merge", () => {
    const story = begun();
    done(story, 1);
    done(story, 2);
    story.github(plan, { policy: merging, pull: { head: commit(3) } });
    story.goOn();

    const pull = orders(story, "pull.open").at(-1);
    assert.deepEqual([pull?.branch, pull?.base], ["flow/12", "main"]);
    assert.equal(pull?.title, "feat: Rebuild the pump (#12)");
    assert.match(pull?.body ?? "", /^Closes #12$/m);
    assert.match(pull?.body ?? "", /^In parts\.$/m);
    assert.match(pull?.body ?? "", /^- #1 by #101\n- #2 by #102$/m);
  });

  test("is merged as anything of ours, and its branch goes with that", () => {
    const story = new Story();
    story.github(plan, { parts: [1], policy: merging, pull: { head: commit(3) } });
    story.github(1, { parent: plan, policy: noErrands });
    ask(story);
    story.goOn();
    done(story, 1);
    story.goOn();

    assert.equal(story.phase(plan)?.name, "done");
    assert.deepEqual(orders(story, "worktree.remove").at(-1)?.deleteBranch, {
      name: "flow/12",
      expected: commit(3),
    });
    assert.equal(orders(story, "issue.close").length, 1);
  });

  test("has its conflicts resolved by a worker", () => {
    const story = new Story();
    const pull = { head: commit(3), mergeable: "conflicting" } as const;
    story.github(plan, { parts: [1], pull });
    story.github(1, { parent: plan, policy: noErrands });
    ask(story);
    story.goOn();
    done(story, 1);
    story.goOn("working", plan);

    assert.equal(story.live(plan)?.task.kind, "rebase");
    const worktree = orders(story, "worktree.create").at(-1);
    assert.deepEqual([worktree?.base, worktree?.branch], ["main", "flow/12"]);
    story.goOn("reviewing", plan);
    assert.equal(orders(story, "branch.push").at(-1)?.branch, "flow/12");
  });

  test("waits for work on the way to its branch, also when its issue is closed already", () => {
    const story = begun([1]);
    story.label(1);
    story.goOn("merging", 1);
    closed(story, 1);
    story.answer("issue.inspected", {}, plan);
    const isLast = (): boolean => orders(story, "flow.prepare").some((order) => order.isLast);
    assert.equal(isLast(), false);

    story.goOn("done", 1);
    story.goOn();
    assert.equal(isLast(), true);
  });

  test("takes a sub-issue in that is added later, until its own pull request is on the way", () => {
    const story = begun([1]);
    done(story, 1);
    story.github(plan, { parts: [1, 2] });
    story.github(2, { parent: plan, policy: noErrands });
    story.offer({ type: "dependencies.changed", issue: issueOf(plan).issueId });
    story.goOn();
    assert.equal(story.phase(plan)?.name, "queued");

    done(story, 2);
    story.goOn();
    assert.equal(story.phase(plan)?.name, "reviewing");
    story.github(3, { parent: plan });
    story.label(3);
    story.goOn("working", 3);
    assert.equal(story.live(3)?.flow, null);
  });

  test("tells that the default branch conflicts with its own", () => {
    const story = begun();
    story.github(1, {
      flow: { isThere: true, head: commit(3), isConflicting: true, hasWork: true },
    });
    story.label(1);
    story.goOn("working", 1);

    assert.match(text(story), /`main` conflicts with `flow\/12`/);
  });

  for (const [what, flow] of [
    [
      "nothing was merged",
      { isThere: true, head: commit(3), isConflicting: false, hasWork: false },
    ],
    ["nobody has begun", { isThere: false }],
  ] as const) {
    test(`ends without a pull request when all is closed and ${what}`, () => {
      const story = begun([1]);
      story.github(plan, { flow });
      closed(story, 1);
      story.goOn();

      assert.equal(orders(story, "pull.open").length, 0);
      assert.match(
        text(story),
        /has ended: all sub-issues are closed and nothing was merged into `flow\/12`\./,
      );
      assert.equal(story.publications().at(-1)?.removeLabel?.name, "agent:integrate");
      assert.equal(story.board.size, 0);
    });
  }

  test("is called off by whoever deletes its branch, and what begins goes to the default branch", () => {
    const story = begun();
    done(story, 1);
    story.github(2, { flow: { isThere: false } });
    story.label(2);
    story.goOn("working", 2);

    assert.equal(orders(story, "worktree.create").at(-1)?.base, "main");
    story.goOn();
    assert.match(text(story), /has ended: the branch `flow\/12` was deleted\./);
    assert.match(text(story), /What was merged is in the pull requests above\./);
    assert.equal(story.live(plan), undefined);
  });

  test("ends with its issue or its label, and tells whose wish that was", () => {
    const byIssue = begun();
    done(byIssue, 1);
    byIssue.close(plan);
    const byLabel = begun();
    callOff(byLabel);
    for (const story of [byIssue, byLabel]) {
      story.goOn();
      assert.equal(story.phase(plan)?.name, "withdrawn");
    }

    assert.match(text(byIssue), /The issue was closed by mona\./);
    assert.match(
      text(byIssue),
      /What was merged is in the pull requests above and in `flow\/12`\./,
    );
    assert.match(text(byLabel), /Taken back by mona\./);
  });

  test("goes on when its card is in In Progress, where the work of its parts has put it", () => {
    const story = begun();
    done(story, 1);
    const moves = story
      .publications()
      .filter(({ issue }) => issue === issueOf(plan).issueId)
      .map(({ moveTo }) => moveTo);
    assert.ok(moves.includes("In Progress"));

    story.move(plan, "In Progress");
    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.equal(story.phase(plan)?.name, "queued");
  });

  test("notices at the next look that its label is gone", () => {
    const story = begun();
    story.github(plan, { requestHolds: false });
    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.match(text(story), /Taken back by somebody\./);
  });

  test("needs a person when GitHub will not open its pull request, and goes on when asked to", () => {
    const story = begun([1]);
    done(story, 1);
    story.answer("issue.inspected", {}, plan);
    story.answer("flow.prepared", {}, plan);
    story.fail("pull.open", { why: "it is forbidden" });
    assert.equal(story.phase(plan)?.name, "parked");

    story.comment(plan, "/agent dispatch");
    story.goOn();
    assert.equal(story.phase(plan)?.name, "reviewing");
  });

  test("owes after a restart what it owed before", () => {
    const story = begun([1]);
    done(story, 1);
    story.answer("issue.inspected", {}, plan);
    for (const type of ["flow.prepare", "pull.open"] as const) {
      const kept = new Map(JSON.parse(JSON.stringify([...story.board])));
      const owed = resume(kept as typeof story.board, story.policy).map(({ key }) => key);
      assert.deepEqual(owed.toSorted(), [...story.owed.keys()].toSorted());
      assert.ok(story.owes().includes(type));
      if (type === "flow.prepare") story.answer("flow.prepared", {}, plan);
    }
  });
});
