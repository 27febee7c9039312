/** Work that nobody wants any more: stopped from every phase, the Worker first, and nothing is lost. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Phase } from "../../src/core/assignment.ts";
import type { Effect } from "../../src/core/effect.ts";
import { installation, issueOf } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

const types = (effects: readonly Effect[]): readonly Effect["type"][] =>
  effects.map(({ type }) => type).filter((type) => type !== "status.publish");

/** How a story gets to a phase, and what is done there when it has to stop. */
const phases: readonly {
  readonly name: string;
  readonly reach: (story: Story) => void;
  readonly stops: readonly Effect["type"][];
  /** The answer that whatever is under way gives in the end. */
  readonly rest: (story: Story) => readonly Effect[];
}[] = [
  { name: "waiting for GitHub", reach: () => {}, stops: [], rest: () => [] },
  {
    name: "waiting for a blocker",
    reach: (story) => {
      story.github(7, { blockers: [3] });
      story.goOn();
    },
    stops: [],
    rest: () => [],
  },
  {
    name: "registering",
    reach: (story) => void story.answer("issue.inspected"),
    stops: ["worktree.remove"],
    rest: () => [],
  },
  {
    name: "making the worktree",
    reach: (story) => {
      story.goOn("preparing");
      story.answer("status.published");
    },
    stops: [],
    rest: (story) => story.answer("worktree.ready"),
  },
  {
    name: "working",
    reach: (story) => story.goOn("working"),
    stops: ["worker.stop"],
    rest: (story) => story.answer("worker.exited", { outcome: "stopped" }),
  },
  {
    name: "importing",
    reach: (story) => story.goOn("publishing"),
    stops: [],
    rest: (story) => story.answer("work.imported"),
  },
  {
    name: "pushing",
    reach: (story) => {
      story.goOn("publishing");
      story.answer("work.imported");
    },
    stops: [],
    rest: (story) => story.answer("branch.pushed"),
  },
  {
    name: "parked",
    reach: (story) => {
      story.goOn("working");
      story.answer("worker.exited", { handover: { kind: "blocked", question: "Which?" } });
      story.goOn();
    },
    stops: ["worktree.remove"],
    rest: () => [],
  },
];

const reasons: readonly {
  readonly name: string;
  readonly act: (story: Story) => readonly Effect[];
  readonly ending: object;
  readonly says: RegExp | null;
}[] = [
  {
    name: "the card is moved to Backlog",
    act: (story) => story.move(7, "Backlog"),
    ending: { kind: "stopped", by: "mona", pull: null },
    says: /Taken back by mona\./,
  },
  {
    name: "the card leaves the board",
    act: (story) => story.move(7, null),
    ending: { kind: "stopped", by: "mona", pull: null },
    says: /Taken back by mona\./,
  },
  {
    name: "the issue is closed",
    act: (story) => story.close(7),
    ending: { kind: "issue-closed", by: "mona", pull: null },
    says: /The issue was closed by mona\./,
  },
  {
    name: "the issue is deleted",
    act: (story) => story.offer({ type: "issue.gone", issue: issueOf(7).issueId, why: "deleted" }),
    ending: { kind: "gone", why: "deleted" },
    says: null,
  },
  {
    name: "the App is uninstalled",
    act: (story) => story.offer({ type: "installation.removed", installation }),
    ending: { kind: "gone", why: "the App was uninstalled" },
    says: null,
  },
];

for (const reason of reasons) {
  describe(`when ${reason.name}`, () => {
    for (const phase of phases) {
      test(`an assignment that is ${phase.name} is stopped and cleaned up`, () => {
        const story = new Story();
        story.label(7);
        phase.reach(story);
        const isOnDisk = (story.live()?.attempts.length ?? 0) > 0 || !isWaiting(story.phase());

        const stops = reason.act(story);
        const rests = phase.rest(story);

        assert.deepEqual(types(stops), phase.stops);
        const removal = [...stops, ...rests].filter(({ type }) => type === "worktree.remove");
        assert.equal(removal.length, isOnDisk ? 1 : 0);
        story.goOn();
        assert.equal(story.board.size, 0);
        const end = story.phase();
        assert.deepEqual(end?.name === "withdrawn" && end.ending, reason.ending);
        if (reason.says !== null && phase.name !== "waiting for GitHub") {
          assert.match(story.text("status"), reason.says);
        }
      });
    }
  });
}

test("the label taken off before GitHub was asked takes the request back", () => {
  const story = new Story();
  story.label(7);

  story.unlabel(7);
  story.answer("issue.inspected");

  assert.equal(story.board.size, 0);
  assert.deepEqual(story.publications(), []);
});

test("the label put on and off again while a Worker is busy stops it", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.label(7);

  assert.deepEqual(types(story.unlabel(7)), ["worker.stop"]);
});

test("another label, and the label of what was asked for otherwise, stop nothing", () => {
  const story = new Story();
  story.ready(7);
  story.goOn("working");

  const { issueId } = issueOf(7);
  assert.deepEqual(story.unlabel(7), []);
  assert.deepEqual(
    story.offer({ type: "label.removed", issue: issueId, label: "bug", by: mona }),
    [],
  );
});

test("a card that people move along the board stops nothing", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  for (const column of ["Ready", "In Progress", "In Review", "Blocked", "Done"] as const) {
    assert.deepEqual(story.move(7, column), []);
  }
});

test("what was saved is told with where it is", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.close(7);
  story.answer("worker.exited", { outcome: "stopped" });

  const [remove] = [...story.owed.values()].filter(({ type }) => type === "worktree.remove");
  const head = "ab".repeat(20) as never;
  story.answer("worktree.removed", {
    saved: [{ attempt: 1, ref: "refs/yardmaster/saved/7/1", head }],
  });
  story.goOn();

  assert.deepEqual(remove?.type === "worktree.remove" && remove.attempts, [
    { attempt: 1, worker: "worker-1795239000-7" },
  ]);
  assert.equal(
    story.text("status"),
    [
      "### Yardmaster: stopped",
      "",
      "The issue was closed by mona.",
      "",
      "- work of attempt 1 is kept as `refs/yardmaster/saved/7/1` (`abababababab`)",
      "",
      "<sub>Branch `feature/7-add-a-page` · requested by mona</sub>",
    ].join("\n"),
  );
});

test("a pull request that opened while the work was being stopped is pointed out", () => {
  const story = new Story();
  story.label(7);
  story.goOn("publishing");
  story.answer("work.imported");
  story.answer("branch.pushed");

  story.close(7);
  story.answer("pull.opened");
  story.goOn();

  assert.match(
    story.text("status"),
    /The issue was closed by mona\. Pull request #107 is left open; close it if nobody wants it\./,
  );
});

test("a stop that fails still waits for the Worker's exit", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.close(7);

  assert.deepEqual(story.fail("worker.stop"), []);
  assert.deepEqual(types(story.answer("worker.exited")), ["worktree.remove"]);
});

test("a start that fails while it is being stopped is as good as an exit", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.close(7);

  assert.deepEqual(types(story.fail("worker.start")), ["worktree.remove"]);
});

test("a lost webhook does not keep a Worker busy with a closed issue", () => {
  for (const facts of [{ isOpen: false }, { isMissing: true }, { status: "Backlog" }] as const) {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    story.github(7, facts);

    story.offer({ type: "reconcile.started" });

    assert.deepEqual(types(story.answer("issue.inspected")), ["worker.stop"]);
  }
});

test("what happens to the issue's card on another board is nobody's business", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  const begun = story.move(7, null, undefined, "PVT_2");

  assert.deepEqual(begun, []);
  assert.equal(story.phase()?.name, "working");
});

test("a healthy Worker is left alone by a pass over everything", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.github(7, { status: "In Progress", requestHolds: false, permission: "read" });

  story.offer({ type: "reconcile.started" });

  assert.deepEqual(story.answer("issue.inspected"), []);
  assert.equal(story.phase()?.name, "working");
});

const isWaiting = (phase: Phase | undefined): boolean => phase?.name === "queued";
