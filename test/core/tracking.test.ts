/** What a tracking issue tells, when it is told anew, and what it never does. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Publication } from "../../src/core/effect.ts";
import { trackingLabel } from "../../src/core/report.ts";
import { nextDue } from "../../src/core/schedule.ts";
import { installation, issueOf, noErrands } from "../support/answers.ts";
import type { Facts } from "../support/answers.ts";
import { Story, mona, rita } from "../support/story.ts";

const tracker = 90;
const merging: Facts = { policy: { merge: { isAutomatic: true, method: "squash" }, ...noErrands } };

function track(story: Story, by = mona): void {
  story.offer({
    type: "issue.requested",
    issue: issueOf(tracker).issueId,
    installation,
    by,
    request: { via: "tracking" },
    seen: null,
  });
}

const untrack = (story: Story): void => {
  const { issueId } = issueOf(tracker);
  story.offer({ type: "label.removed", issue: issueId, label: trackingLabel, by: mona });
};

/** A story whose tracking issue shows its first report. */
function tracking(): Story {
  const story = new Story();
  track(story);
  story.goOn();
  return story;
}

/** What was written to the tracking issue, oldest first. */
const reports = (story: Story): readonly Publication["comments"][number][] =>
  story
    .publications()
    .filter(({ issue }) => issue === issueOf(tracker).issueId)
    .flatMap(({ comments }) => comments);

const text = (story: Story): string => reports(story).at(-1)?.text ?? "";

const record = (
  story: Story,
  name: "STATE" | "SLEEP",
): Readonly<Record<string, unknown>> | undefined =>
  reports(story)
    .at(-1)
    ?.records.find((one) => one.name === `ORCHESTRATION:${name}`)?.payload;

describe("the report", () => {
  test("is drawn up at once when an issue gets the label", () => {
    const story = tracking();

    assert.deepEqual(reports(story), [
      {
        key: "state-1795239000000",
        id: null,
        records: [
          {
            name: "ORCHESTRATION:STATE",
            payload: {
              id: "orch-1795239000",
              status: "complete",
              scope: "all",
              started: "2026-11-21T05:30:00Z",
              last_updated: "2026-11-21T05:30:00Z",
              workers_active: 0,
              issues_pending: [],
              issues_in_progress: [],
              issues_in_review: [],
              issues_blocked: [],
              issues_complete: [],
              sleep_reason: null,
              waiting_on_prs: [],
            },
          },
        ],
        frame: null,
        text: [
          "## Orchestration Status",
          "",
          "**ID:** `orch-1795239000`",
          "**Updated:** 2026-11-21T05:30:00Z",
          "**Status:** complete: nothing is waiting, under way or open",
          "",
          "| Status | Count | Issues |",
          "|---|---|---|",
          "| Ready | 0 | – |",
          "| In Progress | 0 | – |",
          "| In Review | 0 | – |",
          "| Blocked | 0 | – |",
          "| Done | 0 | – |",
          "",
          "**Open PRs:** –",
        ].join("\n"),
      },
    ]);
    assert.equal(story.phase(tracker)?.name, "tracking");
    assert.equal(nextDue(story.board), null);
  });

  test("tells, edited in place, where each issue stands", () => {
    const story = tracking();
    story.github(8, { blockers: [3] });
    story.label(8);
    story.goOn();
    story.label(9);
    story.goOn("working", 9);
    story.answer("worker.exited", { handover: { kind: "blocked", question: "Which?" } }, 9);
    story.goOn();
    story.label(7);
    story.goOn("working", 7);

    story.wait(30_000);

    assert.equal(reports(story).at(-1)?.id, "IC_state-1795239000000");
    assert.match(text(story), /^\*\*Status:\*\* active$/m);
    assert.match(text(story), /^\| Ready \| 1 \| #8 \|$/m);
    assert.match(text(story), /^\| In Progress \| 1 \| #7 \|$/m);
    assert.match(text(story), /^\| Blocked \| 1 \| #9 \|$/m);
    assert.deepEqual(record(story, "STATE")?.["issues_blocked"], [9]);
  });

  test("names what was merged, also when that is long off the board", () => {
    const story = tracking();
    story.github(7, merging);
    story.label(7);
    story.goOn();
    assert.equal(story.phase(7)?.name, "done");

    story.wait(30_000);

    assert.match(text(story), /^\| Done \| 1 \| #7 \|$/m);
    assert.equal(record(story, "STATE")?.["status"], "complete");
  });

  test("tells of no other repository's issues", () => {
    const story = tracking();
    story.github(7, { repository: 10 });
    story.label(7);
    story.goOn("working", 7);

    assert.equal(nextDue(story.board), null);
  });
});

describe("the time of a report", () => {
  test("what changes within the pause is told once, at its end", () => {
    const story = tracking();
    story.label(7);
    story.goOn("working", 7);
    const due = nextDue(story.board);
    assert.ok(due !== null);
    story.wait(10_000);
    story.label(8);
    story.goOn("working", 8);
    assert.equal(reports(story).length, 1);

    story.wait(due - story.at);

    assert.equal(reports(story).length, 2);
    assert.match(text(story), /^\| In Progress \| 2 \| #7, #8 \|$/m);
  });

  test("what is as it was told is not told again", () => {
    const story = tracking();
    story.github(7, { blockers: [3] });
    story.label(7);
    story.goOn();
    story.comment(7, "/agent stop");
    story.goOn();

    story.wait(60_000);

    assert.equal(reports(story).length, 1);
    assert.equal(nextDue(story.board), null);
  });

  test("a report that was stored, where names lose their order, is as it was told", () => {
    const story = tracking();
    const [live] = story.board.values();
    assert.ok(live?.phase.name === "tracking" && live.phase.report !== null);
    const report = Object.fromEntries(Object.entries(live.phase.report).toReversed());

    story.board = new Map([
      [live.id, { ...live, phase: { ...live.phase, report: report as typeof live.phase.report } }],
    ]);
    story.wait(30_000);

    assert.equal(nextDue(story.board), null);
    assert.equal(reports(story).length, 1);
  });

  test("a report that failed is written by the next pass", () => {
    const story = new Story();
    track(story);
    story.answer("issue.inspected");
    story.fail("status.publish");

    story.offer({ type: "reconcile.started" });

    assert.deepEqual(story.owes(), ["status.publish"]);
  });
});

describe("sleep", () => {
  /** Its pull request is open, and checks say so. */
  const reviewing = (checks: "pending" | "passing" | "failing", facts: Facts = merging): Story => {
    const story = tracking();
    story.github(7, { ...facts, pull: { checks } });
    story.label(7);
    story.goOn();
    story.wait(30_000);
    return story;
  };

  test("it sleeps while nothing but checks is awaited", () => {
    const story = reviewing("pending");

    const { since, ...slept } = record(story, "SLEEP") ?? {};
    assert.deepEqual(slept, {
      sleeping: true,
      reason: "waiting_for_ci",
      waiting_on: [107],
      resume_session: null,
    });
    assert.match(String(since), /^2026-11-21T05:30:3\dZ$/);
    assert.equal(record(story, "STATE")?.["status"], "sleeping");
    assert.match(text(story), /^\*\*Status:\*\* sleeping: nothing but checks is awaited$/m);
    assert.match(text(story), /^\*\*Open PRs:\*\* #107$/m);
  });

  test("a check that ends wakes it, and the record goes", () => {
    const story = reviewing("pending");
    const head = story.phase(7)?.name === "reviewing" ? story.live(7)?.pushed?.head : undefined;
    const repository = story.live(7)?.issue?.repository.id;
    assert.ok(head !== undefined && repository !== undefined);

    story.github(7, { pull: { checks: "passing" } });
    story.offer({ type: "checks.settled", repository, head });
    story.goOn();
    story.wait(30_000);

    assert.equal(record(story, "SLEEP"), undefined);
    assert.equal(record(story, "STATE")?.["status"], "complete");
  });

  test("it says so when people are awaited", () => {
    const story = reviewing("passing", { policy: noErrands });
    assert.equal(record(story, "SLEEP")?.["reason"], "waiting_for_review");

    const parked = tracking();
    parked.label(7);
    parked.goOn("working", 7);
    parked.answer("worker.exited", { handover: { kind: "blocked", question: "Which?" } }, 7);
    parked.goOn();
    parked.wait(30_000);
    assert.equal(record(parked, "SLEEP")?.["reason"], "all_remaining_blocked");
  });

  test("it does not sleep while another issue waits or is worked on", () => {
    const story = reviewing("pending");

    story.label(8);
    story.goOn("working", 8);
    story.wait(30_000);

    assert.equal(record(story, "SLEEP"), undefined);
    assert.equal(record(story, "STATE")?.["status"], "active");
  });
});

describe("a tracking issue", () => {
  test("gets no Worker, no column and no other comment", () => {
    const story = tracking();
    story.wait(60_000);
    story.offer({ type: "reconcile.started" });

    assert.deepEqual(story.owes(), []);
    assert.ok(story.effects.every(({ type }) => type.startsWith("issue.") || type.startsWith("s")));
    assert.ok(story.publications().every(({ moveTo }) => moveTo === null));
  });

  test("is asked for by people with write access only, and the refusal says so", () => {
    const story = new Story();
    track(story, rita);
    story.goOn();

    assert.equal(story.phase(tracker)?.name, "withdrawn");
    assert.match(story.text("refusal"), /^@rita: nothing was started, because rita has only read/);
  });

  test("is over when the label is taken off, and its comment says so", () => {
    const story = tracking();
    untrack(story);
    story.goOn();

    assert.equal(record(story, "STATE")?.["status"], "stopped");
    assert.match(text(story), /stopped: this is no tracking issue any more$/);
    assert.equal(story.board.size, 0);
  });

  test("an issue that is worked on does not become one", () => {
    const story = new Story();
    story.label(tracker);
    story.goOn("working");
    track(story);
    untrack(story);

    assert.equal(story.phase(tracker)?.name, "working");
  });

  test("without one nothing is owed and no alarm is set", () => {
    const story = new Story();
    story.github(7, merging);
    story.label(7);
    story.goOn();

    assert.equal(story.publications().length, 3);
    assert.equal(nextDue(story.board), null);
  });
});
