/** The ladder of attempts, where it parks, and who may make it go on. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Handover } from "../../src/core/handover.ts";
import { headOf, briefText } from "../support/answers.ts";
import { Story, mona, rita } from "../support/story.ts";

const failure: Handover = { kind: "failed", why: "The tests are red." };
/** Without Workers that find out why, and each time for another cause. */
const plainLadder = { researchCycles: 0 };
const otherFailure = (cause: string): Handover => ({ kind: "failed", why: `No ${cause}.` });
const handover: Handover = { kind: "unfinished", notes: "Half of it is done.", report: null };
const question: Handover = { kind: "blocked", question: "Which colour?" };

test("a handover goes on at once, from the commits and with the notes of the one before", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  exit(story, handover);

  assert.equal(story.phase()?.name, "preparing");
  story.answer("status.published");
  const worktree = [...story.owed.values()].find(({ type }) => type === "worktree.create");
  assert.equal(worktree?.type === "worktree.create" && worktree.from, headOf(7, 1));
  story.goOn("working");
  assert.match(briefOf(story), /Attempt 1 ended as finished\.[^]*Half of it is done\./);
});

test("a handover closes one record and opens the next in a single publication", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  exit(story, handover);

  const { comments } = story.publications().at(-1)!;
  assert.deepEqual(
    comments.map(({ key, id, records }) => [
      key.split("-")[0],
      id !== null,
      records.map(({ name }) => name),
    ]),
    [
      ["worker", true, ["WORKER:ASSIGNED", "WORKER:RESULT"]],
      ["handover", false, []],
      ["worker", false, ["WORKER:ASSIGNED"]],
      ["status", true, []],
    ],
  );
});

test("each failure doubles the pause before the next attempt, until a person is needed", () => {
  const story = new Story();
  story.github(7, { policy: plainLadder });
  story.label(7);

  const pauses: number[] = [];
  for (const cause of ["light", "air", "water", "end"]) {
    story.goOn("working");
    exit(story, otherFailure(cause));
    const { phase } = story.live()!;
    if (phase.name !== "queued" || phase.waiting.for !== "time") break;
    const pause = phase.waiting.until - story.at + 1;
    pauses.push(pause);
    story.wait(pause - 2);
    assert.equal(story.live()?.phase.name, "queued");
    story.wait(1);
  }

  assert.deepEqual(pauses, [60_000, 120_000, 240_000]);
  assert.deepEqual(story.phase(), {
    name: "parked",
    reason: { kind: "attempts-used", last: "No end." },
    asking: null,
    refusal: null,
  });
});

test("the number of attempts is the repository's", () => {
  const story = new Story();
  story.github(7, { policy: { maxAttempts: 1 } });
  story.label(7);
  story.goOn("working");

  exit(story, failure);

  assert.equal(story.phase()?.name, "parked");
});

test("after a pause GitHub is asked again before a Worker starts", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  exit(story, failure);
  story.goOn();

  const effects = story.wait(60_000);

  assert.deepEqual(
    effects.map(({ type }) => type),
    ["issue.inspect"],
  );
});

test("a Worker that says it is ready but changed nothing has failed", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  story.answer("worker.exited");
  story.answer("work.imported", { work: { kind: "empty" } });

  const { attempts } = story.live()!;
  assert.deepEqual(attempts.at(-1)?.handover, {
    kind: "failed",
    why: "the worker said that it was done, but changed nothing",
  });
});

test("a Worker that finds everything done by an earlier one publishes that", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  exit(story, handover);
  story.goOn("working");

  story.answer("worker.exited");
  const effects = story.answer("work.imported", { work: { kind: "empty" } });

  const [push] = effects;
  assert.equal(push?.type === "branch.push" && push.head, headOf(7, 1));
});

test("work that may not be published parks at once", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  story.answer("worker.exited");
  story.answer("work.imported", { work: { kind: "refused", why: "a path outside" } });
  story.goOn();

  assert.match(story.text("status"), /The work was not published:\n\n> a path outside/);
});

describe("parked with a question", () => {
  test("people read what is asked and how to go on", () => {
    const story = parked();

    assert.equal(
      story.text("status"),
      [
        "### Yardmaster: needs a person",
        "",
        "The worker asks:",
        "",
        "> Which colour?",
        "",
        "To answer the same worker, write a comment. For a new attempt, edit the text of the issue and move the card to Ready, add the label `agent:go` or comment `/agent dispatch`.",
        "",
        "<sub>Branch `feature/7-add-a-page` · requested by mona · 0.05 USD for 1200 tokens</sub>",
      ].join("\n"),
    );
    assert.equal(story.publications().at(-1)?.moveTo, "Blocked");
  });

  for (const via of ["label", "card", "command"] as const) {
    test(`somebody with write permission makes it go on by ${via}`, () => {
      const story = parked();
      story.github(7, { body: "It should be blue." });

      ask(story, via);
      story.goOn("working");

      assert.equal(story.live()?.attempts.length, 1);
      assert.match(briefOf(story), /It should be blue\.[^]*\[its question\] Which colour\?/);
      story.goOn();
      assert.equal(story.phase()?.name, "reviewing");
    });

    test(`a reader does not disturb it by ${via}`, () => {
      const story = parked();

      ask(story, via, "rita");
      story.goOn();

      assert.equal(story.phase()?.name, "parked");
      assert.match(
        story.text("status"),
        /> Which colour\?[^]*rita asked for that and was turned down: rita has only read permission/,
      );
      const last = story.publications().at(-1)!;
      assert.equal(last.moveTo, via === "card" ? "Blocked" : null);
      assert.equal(last.removeLabel?.name, via === "label" ? "agent:go" : undefined);
      const faces = via === "command" ? ["CONFUSED"] : undefined;
      assert.deepEqual(last.reactions?.add, faces);
    });
  }

  test("a reader who asks again by a label that was not taken off changes nothing to see", () => {
    const story = parked();
    ask(story, "label", "rita");
    story.goOn();
    const before = story.publications().length;

    ask(story, "label", "rita");
    story.goOn();

    assert.equal(story.publications().length - before, 1);
    assert.deepEqual(story.publications().at(-1)?.comments, []);
  });

  test("while GitHub is asked about one person, another one is told to wait", () => {
    const story = parked();
    story.comment(7, "/agent dispatch", rita, 5);
    story.comment(7, "/agent dispatch", mona, 6);
    story.answer("issue.inspected");
    story.goOn();

    assert.equal(story.phase()?.name, "parked");
    assert.match(story.text("refusal"), /^@mona: .*ask again when it is answered\.$/);
    story.comment(7, "/agent dispatch", mona, 7);
    story.goOn("reviewing");
  });

  test("a label that could not be taken off is not a request to go on", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    exit(story, question);
    story.fail("status.publish");

    assert.deepEqual(story.label(7), []);
    story.offer({ type: "reconcile.started" });
    assert.deepEqual(story.label(7), []);
    story.answer("status.published");
    assert.equal(story.label(7).length, 1);
  });

  test("taking the label off takes the wish back, and nothing more", () => {
    const story = parked();
    story.label(7);

    story.unlabel(7);
    story.answer("issue.inspected");
    story.goOn();

    assert.equal(story.phase()?.name, "parked");
  });

  test("a new request gets a full ladder, and numbers go on", () => {
    const story = parked();
    story.github(7, { policy: { maxAttempts: 2 } });
    story.label(7);
    story.goOn("working");

    exit(story, failure);
    story.goOn();

    assert.match(story.text("status"), /The last attempt failed/);
    assert.deepEqual(
      story.live()?.attempts.map(({ number }) => number),
      [1, 2],
    );
  });
});

test("two attempts in one second have different Workers", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  exit(story, handover);
  story.goOn("working");

  const workers = story.effects.flatMap((effect) =>
    effect.type === "worker.start" ? [effect.worker] : [],
  );
  assert.deepEqual(workers, ["worker-1795239000-7", "worker-1795239001-7"]);
});

function parked(): Story {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  exit(story, question);
  story.goOn();
  return story;
}

function exit(story: Story, said: Handover): void {
  story.answer("worker.exited", { handover: said });
  story.answer("work.imported");
}

function ask(story: Story, via: "label" | "card" | "command", who: "mona" | "rita" = "mona"): void {
  const by = who === "mona" ? mona : rita;
  if (via === "label") story.label(7, by);
  else if (via === "card") story.ready(7, by);
  else story.comment(7, "/agent dispatch", by, 2);
}

function briefOf(story: Story): string {
  const start = story.effects.findLast(({ type }) => type === "worker.start");
  return start?.type === "worker.start" ? briefText(start.brief) : "";
}
