/** The reader of Claude Code's output, on recorded runs and on anything else that may come out of a process. */
import assert from "node:assert/strict";
import test from "node:test";
import { claudeParser } from "../../../src/adapters/agents/claude-parser.ts";
import type { ParsedExit, RunEnd } from "../../../src/adapters/agents/adapter.ts";
import { exit, read as readBy, sessionId, type Reading } from "./plain-run.ts";
import { recorded } from "./recorded.ts";

const read = (lines: readonly string[], end: RunEnd): Reading => readBy(claudeParser(), lines, end);

const result = (fields: object): string =>
  JSON.stringify({ type: "result", subtype: "success", is_error: false, ...fields });

test("a recorded run that wrote and committed a file is finished", () => {
  const { events, exit: end } = read(recorded("claude-stream"), exit(0));

  assert.deepEqual(end, {
    outcome: "finished",
    retryAt: null,
    handover: {
      kind: "ready",
      summary: "Done: hello.txt created and committed.",
      testing: "",
      replies: [],
    },
    session: sessionId,
  });
  assert.deepEqual(events, [
    {
      type: "session",
      id: "11111111-2222-4333-8444-555555555555",
      model: "claude-opus-5-5",
      version: "2.1.329",
    },
    { type: "text", text: "I will create the file.", parent: null },
    { type: "tool-started", id: "toolu_mock_0002_1", name: "Write", kind: "edit", parent: null },
    { type: "tool-ended", id: "toolu_mock_0002_1", isOk: true },
    { type: "tool-started", id: "toolu_mock_0004_0", name: "Bash", kind: "exec", parent: null },
    { type: "tool-ended", id: "toolu_mock_0004_0", isOk: true },
    { type: "text", text: "Done: hello.txt created and committed.", parent: null },
    { type: "usage", inputTokens: 3000, outputTokens: 150, cachedTokens: 0, usd: 0.015 },
    { type: "turn-ended", isOk: true, reason: "completed" },
  ]);
});

test("a recorded run whose turns were used up hands its last text over", () => {
  const { exit: end } = read(recorded("claude-stream-max-turns"), exit(1));

  assert.deepEqual(end, {
    outcome: "turns-exhausted",
    retryAt: null,
    handover: { kind: "unfinished", notes: "step 0", report: null },
    session: "22222222-2222-4333-8444-555555555555",
  });
});

test("a recorded run that the provider refused says so, though it calls itself a success", () => {
  const { events, exit: end } = read(recorded("claude-stream-api-error"), exit(1));

  assert.equal(end.outcome, "refused-by-provider");
  assert.match(JSON.stringify(end.handover), /"The model provider refused \(529\): API Error: 529/);
  assert.deepEqual(events[1], { type: "retried", attempt: 1, status: 529 });
});

test("a recorded resumed run counts its own spending only", () => {
  const { events, exit: end } = read(recorded("claude-stream-resume"), exit(0));

  assert.equal(end.outcome, "finished");
  const usage = events.find((event) => event.type === "usage");
  assert.deepEqual(usage, {
    type: "usage",
    inputTokens: 1000,
    outputTokens: 50,
    cachedTokens: 0,
    usd: 0.005,
  });
});

test("a recorded run with two beginnings and two results ends with the second", () => {
  const lines = recorded("claude-stream-subagent");

  const { events, exit: end } = read(lines, exit(0));

  assert.equal(events.filter((event) => event.type === "session").length, 2);
  assert.equal(events.filter((event) => event.type === "turn-ended").length, 2);
  const own = events.find((event) => event.type === "text" && event.text === "Sub done.");
  assert.ok(own?.type === "text" && own.parent !== null, "a sub-agent's words are marked");
  assert.equal(end.handover.kind, "ready");
  assert.deepEqual(
    end.handover,
    read(
      lines.filter((line) => !line.includes('"Sub done."')),
      exit(0),
    ).exit.handover,
  );
});

test("a run counts as finished by its exit code and its result together", () => {
  const success = result({ result: "ok" });
  const budget = result({ subtype: "error_max_budget_usd", is_error: true });
  const interrupted = result({ subtype: "error_during_execution", is_error: true });
  const login = result({ is_error: true, api_error_status: null, result: "Not logged in" });
  const cases: readonly [readonly string[], RunEnd, ParsedExit["outcome"]][] = [
    [[success], exit(0), "finished"],
    [[success], exit(1), "crashed"],
    [[], exit(0), "crashed"],
    [[], exit(143), "crashed"],
    [[interrupted], exit(0), "crashed"],
    [[budget], exit(1), "budget-exhausted"],
    [[login], exit(1), "refused-by-provider"],
    [[interrupted], { by: "us", reason: "stopped" }, "stopped"],
    [[success], { by: "us", reason: "timed-out" }, "timed-out"],
    [[], { by: "us", reason: "flooded" }, "flooded"],
    [[], { by: "us", reason: "silent" }, "silent"],
    [[], { by: "us", reason: "turns-exhausted" }, "turns-exhausted"],
    [[], { by: "us", reason: "budget-exhausted" }, "budget-exhausted"],
    [[success], { by: "us", reason: "funds-exhausted" }, "funds-exhausted"],
    [[], { by: "unknown" }, "lost"],
  ];

  for (const [lines, end, outcome] of cases) {
    assert.equal(read(lines, end).exit.outcome, outcome, JSON.stringify([lines, end]));
  }
});

test("a crash is explained by the result's errors, the exit code or the signal", () => {
  const why = (lines: readonly string[], code: number): unknown =>
    read(lines, exit(code)).exit.handover;
  const failure = { subtype: "error_during_execution", is_error: true, errors: ["No session"] };

  assert.deepEqual(why([result(failure)], 1), {
    kind: "failed",
    why: "The agent failed: No session",
  });
  assert.deepEqual(why([], 3), {
    kind: "failed",
    why: "The agent exited with code 3 and no result.",
  });
  assert.deepEqual(why([], 143), { kind: "failed", why: "The agent was killed by signal 15." });
});

test("a report in an earlier final message survives a later turn without one", () => {
  const report = '```json\n{"status":"BLOCKED","summary":"s","question":"Which?"}\n```';

  const { exit: end } = read([result({ result: report }), result({ result: "Bye." })], exit(0));

  assert.deepEqual(end.handover, { kind: "blocked", question: "Which?" });
});

test("lines that are cut, foreign or of an unknown type are unknown and change nothing", () => {
  const good = recorded("claude-stream");
  const strange = [
    "",
    "{",
    "null",
    "[]",
    "7",
    "Warning: x",
    '{"type":"new"}',
    good[0]!.slice(0, 99),
  ];

  const { events, exit: end } = read([...strange, ...good, ...strange], exit(0));

  assert.equal(events.filter(({ type }) => type === "unknown").length, 2 * strange.length);
  assert.deepEqual(end, read(good, exit(0)).exit);
});

test("a session that is gone is told, so that a new one can be begun", () => {
  const errors = [`No conversation found with session ID: ${sessionId}`];
  const line = result({ subtype: "error_during_execution", is_error: true, errors });

  const { exit: end } = read([line], exit(1));

  assert.deepEqual(end, {
    outcome: "crashed",
    retryAt: null,
    handover: { kind: "failed", why: "The agent's session is gone; it has to begin a new one." },
    session: null,
  });
});

test("a run that somebody interrupted is no success, though it exits with 0", () => {
  const line = result({
    subtype: "error_during_execution",
    is_error: true,
    terminal_reason: "aborted_tools",
  });

  assert.deepEqual(read([line], exit(0)).exit.handover, {
    kind: "failed",
    why: "The agent was interrupted.",
  });
});

test("a run that was denied its tools is finished only if it says so itself", () => {
  const permission_denials = [{ tool_name: "Bash" }, { tool_name: "Write" }, { tool_name: "Bash" }];
  const report = '```json\n{"status":"COMPLETED","summary":"s","testing":"t"}\n```';

  assert.deepEqual(read([result({ permission_denials, result: "I could not." })], exit(0)).exit, {
    outcome: "crashed",
    retryAt: null,
    handover: { kind: "failed", why: "The agent was not allowed to use Bash, Write." },
    session: null,
  });
  assert.equal(
    read([result({ permission_denials, result: report })], exit(0)).exit.outcome,
    "finished",
  );
});

test("a plan's limit tells when it ends, and a refusal of one request is none of the provider's", () => {
  const limit = (status: string): string =>
    JSON.stringify({
      type: "rate_limit_event",
      rate_limit_info: { status, resetsAt: 1_778_565_600, rateLimitType: "five_hour" },
    });
  const refused = (status: number | null, text: string): string =>
    result({ is_error: true, api_error_status: status, result: text });
  const cases: readonly [readonly string[], string, number | null][] = [
    [[limit("rejected"), refused(429, "limit")], "refused-by-provider", 1_778_565_600_000],
    [[limit("allowed_warning"), refused(529, "busy")], "refused-by-provider", null],
    [[limit("rejected"), limit("allowed"), refused(529, "busy")], "refused-by-provider", null],
    [
      [refused(null, "Claude AI usage limit reached|1749924000")],
      "refused-by-provider",
      1_749_924_000_000,
    ],
    [[refused(null, "Claude AI usage limit reached|soon")], "refused-by-provider", null],
    [[limit("rejected"), result({ result: "ok" })], "finished", null],
    [[refused(400, "prompt is too long")], "crashed", null],
  ];

  for (const [lines, outcome, retryAt] of cases) {
    const end = read(lines, exit(outcome === "finished" ? 0 : 1)).exit;
    assert.deepEqual([end.outcome, end.retryAt], [outcome, retryAt], lines.join());
  }
});
