/** The comments of other systems, in every form that their programs and documents write. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { handoverIn, seedComment, workerIn } from "../../src/core/seed-comment.ts";

const worker = "worker-1700000000-12";

const marked = (...inner: readonly string[]): string =>
  ["<!-- WORKER:ASSIGNED -->", ...inner, "<!-- /WORKER:ASSIGNED -->"].join("\n");

const fenced = (...json: readonly string[]): string => marked("```json", ...json, "```");

const assigned = JSON.stringify({
  assigned: true,
  worker_id: worker,
  assigned_at: "2026-01-13T10:00:00Z",
  worktree: "../rocket-worker-12",
});
const cleared = '{"assigned": false, "cleared_at": "2026-01-13T11:00:00Z"}';

/** What is written, and who is then at work. */
const forms: readonly (readonly [string, string, ReturnType<typeof workerIn>])[] = [
  [
    "the skill's own, with its half for people",
    [
      fenced(
        "{",
        '  "assigned": true,',
        `  "worker_id": "${worker}",`,
        '  "worktree": "../w"',
        "}",
      ),
      "",
      "**Worker Assigned**",
      `- **Worker ID:** \`${worker}\``,
      "",
      "---",
      "*Orchestrator: orch-2026-01-13-001*",
    ].join("\n"),
    { worker },
  ],
  [
    "the skill's clearing, indented as its script prints it",
    ["<!-- WORKER:ASSIGNED -->", "   ```json", `   ${cleared}`, "   ```"]
      .concat("   <!-- /WORKER:ASSIGNED -->", "", "   **Worker Completed**")
      .join("\n"),
    "nobody",
  ],
  [
    "the hooks' library, with more data",
    fenced(`{"assigned":true,"worker_id":"${worker}","data":{"a":[1]}}`),
    { worker },
  ],
  [
    "the later skill, unfenced and without `assigned`",
    marked(`{"worker_id":"${worker}","assigned_at":"2026-01-13T10:00:00Z"}`),
    { worker },
  ],
  [
    "the audit document, while it runs",
    marked(
      `{"worker_id":"${worker}","issue":12,"orchestration_id":"orch-1","attempt":1,"status":"running"}`,
    ),
    { worker },
  ],
  [
    "the audit document, afterwards",
    marked(`{"worker_id":"${worker}","issue":12,"status":"complete"}`),
    "nobody",
  ],
  [
    "marks and record on one line",
    `<!-- WORKER:ASSIGNED -->${assigned}<!-- /WORKER:ASSIGNED -->`,
    { worker },
  ],
  ["line ends of Windows", fenced(assigned).replaceAll("\n", "\r\n"), { worker }],
  ["without a name", fenced('{"assigned":true}'), { worker: "" }],
  [
    "two records, of which the later one counts",
    `${fenced(assigned)}\n${fenced(cleared)}`,
    "nobody",
  ],
  [
    "a record that cannot be read after one that can",
    `${fenced(assigned)}\n${fenced("{")}`,
    { worker },
  ],
  [
    "a block of code that is closed before it",
    `\`\`\`\ncode\n\`\`\`\n${fenced(assigned)}`,
    { worker },
  ],
  ["nothing", "Looks good to me.", null],
  ["no JSON", fenced("assigned"), null],
  ["a list", fenced("[true]"), null],
  ["neither a name nor a word about it", fenced('{"assigned_at":"2026-01-13T10:00:00Z"}'), null],
  ["without an end", `<!-- WORKER:ASSIGNED -->\n${assigned}`, null],
  ["as a quotation", `> ${fenced(assigned).replaceAll("\n", "\n> ")}`, null],
  ["as code", ["~~~", fenced(assigned), "~~~"].join("\n"), null],
  ["as indented code", `    ${fenced(assigned).replaceAll("\n", "\n    ")}`, null],
  [
    "in the middle of a line",
    `See <!-- WORKER:ASSIGNED -->${assigned}<!-- /WORKER:ASSIGNED -->`,
    null,
  ],
];

describe("who is at work, as a comment says it:", () => {
  for (const [name, body, expected] of forms) {
    test(name, () => {
      assert.deepEqual(workerIn(seedComment(body)), expected);
    });
  }
});

/** Every other mark, and what is read of it. */
const records: readonly (readonly [string, string, object])[] = [
  [
    "a progress report",
    '<!-- WORKER:UPDATE -->\n{"worker_id":"w","turns_used":40,"status":"Testing","progress":[],"remaining":["lid"]}\n<!-- /WORKER:UPDATE -->',
    {
      kind: "record",
      name: "WORKER:UPDATE",
      payload: {
        worker_id: "w",
        turns_used: 40,
        status: "Testing",
        progress: [],
        remaining: ["lid"],
      },
    },
  ],
  [
    "the state of an orchestration",
    '<!-- ORCHESTRATION:STATE -->\n```json\n{"status":"running","data":{}}\n```\n<!-- /ORCHESTRATION:STATE -->',
    { kind: "record", name: "ORCHESTRATION:STATE", payload: { status: "running", data: {} } },
  ],
  [
    "its sleep",
    '<!-- ORCHESTRATION:SLEEP -->\n{"sleeping":true,"waiting_on":[7]}\n<!-- /ORCHESTRATION:SLEEP -->',
    { kind: "record", name: "ORCHESTRATION:SLEEP", payload: { sleeping: true, waiting_on: [7] } },
  ],
  [
    "a review",
    "<!-- REVIEW:START -->\n## Code Review Complete\n<!-- REVIEW:END -->",
    { kind: "text", name: "REVIEW", text: "## Code Review Complete" },
  ],
  [
    "a test report",
    "<!-- LOCAL-TESTING:START -->\nGreen.\n<!-- LOCAL-TESTING:END -->",
    { kind: "text", name: "LOCAL-TESTING", text: "Green." },
  ],
];

describe("a comment holds", () => {
  for (const [name, body, expected] of records) {
    test(name, () => {
      assert.deepEqual(seedComment(body), { parts: [expected], rest: "" });
    });
  }
});

test("a handover is what stands between its marks, with either end, and the rest is told apart", () => {
  for (const end of ["<!-- HANDOVER:END -->", "<!-- /HANDOVER:END -->"]) {
    const body = `Over to you.\n<!-- HANDOVER:START -->\n# Handover: Issue #12\n\n\`\`\`\nnpm test\n${end}\nThanks!`;

    const read = seedComment(body);

    assert.equal(handoverIn(read), "# Handover: Issue #12\n\n```\nnpm test");
    assert.equal(read.rest, "Over to you.\n\nThanks!");
  }
  assert.equal(handoverIn(seedComment("<!-- HANDOVER:START -->\nno end")), null);
  assert.equal(handoverIn(seedComment("<!-- HANDOVER:START -->\n<!-- HANDOVER:END -->")), null);
});

test("a text of marks that nothing closes is read once, not once for each", () => {
  const body = "<!-- WORKER:ASSIGNED -->\n".repeat(200_000);
  const started = performance.now();

  assert.deepEqual(seedComment(body).parts, []);

  assert.ok(performance.now() - started < 5_000);
});
