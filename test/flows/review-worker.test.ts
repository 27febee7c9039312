import assert from "node:assert/strict";
import { test } from "node:test";

import { mergingFile } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

const found = [
  "attempts:",
  '  - - edit: {path: tank.txt, content: "half\\n"}',
  '    - commit: "feat: seal it"',
  "    - done: Sealed it.",
  '  - - edit: {path: tank.txt, content: "done\\n"}',
  '    - commit: "fix: seal the lid too"',
  "    - done: Sealed the lid too.",
  "review:",
  "  - - reviewed:",
  "        criteria: {Blindspots: UNADDRESSED, Clarity: PASS, Maintainability: DEFERRED, Security: N/A, Performance: PASS, Documentation: PASS, Style: PASS}",
  "        findings:",
  "          - {severity: high, criterion: Blindspots, place: 'tank.txt:1', finding: 'The lid | leaks, @mona.', state: unaddressed, why: Seal it.}",
  "          - {severity: Low, criterion: maintainability, finding: Tanks have no tests., state: deferred, why: None has., category: separate-concern, acceptance: [A tank has a test]}",
  "  - - reviewed:",
  "        findings:",
  "          - {id: F-1-1, severity: high, criterion: Blindspots, finding: The lid leaks., state: fixed, why: It is sealed.}",
  "          - {id: F-1-2, severity: low, criterion: Maintainability, finding: Tanks have no tests., state: deferred, why: None has.}",
].join("\n");

const sensitive = [
  "attempts:",
  '  - - edit: {path: auth.txt, content: "done\\n"}',
  '    - commit: "feat: lock it"',
  "    - done: Locked it.",
  "review:",
  "  - - reviewed: {}",
  "  - - reviewed: {security_sensitive: true}",
].join("\n");

const unreadable = [
  "attempts:",
  '  - - edit: {path: lid.txt, content: "done\\n"}',
  '    - commit: "feat: close it"',
  "    - done: Closed it.",
  "review:",
  "  - - done: Looks good to me.",
].join("\n");

const reviewsOf = ({ seen }: Yardmaster, number: number): readonly string[] =>
  seen
    .ours(number)
    .map(({ body }) => body)
    .filter((body) => body.includes("<!-- REVIEW:START -->"));

test("a worker reviews pull requests before they are merged", async (t) => {
  const repositoryFile = `${mergingFile}review: { auto: true }\n`;
  const yard = await yardmasterForTest(t, { repositoryFile });

  await t.test("what it finds is mended or becomes an issue, and is reviewed again", async () => {
    const number = await yard.issue(found);
    assert.equal(number, 1);
    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.ends(number, "done");

    const pull = await assertMerged(yard, number, "tank.txt");
    assert.equal(await yard.seen.file("tank.txt"), "done\n");
    const [review = "", ...more] = reviewsOf(yard, number);
    assert.deepEqual(more, [], "one comment for all heads");
    const issues = [...yard.simulator.sim.world.issues.values()];
    const tracking = issues.find(({ title }) => title.startsWith("[Finding]"));
    assert.ok(tracking);
    assert.match(
      review,
      new RegExp(
        `^<!-- yardmaster:review-${pull.number} -->\\n\\n<!-- REVIEW:START -->\\n## Code Review Complete\\n[^]*\\| Commit \\| \`${pull.head}\` \\|\\n`,
      ),
    );
    assert.match(review, /\| 1 \| HIGH \| F-1-1: The lid leaks\. \| It is sealed\. \|\n/);
    assert.ok(review.includes(`| 1 | LOW | F-1-2: Tanks have no tests. | #${tracking.number} | `));
    assert.match(review, /\*\*Review Status:\*\* ✅ COMPLETE\n<!-- REVIEW:END -->$/);
    assert.equal(issues.filter(({ title }) => title.startsWith("[Finding]")).length, 1);
    assert.equal(tracking.title, "[Finding] Tanks have no tests. (from #1)");
    assert.deepEqual(yard.seen.labels(tracking.number).toSorted(), [
      "depth:1",
      "low",
      "review-finding",
      "spawned-from:#1",
    ]);
    assert.match(tracking.body ?? "", /\n- \[ \] A tank has a test\n/);
    const workers = yard.log.filter(
      ({ message, fields }) => message === "worker started" && fields["issue"] === number,
    );
    assert.equal(workers.length, 4);
  });

  await t.test("what it does not declare is not merged until another review does", async () => {
    const number = await yard.issue(sensitive);
    await yard.as("wren", "label", { number, label: "agent:go" });
    const pull = await yard.until("its pull request", () =>
      yard.seen.pulls().find(({ body }) => body.includes(`Closes #${number}\n`)),
    );
    const title =
      "action_required: Not merged: its review does not declare `auth.txt` as security-sensitive";
    await yard.until("the reason to show", () => yard.seen.checks(pull.number).includes(title));
    await yard.quiet();
    assert.equal(yard.phases(number).at(-1), "reviewing");

    await yard.as("rita", "comment", { number, body: "/agent review" });
    await yard.quiet();
    assert.equal(yard.phases(number).at(-1), "reviewing");
    await yard.as("mona", "comment", { number, body: "/agent review" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "auth.txt");
    const [review = "", ...more] = reviewsOf(yard, number);
    assert.deepEqual(more, []);
    assert.match(review, /\| Security-Sensitive \| YES \|/);
  });

  await t.test("one that nobody can read counts for nothing", async () => {
    const number = await yard.issue(unreadable);
    await yard.as("wren", "label", { number, label: "agent:go" });
    const pull = await yard.until("its pull request", () =>
      yard.seen.pulls().find(({ body }) => body.includes(`Closes #${number}\n`)),
    );
    await yard.until("the reason to show", () =>
      yard.seen
        .checks(pull.number)
        .includes(
          "action_required: Not merged: its review has failed; the command `review` asks for another one",
        ),
    );

    assert.deepEqual(reviewsOf(yard, number), []);
    assert.equal(yard.seen.column(number), "In Review");
  });
});
