/** What follows a failure: research, another way, or a person; and what follows turns that are used up. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WorkerOrder } from "../../src/core/effect.ts";
import type { Handover, Outcome } from "../../src/core/handover.ts";
import { briefText, commit, headOf } from "../support/answers.ts";
import { Story } from "../support/story.ts";

const failed = (why: string): Handover => ({ kind: "failed", why });
const found: Handover = {
  kind: "found",
  findings: {
    findings: ["The clock is local."],
    relevantFiles: ["src/clock.ts: it is read here"],
    patterns: [],
    concerns: [],
    recommendation: "Count in UTC.",
  },
};

function working(story: Story): WorkerOrder {
  story.wait(600_000);
  story.goOn("working");
  return orderOf(story);
}

function orderOf(story: Story): WorkerOrder {
  const order = [...story.owed.values()].find(({ type }) => type === "worker.start");
  assert.ok(order?.type === "worker.start", `no Worker is owed, but ${story.owes().join(", ")}`);
  return order;
}

function exit(story: Story, handover: Handover, outcome: Outcome = "finished"): void {
  story.answer("worker.exited", { handover, outcome });
  if (story.owes().includes("work.import")) story.answer("work.imported");
}

describe("after a failure", () => {
  test("a Worker finds out why, changes nothing, and the next one has what it found", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    exit(story, failed("Red."));

    const research = working(story);
    assert.equal(research.task, "research");
    assert.equal(research.limits.turns, 50);
    assert.match(
      briefText(research.brief),
      /^# Find out why issue #7 [^]*failure of attempt 1\] Red\./,
    );
    exit(story, found);

    const next = working(story);
    assert.equal(next.task, "implement");
    assert.match(
      briefText(next.brief),
      /failure of attempt 1\] Red\.\n\[research into it\] Count in UTC\.[^]*The clock is local\./,
    );
    const [first, second] = story.live()!.attempts;
    assert.deepEqual([first?.head === null, second?.head], [false, null]);
  });

  test("whoever only looks is not bothered with a message, which is for the one who works next", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    exit(story, failed("Red."));
    assert.equal(working(story).task, "research");
    story.send(7, "Use the new API.");
    exit(story, found);

    const next = working(story);

    assert.equal(next.task, "implement");
    assert.match(briefText(next.brief), /\[message from operator\] Use the new API\./);
  });

  test("four attempts with three times research between them, then a person is told all of it", () => {
    const story = new Story();
    story.label(7);
    const tasks: string[] = [];
    for (const why of ["A", "-", "B", "-", "C", "-", "D"]) {
      tasks.push(working(story).task);
      exit(story, why === "-" ? found : failed(`Cause ${why}.`));
    }
    story.goOn();

    assert.deepEqual(tasks, [
      "implement",
      "research",
      "implement",
      "research",
      "implement",
      "research",
      "implement",
    ]);
    assert.equal(story.phase()?.name, "parked");
    assert.match(
      story.text("status"),
      /## Issue Blocked\n\n\*\*Reason:\*\* All attempts are used up\.\n\*\*Attempts:\*\* 4\n\*\*Research Cycles:\*\* 3\n/,
    );
    assert.match(story.text("status"), /- 2\. research \(claude, finished\): Count in UTC\./);
  });

  test("what broke around the Worker is not looked for in the code", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");

    exit(story, failed("The agent exited with code 1."), "crashed");

    assert.equal(working(story).task, "implement");
  });

  test("the same cause twice is tried with another agent, whatever differs by chance", () => {
    const story = new Story();
    story.github(7, { policy: { researchCycles: 0 } });
    story.label(7);
    const agents: string[] = [];
    for (const why of ["Exit 17 at 0xdeadbeef", "exit 4  at 0xcafe0001", "Another."]) {
      agents.push(working(story).agent);
      exit(story, failed(why));
    }
    agents.push(working(story).agent);

    assert.deepEqual(agents, ["claude", "claude", "scripted", "claude"]);
  });

  test("where there is no other agent, or one was named, the same cause twice needs a person", () => {
    const ways: readonly [readonly string[], (story: Story) => void][] = [
      [["claude", "scripted"], (story) => story.comment(7, "/agent dispatch --agent=claude")],
      [["claude"], (story) => story.label(7)],
    ];
    for (const [agents, ask] of ways) {
      const story = new Story({ agents });
      story.github(7, { policy: { researchCycles: 0 } });
      ask(story);
      for (const why of ["Red.", "red."]) {
        working(story);
        exit(story, failed(why));
      }
      story.goOn();

      assert.deepEqual(story.phase(), {
        name: "parked",
        reason: { kind: "repeated", last: "red." },
        asking: null,
        refusal: null,
      });
      assert.match(story.text("status"), /Two attempts failed for the same cause/);
    }
  });
});

describe("turns or time that are used up", () => {
  const silent: Handover = { kind: "unfinished", notes: "The agent left no notes.", report: null };
  const report = {
    summary: "Half of it.",
    tests: "3 of 4 pass",
    done: ["the parser"],
    inProgress: [],
    remaining: ["the printer"],
    decisions: ["no @library"],
    tried: [],
    discoveries: [],
    architecture: [],
    gotchas: [],
    blocker: "",
    nextSteps: ["print"],
    filesToReview: ["src/print.ts"],
    commands: ["npm test"],
  };

  test("the Worker is called back in its session, only to hand over", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    assert.equal(orderOf(story).limits.turns, 90);

    exit(story, silent, "turns-exhausted");

    const order = orderOf(story);
    assert.deepEqual([order.run, order.session, order.limits.turns], [2, "session-1", 10]);
    assert.match(briefText(order.brief), /^# Hand over now/);
    exit(story, { kind: "unfinished", notes: "Half of it.", report });
    const [ended] = story.live()!.attempts;
    assert.deepEqual([ended?.outcome, ended?.handover.kind], ["turns-exhausted", "unfinished"]);
    story.goOn("working");
    assert.match(
      briefText(orderOf(story).brief),
      /\[handover\] Half of it\.\nTests:\n- 3 of 4 pass[^]*Remaining:\n- the printer/,
    );
  });

  test("one that still says nothing, or has no session, hands over what is known", () => {
    for (const session of ["session-1", null]) {
      const story = new Story();
      story.label(7);
      story.goOn("working");

      story.answer("worker.exited", { handover: silent, outcome: "timed-out", session });
      if (session !== null) exit(story, failed("It crashed."), "crashed");
      else story.answer("work.imported");

      const [ended] = story.live()!.attempts;
      assert.deepEqual([ended?.outcome, ended?.handover], ["timed-out", silent]);
    }
  });

  test("one that cannot be called back leaves its work all the same", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    exit(story, silent, "turns-exhausted");

    story.fail("worker.start");
    story.answer("work.imported");

    const [ended] = story.live()!.attempts;
    assert.deepEqual([ended?.outcome, ended?.head], ["turns-exhausted", headOf(7, 1)]);
    assert.equal(working(story).task, "implement");
  });

  test("where no money is left for the handover, no further attempt is made", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    exit(story, silent, "turns-exhausted");

    exit(story, failed("No money is left."), "funds-exhausted");

    const phase = story.phase();
    assert.ok(phase?.name === "parked" && phase.reason.kind === "budget");
  });

  test("the handover is a comment in the seed's form, in which nothing takes effect", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    exit(story, { kind: "unfinished", notes: "Half of it.", report });

    assert.equal(
      story.text("handover"),
      [
        "# Handover: Issue #7",
        "",
        "| | |",
        "|---|---|",
        "| Issue | #7 |",
        "| Previous Worker | `worker-1795239000-7` |",
        "| Agent | claude |",
        "| Ended | finished |",
        "| Timestamp | 2026-11-21T05:30:00Z |",
        "| Orchestration | Yardmaster |",
        "| Attempt | 1 |",
        "| Files Modified | `src/a.ts` |",
        "",
        "## Issue Summary",
        "",
        "Half of it.",
        "",
        "## Current State",
        "",
        "- **Branch Status:** `feature/7-add-a-page`, all work is committed",
        "- **Tests Status:** 3 of 4 pass",
        "",
        "## Work Completed",
        "",
        "### Done",
        "",
        "- the parser",
        "",
        "### In Progress",
        "",
        "- None",
        "",
        "### Remaining",
        "",
        "- the printer",
        "",
        "## Context & Decisions",
        "",
        "### Key Decisions Made",
        "",
        "- no @\u200blibrary",
        "",
        "### Approaches Tried",
        "",
        "- None",
        "",
        "### Important Discoveries",
        "",
        "- None",
        "",
        "## Technical Notes",
        "",
        "### Architecture Notes",
        "",
        "- None",
        "",
        "### Gotchas",
        "",
        "- None",
        "",
        "## Current Blocker",
        "",
        "None",
        "",
        "## Recommended Next Steps",
        "",
        "- print",
        "",
        "## Files to Review First",
        "",
        "- src/print.ts",
        "",
        "## Commands to Run",
        "",
        "- npm test",
        "",
        "---",
        "*Handover created by worker-1795239000-7 at 2026-11-21T05:30:00Z*",
      ].join("\n"),
    );
  });
});

test("a handover names some of many modified files, in a table that holds", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.answer("worker.exited", { handover: { kind: "unfinished", notes: "Half.", report: null } });
  const files = ["a|b.ts", ...Array.from({ length: 24 }, (_, at) => `src/${at}.ts`)];
  story.answer("work.imported", {
    work: { kind: "commits", head: commit(4), files, commits: 1, findings: [] },
  });

  const row = story
    .text("handover")
    .split("\n")
    .find((line) => line.startsWith("| Files Modified |"));
  assert.match(row ?? "", /^\| Files Modified \| `a¦b\.ts`, `src\/0\.ts`, [^|]*, 5 more \|$/);
});
