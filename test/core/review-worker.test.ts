/** Reviews by a Worker: when one is made, what it says on GitHub, and what it keeps from being merged. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect, WorkerOrder } from "../../src/core/effect.ts";
import type { FindingOrder } from "../../src/core/finding-issue.ts";
import type { ReviewFinding, ReviewReport } from "../../src/core/review-report.ts";
import { criteria } from "../../src/core/review-report.ts";
import type { Facts } from "../support/answers.ts";
import { answerTo, briefText, headOf } from "../support/answers.ts";
import { Story } from "../support/story.ts";

const reviewing: Facts = {
  policy: { review: { isAutomatic: true }, merge: { isAutomatic: true, method: "squash" } },
};

const clean: ReviewReport = {
  scope: "MINOR",
  isSensitive: false,
  judged: criteria,
  inapplicable: ["Performance"],
  isBlocked: false,
  findings: [],
};

const finding: ReviewFinding = {
  id: "",
  severity: "medium",
  criterion: "Clarity",
  place: "src/a.ts:3",
  text: "The name | says nothing.",
  state: "unaddressed",
  why: "Call it valve.",
  category: "separate-concern",
  acceptance: ["It is called valve"],
};
const deferred: ReviewFinding = { ...finding, state: "deferred", why: "It is everywhere." };

/** Everything is answered in the usual way up to the next Worker; null when none begins. */
function nextWorker(story: Story): WorkerOrder | null {
  for (;;) {
    const effect = [...story.owed.values()].find(({ type }) => type !== "worker.stop");
    if (effect === undefined) return null;
    if (effect.type === "worker.start") return effect;
    story.reply(effect, answerTo(effect, null, story.facts));
  }
}

/** An issue whose pull request is being reviewed. */
function underReview(facts: Facts = reviewing): Story {
  const story = new Story();
  story.github(7, facts);
  story.label(7);
  assert.equal(nextWorker(story)?.task, "implement");
  story.answer("worker.exited");
  assert.equal(nextWorker(story)?.task, "review");
  return story;
}

function report(story: Story, said: Partial<ReviewReport>): void {
  story.answer("worker.exited", {
    handover: { kind: "reviewed", report: { ...clean, ...said } },
  });
}

const titleOf = (story: Story): string | undefined =>
  story.publications().findLast(({ check }) => check !== null)?.check?.title;

const isOrder = (effect: Effect): effect is Effect & FindingOrder & { type: "finding.track" } =>
  effect.type === "finding.track";

describe("a pull request is reviewed by a Worker", () => {
  test("only where the repository wants it", () => {
    const story = new Story();
    story.github(7, { policy: { merge: { isAutomatic: true, method: "squash" } } });
    story.label(7);
    story.goOn();

    assert.equal(story.phase()?.name, "done");
    assert.equal(story.effects.filter(({ type }) => type === "worker.start").length, 1);
  });

  test("at its head, with everything that it has to know, and it is merged when nothing is found", () => {
    const story = underReview();
    const order = nextWorker(story);
    assert.ok(order);
    assert.deepEqual([order.attempt, order.limits.turns], [2, 50]);
    const brief = briefText(order.brief);
    assert.match(brief, /^# Review pull request #107\n/);
    assert.ok(brief.includes(`\nHead commit: ${headOf(7, 1)}\n`));
    const create = story.effects.findLast(({ type }) => type === "worktree.create");
    assert.ok(create?.type === "worktree.create" && create.from === headOf(7, 1));
    assert.equal(
      story.publications().findLast(({ moveTo }) => moveTo !== null)?.moveTo,
      "In Review",
    );

    report(story, {});
    story.goOn();

    assert.equal(story.phase()?.name, "done");
    assert.equal(
      story.text("review-107"),
      [
        "## Code Review Complete",
        "",
        "| Property | Value |",
        "|----------|-------|",
        `| Worker | \`${order.worker}\` |`,
        "| Issue | #7 |",
        "| Scope | MINOR |",
        "| Security-Sensitive | NO |",
        "| Reviewed | 2026-11-21T05:30:00Z |",
        "| Pull Request | #107 |",
        `| Commit | \`${headOf(7, 1)}\` |`,
        "",
        "### Criteria Results",
        "",
        "| # | Criterion | Status | Findings |",
        "|---|-----------|--------|----------|",
        "| 1 | Blindspots | ✅ PASS | 0 |",
        "| 2 | Clarity | ✅ PASS | 0 |",
        "| 3 | Maintainability | ✅ PASS | 0 |",
        "| 4 | Security | ✅ PASS | 0 |",
        "| 5 | Performance | N/A | 0 |",
        "| 6 | Documentation | ✅ PASS | 0 |",
        "| 7 | Style | ✅ PASS | 0 |",
        "",
        "### Findings Fixed in This PR",
        "",
        "None.",
        "",
        "### Findings Deferred (With Tracking Issues)",
        "",
        "None.",
        "",
        "### Summary",
        "",
        "| Category | Count |",
        "|----------|-------|",
        "| Fixed in PR | 0 |",
        "| Deferred (with tracking) | 0 |",
        "| Unaddressed | 0 |",
        "",
        "**Review Status:** ✅ COMPLETE",
      ].join("\n"),
    );
  });

  test("when somebody asks for it, and then again for each head and each time", () => {
    const story = new Story();
    story.github(7, { pull: { checks: "pending" } });
    story.label(7);
    story.goOn("reviewing");
    story.goOn();

    for (const id of [1, 2]) {
      story.comment(7, "/agent review", undefined, id);
      assert.equal(nextWorker(story)?.task, "review");
      report(story, { findings: [{ ...deferred, state: "fixed" }] });
      assert.equal(nextWorker(story), null);
    }

    const artifacts = story
      .publications()
      .flatMap(({ comments }) => comments)
      .filter(({ key }) => key === "review-107");
    assert.deepEqual(
      artifacts.map(({ id }) => id),
      [null, "IC_review-107"],
    );
    story.comment(8, "/agent review", undefined, 3);
    assert.match(
      story.text("refusal"),
      /because no work on this issue is under way; `review` belongs on a pull request/,
    );
  });
});

describe("a review keeps from being merged", () => {
  const ways: readonly (readonly [Partial<ReviewReport>, string])[] = [
    [{ judged: criteria.slice(1) }, "its review is not complete: it does not judge Blindspots"],
    [{ isBlocked: true }, "its review waits for what it depends on"],
  ];
  for (const [said, why] of ways) {
    test(why, () => {
      const story = underReview();

      report(story, said);
      assert.equal(nextWorker(story), null);

      assert.equal(story.phase()?.name, "reviewing");
      assert.equal(titleOf(story), `Not merged: ${why}`);
    });
  }

  test("what does not declare that it touches security-sensitive paths", () => {
    for (const isSensitive of [false, true]) {
      const story = new Story();
      story.github(7, reviewing);
      story.label(7);
      nextWorker(story);
      story.answer("worker.exited");
      story.answer("work.imported", {
        work: {
          kind: "commits",
          head: headOf(7, 1),
          files: ["src/Auth/login.ts", "src/tank.ts"],
          commits: 1,
          findings: [],
        },
      });
      const order = nextWorker(story);
      assert.match(briefText(order?.brief ?? []), /\[paths\] src\/Auth\/login\.ts\n/);

      report(story, { isSensitive });
      story.goOn();

      assert.equal(story.phase()?.name, isSensitive ? "done" : "reviewing");
      if (isSensitive) continue;
      assert.equal(
        titleOf(story),
        "Not merged: its review does not declare `src/Auth/login.ts` as security-sensitive",
      );
    }
  });

  test("one that has failed, until somebody asks for another", () => {
    const story = underReview();

    story.answer("worker.exited", {
      handover: { kind: "ready", summary: "Fine.", testing: "", replies: [] },
    });
    assert.equal(nextWorker(story), null);
    story.offer({ type: "reconcile.started" });
    assert.equal(nextWorker(story), null);
    assert.match(titleOf(story) ?? "", /^Not merged: its review has failed;/);
    story.comment(7, "/agent review");
    assert.equal(nextWorker(story)?.task, "review");
    report(story, {});
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });
});

describe("an unaddressed finding", () => {
  test("calls a Worker once for its head, and what that does is reviewed anew", () => {
    const story = underReview();
    report(story, { findings: [finding] });

    const revise = nextWorker(story);
    assert.equal(revise?.task, "revise");
    assert.match(
      briefText(revise.brief),
      /\[review by the review worker of src\/a\.ts:3\] F-7-1 \(medium, Clarity\): The name \| says nothing\.\nCall it valve\./,
    );
    assert.match(
      story.text("review-107"),
      /\| 1 \| MEDIUM \| F-7-1: The name \\\| says nothing\. /,
    );
    assert.match(story.text("review-107"), /\| Unaddressed \| 1 \|/);
    story.github(7, { pull: { head: headOf(7, 3) } });
    story.answer("worker.exited");
    assert.equal(nextWorker(story), null);
    story.offer({ type: "reconcile.started" });
    const again = nextWorker(story);
    assert.equal(again?.task, "review");
    assert.match(
      briefText(again.brief),
      /\[finding F-7-1\] medium, Clarity, unaddressed: src\/a\.ts:3\n/,
    );
    report(story, { findings: [{ ...finding, id: "F-7-1", state: "fixed", why: "Renamed." }] });
    story.goOn();

    assert.equal(story.phase()?.name, "done");
    assert.match(story.text("review-107"), /\| 1 \| MEDIUM \| F-7-1: [^\n]* \| Renamed\. \|/);
  });

  test("that its Worker leaves as it is waits for a person", () => {
    const story = underReview();
    report(story, { findings: [finding] });
    assert.equal(nextWorker(story)?.task, "revise");

    story.answer("worker.exited");
    story.answer("work.imported", { work: { kind: "empty" } });
    assert.equal(nextWorker(story), null);
    story.offer({ type: "reconcile.started" });
    assert.equal(nextWorker(story), null);

    assert.equal(titleOf(story), "Not merged: 1 finding of its review is unaddressed");
  });
});

describe("a deferred finding", () => {
  test("gets an issue of its own before anything is merged", () => {
    const story = underReview({ ...reviewing, labels: ["epic-tank"] });
    report(story, { findings: [{ ...deferred, criterion: "Security" }] });
    story.answer("work.imported");

    const order = [...story.owed.values()].find(isOrder);
    assert.ok(order);
    assert.equal(order.title, "[Finding] The name | says nothing. (from #7)");
    assert.deepEqual(order.labels, [
      "review-finding",
      "medium",
      "spawned-from:#7",
      "depth:1",
      "security",
      "epic-tank",
    ]);
    assert.match(
      order.body,
      /\| Parent Issue \| #7 \|\n\| Parent PR \| #107 \|\n\| Finding ID \| F-7-1 \|\n\| Severity \| MEDIUM \|\n\| Criterion \| Security \|\n\| Depth \| 1 of 5 \|/,
    );
    assert.match(order.body, /\*\*Category:\*\* separate-concern\n\nIt is everywhere\.\n/);
    assert.match(order.body, /- \[ \] It is called valve\n/);
    story.answer("pull.inspected");
    assert.equal(story.phase()?.name, "reviewing");
    assert.equal(titleOf(story), "Not merged: issues of deferred findings are being opened");
    story.goOn();

    assert.equal(story.phase()?.name, "done");
    assert.equal(story.effects.filter(isOrder).length, 1);
    assert.match(
      story.text("review-107"),
      /\| 1 \| MEDIUM \| F-7-1: [^\n]* \| #901 \| separate-concern: It is everywhere\. \|/,
    );
  });

  test("without an issue is not merged, and the next review tries again", () => {
    const story = underReview();
    report(story, { findings: [deferred] });
    story.answer("work.imported");
    story.fail("finding.track");
    assert.equal(nextWorker(story), null);
    assert.equal(titleOf(story), "Not merged: F-7-1 is deferred and has no issue");

    story.comment(7, "/agent review");
    assert.equal(nextWorker(story)?.task, "review");
    report(story, { findings: [{ ...deferred, id: "F-7-1" }] });
    story.goOn();

    assert.equal(story.phase()?.name, "done");
    assert.deepEqual(
      story.effects.filter(isOrder).map(({ isRepeat }) => isRepeat),
      [false, true],
    );
  });

  test("of findings of findings is shown to people, and in the end has to be dealt with", () => {
    const labels = (depth: number): readonly string[] => {
      const story = underReview({ ...reviewing, labels: [`depth:${depth}`] });
      report(story, { findings: [deferred] });
      story.answer("work.imported");
      return [...story.owed.values()].find(isOrder)?.labels ?? [];
    };

    assert.ok(!labels(1).includes("needs-human"));
    assert.ok(labels(2).includes("needs-human"));
    assert.ok(labels(4).includes("depth:5"));
    assert.deepEqual(labels(5), []);
    const story = underReview({ ...reviewing, labels: ["depth:5"] });
    report(story, { findings: [deferred] });
    assert.equal(nextWorker(story)?.task, "revise");
  });
});

test("a message to a pull request that was reviewed last is for one who works", () => {
  const story = underReview({ policy: { review: { isAutomatic: true } } });
  report(story, {});
  story.goOn();

  story.send(7, "Paint it green.");

  const order = nextWorker(story);
  assert.equal(order?.task, "revise");
  assert.match(briefText(order.brief), /\[message from operator\] Paint it green\./);
});
