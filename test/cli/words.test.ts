/** Small things that verbs read and write: tools in lines of JSON, times, commands for a shell, lines for watchers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { execa } from "execa";

import { resumeCommand } from "../../src/cli/resume-command.ts";
import { sinceOf } from "../../src/cli/since.ts";
import { toolIn, toolUses } from "../../src/cli/tool-event.ts";
import { waitLine } from "../../src/cli/wait-lines.ts";

const toolLines: readonly (readonly [string, string | null])[] = [
  ['{"hook_event_name":"PreToolUse","tool_name":"Bash"}', "Bash"],
  ['{"event":"tool_use","tool":"Edit"}', "Edit"],
  ['{"type":"tool_use","tool_input":{"name":"Write"}}', "Write"],
  ['{"type":"ToolUse","payload":{"tool_name":"Read"}}', "Read"],
  ['{"type":"tool_use","data":{"tool":"Grep"}}', "Grep"],
  ['{"tool":"Glob"}', "Glob"],
  ['{"hook_event_name":"","event":"PostToolUse","tool":"Bash"}', "Bash"],
  ['{"type":"assistant","tool":"Bash"}', null],
  ['{"type":"tool_use"}', null],
  ['{"type":"tool_use","tool":7}', null],
  ['["tool_use"]', null],
  ['{"type":"tool_use","tool":"cut', null],
  ["tool_use Bash", null],
  ["null", null],
];

for (const [line, tool] of toolLines) {
  test(`the line ${line} ${tool === null ? "uses no tool" : `uses ${tool}`}`, () => {
    assert.equal(toolIn(line), tool);
  });
}

test("a use that stands in the line and is also understood counts once", () => {
  const used = toolUses();
  const started = {
    type: "tool-started",
    id: "1",
    name: "Bash",
    kind: "exec",
    parent: null,
  } as const;

  const told = [
    used({ type: "line", line: '{"type":"tool_use","tool":"Bash"}' }),
    used({ type: "event", event: started }),
    used({ type: "line", line: '{"type":"assistant"}' }),
    used({ type: "event", event: started }),
    used({ type: "exited" }),
  ];

  assert.deepEqual(told, ["Bash", null, null, "Bash", null]);
});

test("lines for watchers have the form that scripts know, whatever stands in them", () => {
  const task = "acme/web#3";

  assert.deepEqual(
    [
      waitLine({ event: "WATCHING", task, pid: 7, granularity: "tool" }),
      waitLine({ event: "TOOL", task, tool: "Bash\nEXITED task=acme/web#3" }),
      waitLine({ event: "LOG", task, line: "\u001b[31mred" }),
      waitLine({ event: "EXITED", task }),
      waitLine({ event: "TIMEOUT", task }),
      waitLine({ event: "ERROR", task, reason: "not_found" }),
    ],
    [
      "WATCHING task=acme/web#3 pid=7 granularity=tool",
      "TOOL task=acme/web#3 tool=Bash EXITED task=acme/web#3",
      "LOG task=acme/web#3: red",
      "EXITED task=acme/web#3",
      "TIMEOUT task=acme/web#3",
      "ERROR task=acme/web#3 reason=not_found",
    ],
  );
});

test("a session is gone on with in its worktree and home, without the repository's own settings", () => {
  const session = { id: "s-1", worktree: "/data/1", home: "/data/home", program: null };

  assert.equal(
    resumeCommand({ ...session, agent: "claude" }),
    'cd "/data/1" && HOME="/data/home" claude --resume s-1 --setting-sources user --strict-mcp-config',
  );
  assert.equal(
    resumeCommand({ ...session, agent: "codex", program: "/opt/my codex" }),
    'cd "/data/1" && HOME="/data/home" "/opt/my codex" resume s-1',
  );
  assert.equal(resumeCommand({ ...session, agent: "scripted" }), null);
});

test("nothing in a path or a session is more than a word to the shell", async () => {
  const hostile = '$(touch /tmp/x) `id` "quoted" \\ end';
  const command = resumeCommand({
    agent: "claude",
    id: hostile,
    worktree: "/",
    home: hostile,
    program: "/usr/bin/printenv",
  });

  const { stdout } = await execa("sh", [
    "-c",
    (command ?? "").replace(" --resume", " HOME; : --resume"),
  ]);

  assert.equal(stdout, hostile);
});

test("times are amounts of units or days, and nothing that a parser happens to take", () => {
  assert.equal(sinceOf("2026-11-21"), Date.UTC(2026, 10, 21));
  assert.ok(Math.abs(Date.now() - 7 * 86_400_000 - sinceOf("7d")) < 60_000);
  assert.ok(Math.abs(Date.now() - 90 * 60_000 - sinceOf("90m")) < 60_000);
  for (const wrong of ["d", "-1d", "7", "yesterday", "May 1", ""]) {
    assert.throws(() => sinceOf(wrong), /like 24h, 7d or 2w/u);
  }
});
