/** What people get done by comments, several commands at a time. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ready } from "../support/answers.ts";
import { mona, rita, Story } from "../support/story.ts";

const started = (story: Story): number =>
  story.effects.filter(({ type }) => type === "worker.start").length;

const working = (): Story => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  return story;
};

const parked = (): Story => {
  const story = working();
  story.answer("worker.exited", { handover: { kind: "blocked", question: "Red or blue?" } });
  story.goOn();
  assert.equal(story.phase()?.name, "parked");
  return story;
};

/** Without what waits for the Worker. */
const settle = (story: Story): void => {
  while (story.owes().some((type) => type === "actor.inspect" || type === "status.publish")) {
    const type = story.owes().find((one) => one === "actor.inspect" || one === "status.publish");
    story.answer(type === "actor.inspect" ? "actor.inspected" : "status.published");
  }
};

describe("questions are answered to anybody", () => {
  test("help lists every command", () => {
    const story = new Story();
    story.comment(7, "/agent help", rita);
    story.goOn();

    assert.match(story.text("reply"), /^\| command \| who \| what it does \|\n/);
    assert.match(story.text("reply"), /\n\| `\/agent hold \[REASON\]` \| write \| puts the work/);
    assert.deepEqual(
      story.publications().map(({ reactions }) => reactions?.add),
      [["EYES", "ROCKET"]],
    );
    assert.ok(story.effects.every(({ type }) => type === "status.publish"));
  });

  test("status and why say what the status comment says, in one comment", () => {
    const story = working();

    story.comment(7, "/agent status\n/agent why", rita);

    const status = story.text("status");
    assert.equal(story.text("reply"), `${status}\n\n${status.split("\n")[2]}`);
    assert.match(story.text("reply"), /is at work: attempt 1 of 4\.$/);
  });

  test("why tells of parked work what makes it go on", () => {
    const story = parked();

    story.comment(7, "/agent why");

    assert.equal(
      story.text("reply"),
      "The worker asks: Red or blue? To answer the same worker, write a comment. For a new attempt, edit the text of the issue and move the card to Ready, add the label `agent:go` or comment `/agent dispatch`.",
    );
  });

  test("where nothing is under way they are told so", () => {
    const story = new Story();

    story.comment(7, "/agent why", rita);

    assert.equal(story.text("reply"), "No work on this issue is under way.");
  });
});

describe("several commands", () => {
  test("are obeyed in order, and GitHub is asked once who speaks", () => {
    const story = working();
    const before = story.effects.length;

    story.comment(7, "/agent send One\n/agent send Two\n/agent budget 1\n/agent hold");
    story.answer("actor.inspected");

    assert.deepEqual(
      story.live(7)?.messages.map(({ key, text }) => [key, text]),
      [
        ["IC_1", "One"],
        ["IC_1/1", "Two"],
      ],
    );
    assert.equal(story.live(7)?.hold?.by, "mona");
    const asked = story.effects.slice(before).filter(({ type }) => type === "actor.inspect");
    assert.equal(asked.length, 1);
  });

  test("stop at the first that is refused, and its author is told once, after the answers", () => {
    const story = working();

    story.comment(7, "/agent why\n/agent send One\n/agent approve\n/agent send Two");
    story.answer("actor.inspected");

    assert.deepEqual(
      story.live(7)?.messages.map(({ text }) => text),
      ["One"],
    );
    assert.match(
      story.text("refusal"),
      /attempt 1 of 4\.\n\n@mona: one of the commands was not obeyed, nor any after it, because nothing here waits for an approval\.$/,
    );
  });

  test("a misspelt one lets none after it through", () => {
    const story = new Story();

    story.comment(7, "/agent disptach\n/agent dispatch");
    story.goOn();

    assert.equal(started(story), 0);
    assert.match(
      story.text("refusal"),
      /there is no command `disptach`; the nearest is `\/agent dispatch \[--agent=NAME\] \[--model=NAME\] \[--depends-on #N,#M\]`, and `\/agent help` lists all/,
    );
  });

  test("six are too many, and none is obeyed", () => {
    const story = new Story();

    story.comment(7, Array(6).fill("/agent dispatch").join("\n"));
    story.goOn();

    assert.equal(started(story), 0);
    assert.match(story.text("refusal"), /because a comment may hold at most 5 commands\.$/);
  });

  test("work can be asked for and be put on hold at once", () => {
    const story = new Story();

    story.comment(7, "/agent dispatch\n/agent hold until Monday");
    story.answer("issue.inspected");
    story.answer("actor.inspected");
    story.goOn();

    assert.equal(started(story), 1, "the worker had begun by the time GitHub told who it was");
    assert.equal(story.live(7)?.hold?.reason, "until Monday");
  });
});

describe("stop", () => {
  test("ends the work like taking the label off, and saves it", () => {
    const story = working();

    story.comment(7, "/agent stop");
    story.answer("actor.inspected");
    assert.equal(story.phase()?.name, "cleaning");
    story.goOn();

    assert.match(story.text("status"), /Taken back by mona\./);
  });

  test("is for whoever asked, even without write access, and for no other reader", () => {
    const story = working();
    story.comment(7, "/agent stop", rita);
    story.answer("actor.inspected", { permission: "read" });
    assert.match(story.text("refusal"), /rita has only read permission here/);
    assert.equal(story.phase()?.name, "working");
    settle(story);

    story.comment(7, "/agent stop", mona, 2);
    story.answer("actor.inspected", { permission: "read" });

    assert.equal(story.phase()?.name, "cleaning");
  });

  test("ends parked work too", () => {
    const story = parked();

    story.comment(7, "/agent stop", mona, 2);
    story.goOn();

    assert.match(story.text("status"), /Taken back by mona\./);
  });
});

describe("retry", () => {
  test("lets parked work go on", () => {
    const story = parked();

    story.comment(7, "/agent retry", mona, 2);
    story.goOn("working");

    assert.equal(started(story), 2);
  });

  test("is refused where nothing is parked", () => {
    const story = new Story();
    story.comment(7, "/agent retry");
    assert.match(story.text("refusal"), /because no parked work on this issue waits for that/);
    story.label(8);
    story.goOn("working", 8);

    story.comment(8, "/agent retry", mona, 2);

    assert.match(story.text("refusal"), /because this issue is being worked on already/);
  });
});

describe("hold", () => {
  test("keeps queued work from starting until somebody lets it go", () => {
    const story = new Story({ slots: 1 });
    story.label(8);
    story.goOn("working", 8);
    story.label(7);
    settleBut(story, 7);
    story.comment(7, "/agent hold until the *release* is out");
    settle(story);
    story.close(8);
    story.goOn();

    assert.equal(started(story), 1);
    const held = story.publications().filter(({ issueNumber }) => issueNumber === 7);
    assert.match(
      held.at(-1)?.comments.at(-1)?.text ?? "",
      /queued\n\nIt waits to be let go\.\n\nPut on hold by mona \(until the \*release\* is out\): a worker that runs goes on, nothing else starts and nothing is merged until somebody comments `\/agent unhold`\./,
    );
    story.comment(7, "/agent unhold", mona, 2);
    story.goOn("working", 7);
    assert.doesNotMatch(story.text("status"), /Put on hold/);
  });

  test("does not disturb a running worker, and its work is not merged before it is let go", () => {
    const story = new Story();
    story.github(7, { policy: { merge: { isAutomatic: true, method: "squash" } } });
    story.label(7);
    story.goOn("working");
    story.comment(7, "/agent hold");
    settle(story);
    story.answer("worker.exited", { handover: ready });
    story.goOn();

    assert.equal(story.phase()?.name, "reviewing");
    assert.match(story.text("status"), /Pull request #\d+: put on hold by mona\./);
    assert.equal(story.publications().at(-1)?.check?.title, "Put on hold by mona");
    assert.ok(story.effects.every(({ type }) => type !== "pull.merge"));
    story.comment(7, "/agent unhold", mona, 2);
    story.goOn();
    assert.equal(story.phase()?.name, "done");
  });

  test("is for people with write access", () => {
    const story = working();

    story.comment(7, "/agent hold", rita);
    story.answer("actor.inspected", { permission: "read" });

    assert.equal(story.live(7)?.hold, null);
  });

  test("is nothing for parked work, and only what is on hold can be let go", () => {
    const story = parked();
    story.comment(7, "/agent hold", mona, 2);
    story.goOn();
    assert.match(story.text("refusal"), /because the work waits for a person already\.$/);

    story.comment(7, "/agent unhold", mona, 3);
    story.goOn();

    assert.match(story.text("refusal"), /because it is not on hold\.$/);
  });
});

/** Answers everything about an issue but what its Worker would do. */
function settleBut(story: Story, issue: number): void {
  story.answer("issue.inspected", {}, issue);
  settle(story);
}
