/** What people ask for beside the work on an issue: what its Worker printed, and that its worktrees go. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RunLog } from "../../src/core/aside-order.ts";
import type { Phase } from "../../src/core/assignment.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { WorkerId } from "../../src/core/ids.ts";
import { commit, installation, noErrands } from "../support/answers.ts";
import { mona, rita, Story } from "../support/story.ts";

const worker = "worker-1795239000-7" as WorkerId;

/** Asked for on issue 7, and told what the machine says. */
function shown(log: RunLog | null, story = new Story()): Story {
  story.comment(7, "/agent logs");
  story.answer("issue.inspected");
  story.answer("log.fetched", { log });
  story.goOn();
  return story;
}

const under = (name: Phase["name"], text: Partial<{ question: string }> = {}): Story => {
  const story = new Story();
  story.github(7, { permission: "admin", policy: noErrands });
  if (name === "done")
    story.github(7, { policy: { merge: { isAutomatic: true, method: "squash" } } });
  story.label(7);
  if (text.question !== undefined) {
    story.goOn("working");
    const handover = { kind: "blocked", question: text.question } as const;
    story.answer("worker.exited", { handover });
  }
  story.goOn(name === "done" ? undefined : name);
  assert.equal(story.phase(7)?.name, name);
  return story;
};

const types = (effects: readonly Effect[]): readonly Effect["type"][] =>
  effects.map(({ type }) => type);

describe("the log of a worker", () => {
  test("is shown folded, with nothing in it that takes effect", () => {
    const lines = ["[tool] Bash", "@mona fixes #3", "/agent stop", "</details><!-- x -->", "```"];
    const story = shown({ worker, lines });

    assert.equal(
      story.text("reply").replaceAll("\u200b", "·"),
      [
        `<details><summary>The last 5 lines of worker <code>${worker}</code></summary>`,
        "",
        "> \\[tool\\] Bash",
        "> @·mona fixes \\#·3",
        "> ·/agent stop",
        "> &lt;/details>&lt;!-- x -->",
        "> \\`\\`\\`",
        "",
        "</details>",
      ].join("\n"),
    );
    assert.deepEqual(story.publications().at(-1)?.reactions?.add, ["ROCKET"]);
    assert.equal(story.board.size, 0);
  });

  test("is cut at its beginning where it is too long for a comment", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `${index} ${"&".repeat(999)}`);
    const text = shown({ worker, lines }).text("reply");

    assert.match(text, /^<details><summary>The last 24 lines of/);
    assert.match(text, /\n> 76 &amp;[^\n]* …\n/);
    assert.match(text, /\n> 99 &amp;[^\n]* …\n\n<\/details>$/);
    assert.ok(text.length < 65_000);
  });

  test("is told of where there is none", () => {
    assert.equal(
      shown(null).text("reply"),
      "No worker of this issue has printed anything that is still there.",
    );
    assert.equal(
      shown({ worker, lines: [] }).text("reply"),
      `Worker <code>${worker}</code> has printed nothing.`,
    );
  });

  test("is asked for with as many lines as were wanted, and once for one comment", () => {
    const story = new Story();
    story.comment(7, "/agent logs 50");
    story.answer("issue.inspected");
    story.comment(7, "/agent logs 50");
    story.offer({ type: "reconcile.started" });

    const orders = story.effects.filter((effect) => effect.type === "log.fetch");
    assert.deepEqual(
      orders.map(({ issueNumber, lines }) => [issueNumber, lines]),
      [[7, 50]],
    );
  });

  test("is shown again to whoever asks again, in a comment of its own", () => {
    const story = shown({ worker, lines: ["one"] });
    story.comment(7, "/agent logs", mona, 2);
    story.answer("issue.inspected");
    story.answer("log.fetched", { log: { worker, lines: ["two"] } });
    story.goOn();

    const keys = story.publications().flatMap(({ comments }) => comments.map(({ key }) => key));
    assert.equal(new Set(keys).size, 2);
    assert.match(story.text("reply"), /\n> two\n/);
  });

  test("leaves the work alone that is under way meanwhile", () => {
    const story = under("working");
    const before = story.live(7);

    shown({ worker, lines: ["one"] }, story);

    assert.match(story.text("reply"), /\n> one\n/);
    const board = [...story.publications()].flatMap(({ moveTo }) => moveTo ?? []);
    assert.equal(board.at(-1), story.phase(7)?.name === "working" ? "In Progress" : "In Review");
    assert.equal(story.live(7)?.id, before?.id);
  });

  test("keeps no label from being heard", () => {
    const story = new Story();
    story.comment(7, "/agent logs");
    story.label(7);
    story.goOn("working", 7);

    assert.equal(story.live(7)?.request.via, "label");
  });

  test("is not for whoever may only read", () => {
    const story = new Story();
    story.comment(7, "/agent logs", rita);
    story.goOn();

    assert.equal(
      story.text("refusal"),
      "@rita: that was not done, because rita has only read permission here, and that takes write permission.",
    );
    assert.ok(story.effects.every(({ type }) => type !== "log.fetch"));
  });

  test("is not shown for a comment that is edited meanwhile", () => {
    const story = new Story();
    story.github(7, { requestHolds: false });
    story.comment(7, "/agent logs");
    story.goOn();

    assert.deepEqual(
      story.publications().flatMap(({ comments }) => comments),
      [],
    );
  });

  test("is told of when it cannot be read", () => {
    const story = new Story();
    story.comment(7, "/agent logs");
    story.answer("issue.inspected");
    story.fail("log.fetch", { why: "the record of a run is damaged" });
    story.goOn();

    assert.equal(
      story.text("refusal"),
      "@mona: that was not done, because the record of a run is damaged.",
    );
    assert.equal(story.board.size, 0);
  });
});

describe("a clean-up", () => {
  const saved = [{ attempt: 1, ref: "refs/yardmaster/saved/7/1/w", head: commit(5) }];

  test("says which worktrees are gone and where what was in them is", () => {
    const story = under("done");
    story.github(7, { isOpen: false });
    story.comment(7, "/agent cleanup");
    story.answer("issue.inspected");
    story.answer("worktree.cleared", { attempts: [1, 2], saved });
    story.goOn();

    assert.equal(
      story.text("reply"),
      [
        "The worktrees of attempts 1, 2 are removed. What was in them is saved:",
        "",
        "- work of attempt 1 is kept as `refs/yardmaster/saved/7/1/w` (`000000000000`)",
      ].join("\n"),
    );
  });

  const answers: readonly (readonly [readonly number[], string])[] = [
    [[], "No worktree is kept for this issue."],
    [[3], "The worktree of attempt 3 is removed. Nothing was changed in it."],
  ];
  for (const [attempts, text] of answers) {
    test(`that removes ${attempts.length} worktrees says so`, () => {
      const story = new Story();
      story.github(7, { permission: "maintain" });
      story.comment(7, "/agent cleanup");
      story.answer("issue.inspected");
      story.answer("worktree.cleared", { attempts });
      story.goOn();

      assert.equal(story.text("reply"), text);
    });
  }

  test("takes maintain permission", () => {
    const story = new Story();
    story.comment(7, "/agent cleanup");
    story.goOn();

    assert.match(story.text("refusal"), /^@mona: that was not done, because mona has only write/);
    assert.ok(story.effects.every(({ type }) => type !== "worktree.clear"));
  });

  const busy: readonly Phase["name"][] = ["preparing", "working", "publishing", "reviewing"];
  for (const name of busy) {
    test(`is refused while the work is ${name}`, () => {
      const story = under(name);
      story.comment(7, "/agent cleanup");

      assert.match(
        story.text("refusal"),
        /^@mona: that was not done, because work on this issue is under way; `stop` takes it back/,
      );
      assert.ok(story.effects.every(({ type }) => type !== "worktree.clear"));
    });
  }

  test("is refused while finished work waits for an approval", () => {
    const story = new Story();
    story.github(7, { permission: "admin" });
    story.label(7);
    story.goOn("publishing");
    const finding = { kind: "link", where: "a", what: "a link", isFinal: false } as const;
    const work = { kind: "commits", head: commit(5), files: ["a"], commits: 1 } as const;
    story.answer("work.imported", { work: { ...work, findings: [finding] } });

    story.comment(7, "/agent cleanup");

    assert.match(story.text("refusal"), /because finished work of it waits for an approval/);
  });

  test("of parked work lets an answer go to another worker", () => {
    const story = under("parked", { question: "Which colour?" });
    story.comment(7, "/agent cleanup");
    story.answer("issue.inspected");
    story.answer("worktree.cleared", { attempts: [1] });
    story.goOn();
    assert.equal(story.phase(7)?.name, "parked");

    story.comment(7, "Blue.", mona, 2);
    story.goOn("working");

    const phase = story.phase(7);
    assert.ok(phase?.name === "working");
    assert.equal(phase.attempt.number, 2);
    assert.match(JSON.stringify(story.effects.at(-1)), /Blue\./);
  });

  test("keeps everything from beginning on its issue until the worktrees are gone", () => {
    const story = under("parked", { question: "Which colour?" });
    story.comment(7, "/agent cleanup");
    story.comment(7, "Blue.", mona, 2);
    story.answer("actor.inspected");
    assert.deepEqual(types(story.answer("issue.inspected")), ["worktree.clear"]);
    assert.equal(story.phase(7)?.name, "parked");

    story.answer("worktree.cleared", { attempts: [1] });

    assert.ok(story.owes().includes("issue.inspect"));
    story.goOn("working");
    assert.match(JSON.stringify(story.effects.at(-1)), /Blue\./);
  });

  test("is waited for also where the App is uninstalled meanwhile", () => {
    const story = new Story();
    story.github(7, { permission: "admin" });
    story.comment(7, "/agent cleanup");
    story.answer("issue.inspected");
    story.offer({ type: "installation.removed", installation });

    story.label(7);
    story.answer("issue.inspected");
    assert.equal(story.live(7)?.phase.name, "queued");
    story.answer("worktree.cleared");

    assert.equal(story.live(7)?.phase.name, "preparing");
  });

  test("that fails leaves the worker where it can be called back", () => {
    const story = under("parked", { question: "Which colour?" });
    story.comment(7, "/agent cleanup");
    story.answer("issue.inspected");
    story.fail("worktree.clear", { why: "the worktree of attempt 1 is kept" });
    story.goOn();
    assert.match(story.text("refusal"), /because the worktree of attempt 1 is kept\.$/);

    story.comment(7, "Blue.", mona, 2);
    story.goOn("working");

    const phase = story.phase(7);
    assert.ok(phase?.name === "working");
    assert.deepEqual([phase.attempt.number, phase.run.number], [1, 2]);
  });
});

test("what is asked for beside the work belongs on the issue", () => {
  for (const verb of ["logs", "cleanup"]) {
    const story = under("reviewing");
    story.commentOnPull(7, `/agent ${verb}`);

    assert.match(
      story.text("refusal"),
      new RegExp(`because \`${verb}\` belongs on the issue, not on its pull request`),
    );
  }
});
