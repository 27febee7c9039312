/** The reader of Codex's output, on a recorded run and on the ends that a run can come to. */
import assert from "node:assert/strict";
import test from "node:test";
import type { ParsedExit, RunEnd } from "../../../src/adapters/agents/adapter.ts";
import { codexParser } from "../../../src/adapters/agents/codex-parser.ts";
import { exit, read as readBy, sessionId, type Reading } from "./plain-run.ts";
import { recorded } from "./recorded.ts";

const read = (lines: readonly string[], end: RunEnd, isResumed = false): Reading =>
  readBy(codexParser(isResumed), lines, end);

const line = (type: string, fields: object = {}): string => JSON.stringify({ type, ...fields });
const item = (fields: object): string => line("item.completed", { item: { id: "i", ...fields } });
const said = (text: string): string => item({ type: "agent_message", text });
const begun = line("thread.started", { thread_id: sessionId });
const total = (input_tokens: number): string =>
  line("turn.completed", { usage: { input_tokens, cached_input_tokens: 1, output_tokens: 2 } });

test("a recorded run that wrote and committed a file is finished", () => {
  const { events, exit: end } = read(recorded("codex-stream"), exit(0));

  const session = "01a1fbb3-bafa-73b0-8d36-bdd7447c0c81";
  assert.deepEqual(end, {
    outcome: "finished",
    retryAt: null,
    handover: { kind: "ready", summary: "Done.", testing: "", replies: [] },
    session,
  });
  assert.deepEqual(events, [
    { type: "session", id: session, model: null, version: null },
    {
      type: "text",
      text: "Model metadata for `gpt-5.4` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.",
      parent: null,
    },
    { type: "text", text: "I will create the file.", parent: null },
    { type: "tool-started", id: "item_2", name: "shell", kind: "exec", parent: null },
    { type: "tool-ended", id: "item_2", isOk: true },
    { type: "tool-started", id: "item_3", name: "shell", kind: "exec", parent: null },
    { type: "tool-ended", id: "item_3", isOk: true },
    { type: "text", text: "Done.", parent: null },
    { type: "usage", inputTokens: 3000, outputTokens: 150, cachedTokens: 600, usd: null },
    { type: "turn-ended", isOk: true, reason: "completed" },
  ]);
});

test("each kind of tool has its name, also where only its end is told", () => {
  const lines = [
    item({ type: "file_change", status: "completed" }),
    item({ type: "mcp_tool_call", server: "docs", tool: "find", status: "failed" }),
    item({ type: "collab_tool_call", tool: "spawn_agent", status: "completed" }),
    item({ type: "web_search", query: "q" }),
    item({ type: "command_execution", exit_code: 2, status: "completed" }),
    item({ type: "reasoning", text: "Hm." }),
  ];

  const { events } = read(lines, exit(0));

  const started = events.flatMap((event) =>
    event.type === "tool-started" ? [`${event.kind} ${event.name}`] : [],
  );
  const ended = events.flatMap((event) => (event.type === "tool-ended" ? [event.isOk] : []));
  assert.deepEqual(started, [
    "edit apply_patch",
    "mcp docs.find",
    "agent spawn_agent",
    "net web_search",
    "exec shell",
  ]);
  assert.deepEqual(ended, [true, false, true, true, false]);
  assert.deepEqual(events.at(-1), { type: "thinking", text: "Hm." });
});

test("of a resumed thread only what is known to be this run's is counted", () => {
  const used = (isResumed: boolean): readonly number[] =>
    read([begun, total(4000), total(5000)], exit(0), isResumed).events.flatMap((event) =>
      event.type === "usage" ? [event.inputTokens] : [],
    );

  assert.deepEqual(used(false), [4000, 1000]);
  assert.deepEqual(used(true), [1000]);
});

test("a failed turn is a refusal, a complaint before it only a further attempt", () => {
  const why =
    "unexpected status 401 Unauthorized: bad key, url: http://127.0.0.1:8080/v1/responses";
  const again = line("error", { message: `Reconnecting... 2/5 (${why})` });
  const failed = line("turn.failed", { error: { message: why } });

  const { events, exit: end } = read([begun, again, failed], exit(1));

  assert.deepEqual(events[1], { type: "retried", attempt: 2, status: 401 });
  assert.deepEqual(end, {
    outcome: "refused-by-provider",
    retryAt: null,
    handover: { kind: "failed", why: `The model provider refused: ${why}` },
    session: sessionId,
  });
});

test("a run counts as finished by its exit code and the end of its turn together", () => {
  const turn = line("turn.started");
  const cases: readonly [readonly string[], RunEnd, ParsedExit["outcome"]][] = [
    [[begun, turn, total(1)], exit(0), "finished"],
    [[begun, turn, total(1)], exit(1), "crashed"],
    [[begun, turn, total(1), turn], exit(0), "crashed"],
    [[begun, turn], exit(1), "crashed"],
    [[], exit(143), "crashed"],
    [[begun, turn], { by: "us", reason: "stopped" }, "stopped"],
    [[begun, turn, total(1)], { by: "us", reason: "silent" }, "silent"],
    [[begun, turn], { by: "us", reason: "funds-exhausted" }, "funds-exhausted"],
    [[], { by: "unknown" }, "lost"],
  ];

  for (const [lines, end, outcome] of cases) {
    assert.equal(read(lines, end).exit.outcome, outcome, JSON.stringify([lines, end]));
  }
});

test("a crash is explained by what was said last, the session or the exit code", () => {
  const why = (lines: readonly string[], code: number, isResumed = false): unknown =>
    read(lines, exit(code), isResumed).exit;
  const crashed = (text: string, session: string | null): object => ({
    outcome: "crashed",
    retryAt: null,
    handover: { kind: "failed", why: text },
    session,
  });

  assert.deepEqual(
    why([begun, line("error", { message: "no disk" })], 1),
    crashed("The agent failed: no disk", sessionId),
  );
  assert.deepEqual(why([begun], 0), crashed("The agent exited without a result.", sessionId));
  assert.deepEqual(why([], 1, true), crashed("The agent could not go on with its session.", null));
  assert.deepEqual(why([], 137), crashed("The agent was killed by signal 9.", null));
});

test("the report in the last message is what is handed over", () => {
  const report = '```json\n{"status":"BLOCKED","summary":"s","question":"Which?"}\n```';

  const { exit: end } = read([begun, said("Hello."), said(report), total(1)], exit(0));

  assert.deepEqual(end.handover, { kind: "blocked", question: "Which?" });
});

test("lines that are cut, foreign or of an unknown type are unknown and change nothing", () => {
  const good = recorded("codex-stream");
  const strange = [
    "",
    "{",
    "null",
    "[]",
    '{"type":"new"}',
    item({ type: "new" }),
    good[3]!.slice(0, 99),
  ];

  const { events, exit: end } = read([...strange, ...good, ...strange], exit(0));

  const unknown = events.flatMap((event) => (event.type === "unknown" ? [event.line] : []));
  assert.equal(unknown.length, 2 * strange.length);
  assert.ok(unknown.includes("item.completed/new"));
  assert.deepEqual(end, read(good, exit(0)).exit);
});

test("a usage limit tells when it ends, and a refusal of one request is none of the provider's", () => {
  const cases: readonly [string, string, number | null][] = [
    [
      '{"type":"usage_limit_reached","resets_at":1788879437,"resets_in_seconds":9568}',
      "refused-by-provider",
      1_788_879_437_000,
    ],
    ["You've hit your usage limit.", "refused-by-provider", null],
    ['{"resets_at":null}', "refused-by-provider", null],
    ['{"resets_at":1788879437000}', "refused-by-provider", null],
    ["unexpected status 400 Bad Request: too long", "crashed", null],
  ];

  for (const [message, outcome, retryAt] of cases) {
    const end = read([begun, line("turn.failed", { error: { message } })], exit(1)).exit;
    assert.deepEqual([end.outcome, end.retryAt], [outcome, retryAt], message);
  }
});
