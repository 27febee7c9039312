/** After a crash at any moment the board alone says what is unfinished. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decide } from "../../src/core/decide.ts";
import type { Event } from "../../src/core/event.ts";
import type { Millis } from "../../src/core/ids.ts";
import { resume } from "../../src/core/owed.ts";
import { headOf, pullFor, someIssue } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";
import { roundTrip } from "./invariants.ts";

/** Stories that have all in common: nobody interferes, so every effect is waited for until its answer. */
const stories: Readonly<Record<string, (story: Story) => void>> = {
  "from label to merge": (story) => {
    story.label(7);
    story.goOn();
    story.offer({
      type: "pull.merged",
      repository: someIssue(7).repository.id,
      pull: pullFor(7),
      by: mona,
      head: headOf(7, 1),
    });
    story.goOn();
  },
  "merged by us": (story) => {
    story.github(7, { policy: { merge: { isAutomatic: true, method: "merge" } } });
    story.comment(7, "/agent dispatch");
    story.goOn();
  },
  "a failure, a handover and a question": (story) => {
    story.ready(7);
    for (const handover of [
      { kind: "failed", why: "red" },
      { kind: "unfinished", notes: "half", report: null },
      { kind: "blocked", question: "which?" },
    ] as const) {
      story.goOn("working");
      story.answer("worker.exited", { handover });
      story.answer("work.imported");
      if (handover.kind === "failed") story.wait(60_000);
    }
    story.goOn();
    story.comment(7, "/agent dispatch");
    story.goOn();
  },
  "a taken branch": (story) => {
    story.label(7);
    story.goOn("publishing");
    story.answer("work.imported");
    story.answer("branch.refused");
    story.goOn();
  },
  "three at once with one slot": (story) => {
    for (const issue of [1, 2, 3]) story.label(issue);
    story.goOn();
  },
};

/** A story that looks, after every event, at what a restart would do. */
class RestartedStory extends Story {
  override take(event: Event): ReturnType<Story["take"]> {
    const effects = super.take(event);
    const resumed = resume(roundTrip(this.board), this.policy);
    assert.deepEqual(
      resumed.map(({ key }) => key).toSorted(),
      [...this.owed.keys()].toSorted(),
      `after ${event.type}`,
    );
    return effects;
  }
}

describe("a restart after any event hands out what is unanswered, under the same keys", () => {
  for (const [name, tell] of Object.entries(stories)) {
    test(name, () => {
      tell(new RestartedStory({ slots: name.includes("one slot") ? 1 : 3 }));
    });
  }

  test("while a Worker is being stopped, its start is still unanswered", () => {
    const story = new RestartedStory();
    story.label(7);
    story.goOn("working");
    story.close(7);

    assert.deepEqual(story.owes(), ["worker.start", "worker.stop"]);
    story.answer("worker.exited");
    story.goOn();
  });

  test("while publishing is being stopped, the step under way is still unanswered", () => {
    const story = new RestartedStory();
    story.label(7);
    story.goOn("publishing");
    story.close(7);

    assert.deepEqual(story.owes(), ["work.import"]);
    story.goOn();
  });
});

test("what is handed out again is what was handed out before", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  assert.deepEqual(resume(roundTrip(story.board), story.policy), [...story.owed.values()]);
});

test("every event that comes a second time begins nothing", () => {
  for (const [name, tell] of Object.entries(stories)) {
    const story = new Story({ slots: name.includes("one slot") ? 1 : 3 });
    const take = story.take.bind(story);
    story.take = (event) => {
      const effects = take(event);
      const again = decide(story.board, event, story.policy);
      assert.deepEqual(again.effects, [], `${event.type} again, ${name}`);
      return effects;
    };
    tell(story);
  }
});

test("answers about an earlier attempt change nothing", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.answer("worker.exited", { handover: { kind: "unfinished", notes: "half", report: null } });
  story.answer("work.imported");
  const late = story.events.filter((event) => "attempt" in event && event.attempt === 1);
  assert.equal(late.length, 3);

  for (const until of ["preparing", "working", "publishing"] as const) {
    story.goOn(until);
    for (const event of late) {
      const decision = decide(story.board, { ...event, at: story.at as Millis }, story.policy);
      assert.deepEqual(decision.changed, [], `${event.type} while ${until}`);
    }
  }
});

test("an answer to an earlier question changes nothing", () => {
  const story = new Story({ slots: 1 });
  story.label(1);
  story.goOn("working", 1);
  story.label(7);
  story.answer("issue.inspected", {}, 7);
  const first = story.events.at(-1)!;
  story.offer({ type: "reconcile.started" });

  const { changed } = decide(story.board, first, story.policy);

  assert.deepEqual(changed, []);
});

test("a confirmation of an earlier publication changes nothing", () => {
  const story = new Story();
  story.comment(7, "/agent dispatch");
  story.answer("status.published");
  const first = story.events.at(-1)!;
  story.answer("issue.inspected");

  assert.deepEqual(decide(story.board, first, story.policy).changed, []);
});

test("an answer for an assignment that is over is nothing to anybody", () => {
  const story = new Story();
  stories["merged by us"]!(story);
  assert.equal(story.board.size, 0);

  for (const event of story.events.filter((one) => "assignment" in one)) {
    assert.deepEqual(story.take(event), []);
  }
});
