import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change } from "../support/beginning.ts";
import { workersIn } from "../support/disk.ts";
import { assertMerged, masked } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";

const refusedTo = (login: string, why: string): string =>
  `<!-- yardmaster:refusal-<millisecond> -->\n\n@${login}: nothing was started, because ${why}.`;

suite("asking for work", { concurrency: 4 }, () => {
  test("a label leads to a merged pull request, told in two comments", async (t) => {
    const yard = await yardmasterForTest(t, { isSandboxed: true });
    const { seen } = yard;
    const number = await yard.issue(change("tank.txt"));
    const before = yard.requests().length;

    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.reaches(number, "working");
    const early = seen.ours(number);
    await yard.ends(number, "done");

    const pull = await assertMerged(yard, number, "tank.txt");
    const late = seen.ours(number);
    assert.deepEqual(
      early.map(({ body }) => masked(body)),
      [assignedRecord, workingStatus],
    );
    assert.deepEqual(
      late.map(({ body }) => masked(body)),
      [mergedRecord, doneStatus],
    );
    assert.deepEqual(
      late.map(({ id }) => id),
      early.map(({ id }) => id),
      "edited in place",
    );
    assert.equal(seen.comments(number).length, 2);
    assert.equal(masked(pull.body), pullBody);
    assert.equal(pull.title, "feat: Tank leaks (#1)");
    assert.equal(pull.branch, "feature/1-tank-leaks");
    assert.equal(pull.by, "yardmaster[bot]");
    assert.equal(seen.column(number), "Done");
    assert.deepEqual(seen.labels(number), []);
    assert.deepEqual(await seen.branches(), ["main"]);
    assert.deepEqual(yard.phases(number), [
      "preparing",
      "working",
      "publishing",
      "reviewing",
      "merging",
      "cleaning",
      "done",
    ]);
    const made = yard.requests().slice(before);
    assert.ok(made.length <= 10, `${made.length} requests:\n${made.join("\n")}`);
    const contents =
      made.join("\n").match(/addComment|POST \/repos\/acme\/rocket\/(pulls|check-runs)/g) ?? [];
    assert.ok(contents.length <= 3, `content creations: ${contents.join(", ")}`);
  });

  test("cards and requests after the first", async (t) => {
    const yard = await yardmasterForTest(t);

    await t.test("one that is moved to Ready leads to a merged pull request", async () => {
      const number = await yard.issue(change("tank.txt"));
      await yard.as("wren", "move-card", { number, to: "Backlog" });

      await yard.as("wren", "move-card", { number, to: "Ready" });
      await yard.reaches(number, "working");
      assert.equal(yard.seen.column(number), "In Progress");
      await yard.ends(number, "done");

      await assertMerged(yard, number, "tank.txt");
      assert.equal(yard.seen.column(number), "Done");
      assert.equal(yard.seen.comments(number).length, 2);
    });

    await t.test("a request for work that is under way changes nothing", async () => {
      const number = await yard.issue("- wait: 100ms\n- ask: Which tank?");
      await yard.as("wren", "label", { number, label: "agent:go" });
      await yard.reaches(number, "preparing");

      await yard.as("mona", "label", { number, label: "agent:go" });
      const { id } = await yard.as("mona", "comment", { number, body: "/agent dispatch" });
      await yard.ends(number, "parked");

      assert.deepEqual(yard.seen.reactions(id).toSorted(), ["confused", "eyes"]);
      const answers = yard.seen.ours(number).map(({ body }) => masked(body));
      assert.ok(answers.includes(refusedTo("mona", "this issue is being worked on already")));
      // Besides the record, the status and the question.
      assert.equal(answers.length, 4);
      const workers = (await workersIn(yard.dataFolder)).filter((one) =>
        one.endsWith(`-${number}`),
      );
      assert.equal(workers.length, 1);
    });
  });

  test("a command is seen, then obeyed, and both show on its comment", async (t) => {
    const yard = await yardmasterForTest(t, { environment: { YARDMASTER_SLOTS: "1" } });
    const first = await yard.issue("- wait: 100ms\n- ask: Which tank?");
    const second = await yard.issue(change("two.txt"));
    await yard.as("mona", "label", { number: first, label: "agent:go" });
    await yard.reaches(first, "preparing");

    const body = "This one too, please.\n\n/agent dispatch --agent=scripted";
    const { id } = await yard.as("wren", "comment", { number: second, body });
    await yard.until("the eyes", () => yard.seen.reactions(id).includes("eyes"));
    assert.deepEqual(yard.seen.reactions(id), ["eyes"]);
    await yard.ends(second, "done");

    assert.deepEqual(yard.seen.reactions(id), ["eyes", "rocket"]);
    await assertMerged(yard, second, "two.txt");
    assert.equal(yard.seen.column(first), "Blocked");
  });

  test("requests that start nothing", async (t) => {
    const yard = await yardmasterForTest(t);

    await t.test(
      "commands that are quoted, fenced, edited in or written by bots mean nothing",
      async () => {
        const number = await yard.issue(change("tank.txt"));
        const ids: number[] = [];
        for (const body of [
          "> /agent dispatch",
          "```\n/agent dispatch\n```",
          "    /agent dispatch",
          "<!--\n/agent dispatch\n-->",
          "`/agent dispatch`",
          "Try\n\n- `x`\n- /agent-dispatch",
        ]) {
          ids.push((await yard.as("mona", "comment", { number, body })).id);
        }
        const { id } = await yard.as("mona", "comment", { number, body: "nothing" });
        await yard.as("mona", "edit-comment", { id, body: "/agent dispatch" });
        await yard.as("github-actions[bot]", "comment", { number, body: "/agent dispatch" });
        await yard.as("yardmaster[bot]", "comment", { number, body: "/agent dispatch" });
        await yard.quiet();

        assert.deepEqual(yard.phases(number), []);
        assert.deepEqual(
          [...ids, id].flatMap((one) => yard.seen.reactions(one)),
          [],
        );
        assert.deepEqual(
          yard.seen.ours(number).map(({ body }) => body),
          ["/agent dispatch"],
        );
        assert.deepEqual(yard.requests(number), []);
      },
    );

    await t.test(
      "a reader's label, card and command are each refused once, and nothing is started",
      async () => {
        const why = (login: string, has: string): string =>
          refusedTo(
            login,
            `${login} has only ${has} permission here, and asking for work takes write permission`,
          );
        const numbers = [
          await yard.issue(change("a")),
          await yard.issue(change("b")),
          await yard.issue(change("c")),
        ];
        const [labelled = 0, carded = 0, commanded = 0] = numbers;
        await yard.as("mona", "move-card", { number: carded, to: "Backlog" });

        await yard.as("tess", "label", { number: labelled, label: "agent:go" });
        await yard.as("rita", "move-card", { number: carded, to: "Ready" });
        const { id } = await yard.as("rita", "comment", {
          number: commanded,
          body: "/agent dispatch",
        });
        await yard.until("the refusals", () =>
          numbers.every((number) => yard.seen.ours(number).length > 0),
        );
        await yard.quiet();

        assert.deepEqual(
          yard.seen.ours(labelled).map(({ body }) => masked(body)),
          [why("tess", "triage")],
        );
        assert.deepEqual(
          yard.seen.ours(carded).map(({ body }) => masked(body)),
          [why("rita", "read")],
        );
        assert.deepEqual(
          yard.seen.ours(commanded).map(({ body }) => masked(body)),
          [why("rita", "read")],
        );
        assert.deepEqual(yard.seen.labels(labelled), []);
        assert.equal(yard.seen.column(carded), "Backlog");
        assert.deepEqual(yard.seen.reactions(id).toSorted(), ["confused", "eyes"]);
      },
    );

    await t.test("an agent that is not known here is refused with those that are", async () => {
      const number = await yard.issue(change("tank.txt"));

      const { id } = await yard.as("wren", "comment", {
        number,
        body: "/agent dispatch --agent=hal9000",
      });
      const typo = await yard.as("wren", "comment", { number, body: "/agent despatch" });
      await yard.until("both answers", () => yard.seen.ours(number).length === 2);
      await yard.quiet();

      assert.deepEqual(
        yard.seen
          .ours(number)
          .map(({ body }) => masked(body))
          .toSorted(),
        [
          refusedTo("wren", "there is no agent `hal9000` here; known are `scripted`"),
          refusedTo(
            "wren",
            "there is no command `despatch`; the nearest is `/agent dispatch [--agent=NAME] [--model=NAME] [--depends-on #N,#M]`, and `/agent help` lists all",
          ),
        ],
      );
      assert.deepEqual(yard.seen.reactions(id).toSorted(), ["confused", "eyes"]);
      assert.deepEqual(yard.seen.reactions(typo.id).toSorted(), ["confused", "eyes"]);
    });

    assert.deepEqual(await yard.worktrees(), []);
    assert.deepEqual(await yard.seen.branches(), ["main"]);
    assert.ok(!yard.log.some(({ message }) => message === "worker started"));
  });

  test("whoever loses write permission before the work starts is refused when GitHub is asked again", async (t) => {
    const yard = await yardmasterForTest(t, { environment: { YARDMASTER_SLOTS: "1" } });
    const first = await yard.issue("- hang");
    const second = await yard.issue(change("two.txt"));
    await yard.as("mona", "label", { number: first, label: "agent:go" });
    await yard.reaches(first, "preparing");
    await yard.as("wren", "label", { number: second, label: "agent:go" });
    await yard.until("the wait to show", () =>
      yard.seen.ours(second)[0]?.body.includes("All workers are busy"),
    );

    await yard.as("mona", "set-permission", { login: "wren", role: "read" });
    // GitHub is asked anew when its answer is old, or when something was heard of the issue.
    await yard.as("mona", "add-blocker", { number: second, blocker: first });
    await yard.until("the refusal to show", () =>
      yard.seen.ours(second)[0]?.body.includes("stopped"),
    );
    assert.notEqual(yard.phases(first).at(-1), "withdrawn");

    assert.deepEqual(
      yard.seen.ours(second).map(({ body }) => masked(body)),
      [
        "<!-- yardmaster:status-<millisecond> -->\n\n### Yardmaster: stopped\n\nNot started, because wren has only read permission here, and asking for work takes write permission.\n\n<sub>Branch `feature/2-tank-leaks` · requested by wren</sub>",
      ],
    );
  });

  test("a repository's file with faults is refused with all of them", async (t) => {
    const repositoryFile = "board: { project: none }\nmerge: { auto: maybe }\ncolour: green\n";
    const yard = await yardmasterForTest(t, { repositoryFile });
    const number = await yard.issue(change("tank.txt"));

    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.until("the refusal", () => yard.seen.ours(number).length === 1);
    await yard.quiet();

    const body = yard.seen.ours(number)[0]?.body ?? "";
    for (const place of [
      "1:19: board.project:",
      "2:16: merge.auto:",
      "3:9: colour: there is no such key",
    ]) {
      assert.ok(body.includes(place), body);
    }
    assert.deepEqual(yard.seen.labels(number), []);
    assert.deepEqual(yard.seen.pulls(), []);
  });
});

const assignedRecord = `<!-- yardmaster:worker-<second>-1 -->
<!-- WORKER:ASSIGNED -->
\`\`\`json
{
  "assigned": true,
  "worker_id": "worker-<second>-1",
  "assigned_at": "<time>",
  "worktree": "repositories/<repository>/issues/1/1",
  "attempt": 1,
  "branch": "feature/1-tank-leaks",
  "v": 1,
  "sig": "<signature>"
}
\`\`\`
<!-- /WORKER:ASSIGNED -->

**Worker Assigned**

- **Worker ID:** \`worker-<second>-1\`
- **Started:** <time>
- **Worktree:** \`repositories/<repository>/issues/1/1\`
- **Attempt:** 1
- **Agent:** scripted

---
*Orchestrator: Yardmaster*`;

const workingStatus = `<!-- yardmaster:status-<millisecond> -->

### Yardmaster: working

Worker \`worker-<second>-1\` (scripted) is at work: attempt 1 of 4.

<sub>Branch \`feature/1-tank-leaks\` · requested by wren</sub>`;

const mergedRecord = `<!-- yardmaster:worker-<second>-1 -->
<!-- WORKER:ASSIGNED -->
\`\`\`json
{
  "assigned": false,
  "worker_id": "worker-<second>-1",
  "cleared_at": "<time>",
  "v": 1,
  "sig": "<signature>"
}
\`\`\`
<!-- /WORKER:ASSIGNED -->
<!-- WORKER:RESULT -->
\`\`\`json
{
  "worker_id": "worker-<second>-1",
  "status": "MERGED",
  "pr": 2,
  "summary": "Sealed it.",
  "attempt": 1,
  "v": 1,
  "sig": "<signature>"
}
\`\`\`
<!-- /WORKER:RESULT -->

**Worker Completed**

- **Task ID:** \`worker-<second>-1\`
- **Cleared:** <time>
- **Result:** [MERGED]
- **Attempt:** 1
- **Pull request:** #2

---
*Orchestrator: Yardmaster*`;

const doneStatus = `<!-- yardmaster:status-<millisecond> -->

### Yardmaster: done

Merged as #2.

<sub>Branch \`feature/1-tank-leaks\` · requested by wren</sub>`;

const pullBody = `## Summary

Closes #1

Sealed it.

## Changes

- \`tank.txt\`

## Testing

The worker reported none.

## Review

Written by a coding agent; nobody has reviewed it yet.

---
*Worker: \`worker-<second>-1\` · Agent: scripted · Orchestration: Yardmaster · Attempt: 1 · Requested by: wren*`;
