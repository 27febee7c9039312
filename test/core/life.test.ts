/** The life of an assignment from each way of asking to done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effect, Publication } from "../../src/core/effect.ts";
import { commit, headOf, issueOf, noErrands, pullFor, someIssue } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

const types = (effects: readonly Effect[]): readonly Effect["type"][] =>
  effects.map(({ type }) => type);

/** What a publication does, in short. */
const writes = (publication: Publication): readonly string[] => [
  ...(publication.moveTo === null ? [] : [`card ${publication.moveTo}`]),
  ...publication.comments.map(
    ({ key, id }) => `${id === null ? "new" : "edit"} ${key.split("-")[0]}`,
  ),
  ...(publication.removeLabel === null ? [] : [`unlabel ${publication.removeLabel.id}`]),
  ...(publication.reactions?.add ?? []),
  ...(publication.check === null ? [] : [`check ${publication.check.title}`]),
];

const mergedByMona = {
  type: "pull.merged",
  repository: someIssue(7).repository.id,
  pull: pullFor(7),
  by: mona,
  head: headOf(7, 1),
} as const;

test("a labelled issue goes step by step to done", () => {
  const story = new Story();
  story.github(7, { policy: noErrands });

  const steps = [
    story.label(7),
    story.answer("issue.inspected"),
    story.answer("status.published"),
    story.answer("worktree.ready"),
    story.answer("worker.started"),
    story.answer("worker.exited"),
    story.answer("work.imported"),
    story.answer("branch.pushed"),
    story.answer("pull.opened"),
    story.answer("status.published"),
    story.offer(mergedByMona),
    story.answer("worktree.removed"),
    story.answer("status.published"),
  ];

  assert.deepEqual(steps.map(types), [
    ["issue.inspect"],
    ["status.publish"],
    ["worktree.create"],
    ["worker.start"],
    [],
    ["work.import"],
    ["branch.push"],
    ["pull.open"],
    ["status.publish"],
    [],
    ["worktree.remove"],
    ["status.publish"],
    [],
  ]);
  assert.equal(story.board.size, 0);
  assert.equal(story.phase()?.name, "done");
});

test("a merged issue costs three publications when asked for by label", () => {
  const story = new Story();

  story.label(7);
  story.goOn();
  story.offer(mergedByMona);
  story.goOn();

  assert.deepEqual(story.publications().map(writes), [
    ["card In Progress", "new worker", "new status", "unlabel LA_1"],
    [
      "card In Review",
      "edit worker",
      "edit status",
      "check Waits for a person to review and merge it",
    ],
    ["card Done", "edit worker", "edit status"],
  ]);
});

test("a merged issue costs three publications when asked for by card", () => {
  const story = new Story();

  story.ready(7);
  story.goOn();
  story.offer(mergedByMona);
  story.goOn();

  assert.deepEqual(story.publications().map(writes), [
    ["card In Progress", "new worker", "new status"],
    [
      "card In Review",
      "edit worker",
      "edit status",
      "check Waits for a person to review and merge it",
    ],
    ["card Done", "edit worker", "edit status"],
  ]);
});

test("a command gets its eyes at once and its rocket with the registration", () => {
  const story = new Story();

  story.comment(7, "/agent dispatch");
  story.goOn();
  story.offer(mergedByMona);
  story.goOn();

  assert.deepEqual(story.publications().map(writes), [
    ["EYES"],
    ["card In Progress", "new worker", "new status", "ROCKET"],
    [
      "card In Review",
      "edit worker",
      "edit status",
      "check Waits for a person to review and merge it",
    ],
    ["card Done", "edit worker", "edit status"],
  ]);
});

test("no worktree begins before GitHub shows the record, also when something else is shown first", () => {
  const story = new Story();

  const steps = [
    story.comment(7, "/agent dispatch"),
    story.answer("issue.inspected"),
    // The eyes of the beginning are shown only now: without the record.
    story.answer("status.published"),
    story.answer("status.published"),
  ];

  assert.deepEqual(steps.map(types), [
    ["status.publish", "issue.inspect"],
    [],
    ["status.publish"],
    ["worktree.create"],
  ]);
});

test("where the repository wants it, green checks lead to a merge without another word", () => {
  const story = new Story();
  story.github(7, { policy: { merge: { isAutomatic: true, method: "squash" } } });
  story.github(7, { pull: { checks: "pending" } });

  story.label(7);
  story.goOn("reviewing");
  story.goOn();
  const { repository } = someIssue(7);
  story.offer({ type: "checks.settled", repository: repository.id, head: headOf(7, 1) });
  story.github(7, { pull: { checks: "passing" } });
  const merge = story.answer("pull.inspected");
  story.goOn();

  assert.deepEqual(merge, [
    {
      key: `${merge[0]?.assignment}/merge/4`,
      assignment: merge[0]?.assignment,
      type: "pull.merge",
      question: 4,
      repository,
      pull: pullFor(7),
      head: headOf(7, 1),
      method: "squash",
      title: "feat: Add a page (#7)",
    },
  ]);
  assert.deepEqual(story.publications().map(writes), [
    ["card In Progress", "new worker", "new status", "unlabel LA_1"],
    ["card In Review", "edit worker", "edit status", "check Waits for checks"],
    ["card Done", "edit worker", "edit status"],
  ]);
});

test("an issue on no board gets as far", () => {
  const story = new Story();
  story.github(7, { columns: null });

  story.label(7);
  story.goOn();
  story.offer(mergedByMona);
  story.goOn();

  assert.equal(story.phase()?.name, "done");
});

test("the card's place on the board is learnt when it is first put there, and kept", () => {
  const story = new Story();
  story.label(7);
  story.answer("issue.inspected");
  story.answer("status.published", { item: "PVTI_9" });
  story.goOn("reviewing");
  story.answer("status.published", { item: null });

  assert.equal(story.live()?.issue?.card?.item, "PVTI_9");
});

test("a merge deletes the branch as it was merged, and nothing else does", () => {
  const merged = new Story();
  merged.label(7);
  merged.goOn();
  merged.offer({ ...mergedByMona, head: commit(99) });
  const closed = new Story();
  closed.label(7);
  closed.goOn();
  closed.github(7, { pull: { state: "closed" } });
  const { type: _, head: __, ...pull } = mergedByMona;
  closed.offer({ type: "pull.closed", ...pull });
  closed.answer("pull.inspected");

  assert.deepEqual(removal(merged), { name: "feature/7-add-a-page", expected: commit(99) });
  assert.equal(removal(closed), null);
});

test("asking again for what is under way begins nothing", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  assert.deepEqual(story.label(7), []);
  assert.deepEqual(story.ready(7), []);
  assert.equal(story.board.size, 1);
});

test("two comments in the same millisecond are two requests", () => {
  const story = new Story();
  const { at } = story;
  story.comment(7, "/agent dispatch", mona, 1);
  story.at = at;
  story.comment(7, "/agent sing", mona, 2);

  assert.deepEqual(
    [...story.board.values()].map(({ phase }) => phase.name),
    ["queued", "withdrawn"],
  );
});

test("an issue that is asked for after its end begins anew under other keys and comments", () => {
  const story = new Story();
  story.label(7);
  story.goOn();
  story.offer({ type: "issue.gone", issue: issueOf(7).issueId, why: "transferred" });
  story.goOn();
  story.label(7);
  story.goOn("reviewing");
  story.goOn();

  const keys = story.effects.map(({ key }) => key);
  const fresh = story.publications().flatMap(({ comments }) => comments);
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(
    fresh.filter(({ id }) => id === null).map(({ key }) => key.split("-")[0]),
    ["worker", "status", "worker", "status"],
  );
});

function removal(story: Story): unknown {
  const effect = [...story.owed.values()].find(({ type }) => type === "worktree.remove");
  return effect?.type === "worktree.remove" ? effect.deleteBranch : undefined;
}
