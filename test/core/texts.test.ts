/** What people read, as whole texts, and what others wrote made harmless in it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { headOf, pullFor, someIssue, briefText } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

const zero = "\u200b";

test("the record of a Worker, while it works and afterwards", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  const [assigned] = story.publications()[0]!.comments;
  assert.deepEqual(assigned, {
    key: "worker-1795239000-7",
    id: null,
    records: [
      {
        name: "WORKER:ASSIGNED",
        payload: {
          assigned: true,
          worker_id: "worker-1795239000-7",
          assigned_at: "2026-11-21T05:30:00Z",
          worktree: "repositories/9/issues/7/1",
          attempt: 1,
          branch: "feature/7-add-a-page",
        },
      },
    ],
    frame: null,
    text: [
      "**Worker Assigned**",
      "",
      "- **Worker ID:** `worker-1795239000-7`",
      "- **Started:** 2026-11-21T05:30:00Z",
      "- **Worktree:** `repositories/9/issues/7/1`",
      "- **Attempt:** 1",
      "- **Agent:** claude",
      "",
      "---",
      "*Orchestrator: Yardmaster*",
    ].join("\n"),
  });

  story.wait(90_000);
  story.answer("worker.exited", {
    handover: { kind: "unfinished", notes: "Done: @a\nTo do: #2", report: null },
  });
  story.answer("work.imported");
  story.answer("issue.inspected");
  const [cleared] = story.publications().at(-1)!.comments;
  assert.deepEqual(cleared, {
    key: "worker-1795239000-7",
    id: "IC_worker-1795239000-7",
    records: [
      {
        name: "WORKER:ASSIGNED",
        payload: {
          assigned: false,
          cleared_at: "2026-11-21T05:31:30Z",
          worker_id: "worker-1795239000-7",
        },
      },
      {
        name: "WORKER:RESULT",
        payload: {
          worker_id: "worker-1795239000-7",
          status: "HANDOVER",
          pr: null,
          summary: `Done: @${zero}a`,
          attempt: 1,
        },
      },
    ],
    frame: null,
    text: [
      "**Worker Completed**",
      "",
      "- **Task ID:** `worker-1795239000-7`",
      "- **Cleared:** 2026-11-21T05:31:30Z",
      "- **Result:** [HANDOVER]",
      "- **Attempt:** 1",
      "",
      "---",
      "*Orchestrator: Yardmaster*",
    ].join("\n"),
  });
});

test("the status comment from work to merge", () => {
  const story = new Story();
  const facts = "Branch `feature/7-add-a-page` · requested by mona";
  const says = (headline: string, line: string, spent = ""): void =>
    assert.equal(
      story.text("status"),
      [`### Yardmaster: ${headline}`, "", line, "", `<sub>${facts}${spent}</sub>`].join("\n"),
    );
  const spent = " · 0.05 USD for 1200 tokens";

  story.label(7);
  story.goOn("working");
  says("working", "Worker `worker-1795239000-7` (claude) is at work: attempt 1 of 4.");
  story.goOn();
  says("in review", "Pull request #107: waits for a person to review and merge it.", spent);
  const { repository } = someIssue(7);
  const pull = { repository: repository.id, pull: pullFor(7), by: mona, head: headOf(7, 1) };
  story.offer({ type: "pull.merged", ...pull });
  story.goOn();
  says("done", "Merged as #107.", spent);
});

test("a column that the board lacks is named", () => {
  const story = new Story();
  story.github(7, { columns: ["Ready", "Done"] });

  story.label(7);
  story.goOn("working");

  assert.match(
    story.text("status"),
    /\nThe board has no column “In Progress”, so the card was not moved; add it to have it moved\.\n/,
  );
});

test("the pull request, its title and the message of what was left uncommitted", () => {
  const story = new Story();
  story.github(7, { title: "Say hello\nto all", labels: ["Bug"] });
  story.label(7);
  story.goOn("working");
  const files = [...Array(52).keys()].map((file) => `src/${file}.ts`);
  story.answer("worker.exited", {
    handover: {
      kind: "ready",
      summary: "It says hello. Fixes #3.\n\n```",
      testing: "",
      replies: [],
    },
  });
  const [imported] = [...story.owed.values()];
  story.answer("work.imported", {
    work: { kind: "commits", head: headOf(7, 1), files, commits: 2, findings: [] },
  });
  const [open] = story.answer("branch.pushed");

  assert.ok(imported?.type === "work.import" && open?.type === "pull.open");
  assert.equal(imported.message, "fix: Say hello (#7)\n\nWorker: worker-1795239000-7\n");
  assert.equal(open.title, "fix: Say hello (#7)");
  assert.equal(
    open.body,
    [
      "## Summary",
      "",
      "Closes #7",
      "",
      `It says hello. Fixes \\#${zero}3.`,
      "",
      "\\`\\`\\`",
      "",
      "## Changes",
      "",
      ...files.slice(0, 50).map((file) => `- \`${file}\``),
      "- and 2 more",
      "",
      "## Testing",
      "",
      "The worker reported none.",
      "",
      "## Review",
      "",
      "Written by a coding agent; nobody has reviewed it yet.",
      "",
      "---",
      "*Worker: `worker-1795239000-7` · Agent: claude · Orchestration: Yardmaster · Attempt: 1 · Requested by: mona*",
    ].join("\n"),
  );
});

const titles: readonly (readonly [string, readonly string[], string])[] = [
  ["Add a page", [], "feat: Add a page (#7)"],
  ["Add a page", ["bug"], "fix: Add a page (#7)"],
  ["Add a page", ["Documentation"], "docs: Add a page (#7)"],
  ["fix: the page", [], "fix: the page (#7)"],
  ["Refactor: the page", ["bug"], "Refactor: the page (#7)"],
  ["Page: add it", [], "feat: Page: add it (#7)"],
  ["closes #3", [], `feat: closes #${zero}3 (#7)`],
  ["", [], "feat: Resolve the issue (#7)"],
  ["x".repeat(300), [], `feat: ${"x".repeat(200)} (#7)`],
];

describe("a pull request's title", () => {
  for (const [title, labels, expected] of titles) {
    test(JSON.stringify(title.slice(0, 40)), () => {
      const story = new Story();
      story.github(7, { title, labels });

      story.label(7);
      story.goOn();

      const open = story.effects.find(({ type }) => type === "pull.open");
      assert.equal(open?.type === "pull.open" && open.title, expected);
    });
  }
});

test("the brief has its sections in order, with the issue as material", () => {
  const story = new Story();
  story.github(7, { body: "It should say **hello**." });

  story.label(7);
  story.goOn("working");

  const [start] = [...story.owed.values()];
  assert.ok(start?.type === "worker.start");
  assert.deepEqual(
    briefText(start.brief)
      .split("\n")
      .filter((line) => line.startsWith("#")),
    [
      "# Work on issue #7",
      "## Worker Identity",
      "## Your Mission",
      "## Constraints",
      "## Exit Conditions",
      "## On Completion",
      "## On Handover Needed",
      "## Issue",
      "## Begin",
    ],
  );
  assert.match(briefText(start.brief), /^Branch: feature\/7-add-a-page$/m);
  assert.match(briefText(start.brief), /^\[issue\] It should say \*\*hello\*\*\.$/m);
});
