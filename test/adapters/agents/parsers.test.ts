/** No reader of an agent's output may throw, whatever comes out of a process. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { AgentAdapter, RunEnd } from "../../../src/adapters/agents/adapter.ts";
import { agentAdapters } from "../../../src/adapters/agents/adapters.ts";
import { exit, read } from "./plain-run.ts";
import { recorded } from "./recorded.ts";
import { runs } from "../../support/fuzz.ts";

/** As our own programs write them. */
const ownLines = [
  { type: "session", id: "s", beginning: "resumed", agent: "a 1", model: null },
  { type: "update", update: { sessionUpdate: "tool_call", toolCallId: "t", title: "T" } },
  {
    type: "update",
    update: { sessionUpdate: "tool_call_update", toolCallId: "t", status: "failed" },
  },
  {
    type: "update",
    update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text: "Hi." } },
  },
  {
    type: "update",
    update: { sessionUpdate: "usage_update", cost: { amount: 1, currency: "USD" } },
  },
  { type: "denied", tool: "t" },
  { type: "failed", why: "w", isLogin: true },
  { type: "ended", reason: "end_turn" },
  { type: "started", session: "s", attempt: 1 },
  { type: "step", number: 1, name: "edit" },
  { type: "result", status: "BLOCKED", question: "q" },
].map((line) => JSON.stringify(line));

const lines = [
  ...ownLines,
  ...[
    "claude-stream",
    "claude-stream-api-error",
    "claude-stream-max-turns",
    "claude-stream-resume",
    "claude-stream-subagent",
    "codex-stream",
  ].flatMap(recorded),
];

const cut = fc
  .tuple(fc.constantFrom(...lines), fc.nat(20_000))
  .map(([line, at]) => line.slice(0, at));

/** Bytes as they reach a parser: read as UTF-8, whatever they were. */
const bytes = fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some).toString("utf8"));

/** A real line in which one value, at any depth, is another one. */
const bent = fc
  .tuple(fc.constantFrom(...lines), fc.nat(200), fc.jsonValue())
  .map(([line, at, value]) => {
    let seen = 0;
    return JSON.stringify(JSON.parse(line), (_, old: unknown) => (seen++ === at ? value : old));
  });

const typed = fc
  .record({
    type: fc.constantFrom(
      "system",
      "assistant",
      "user",
      "result",
      "item.completed",
      "turn.failed",
      "update",
      "step",
      "text",
    ),
    subtype: fc.constantFrom("init", "success", "api_retry"),
    rest: fc.dictionary(
      fc.constantFrom(
        "message",
        "result",
        "errors",
        "item",
        "usage",
        "is_error",
        "update",
        "status",
        "permission_denials",
        "text",
      ),
      fc.jsonValue(),
    ),
  })
  .map(({ type, subtype, rest }) => JSON.stringify({ type, subtype, ...rest }));

const anyLine = fc.oneof(
  fc.string(),
  bytes,
  fc.json(),
  cut,
  bent,
  typed,
  fc.constantFrom(...lines),
);
const anyEnd = fc.constantFrom<RunEnd>(
  exit(0),
  exit(1),
  exit(143),
  { by: "unknown" },
  { by: "us", reason: "stopped" },
  { by: "us", reason: "silent" },
);

const adapters: readonly AgentAdapter[] = agentAdapters({
  commands: [{ id: "command", argv: ["true"], prompt: "stdin" }],
});

for (const adapter of adapters) {
  test(`no output whatever makes the reader of \`${adapter.id}\` throw`, () => {
    fc.assert(
      fc.property(fc.array(anyLine), anyEnd, fc.boolean(), (output, end, isResumed) => {
        const parser = adapter.parser({ id: "a", isResumed });

        const { outcome, handover } = read(parser, output, end).exit;

        assert.ok(outcome && handover.kind);
      }),
      runs(),
    );
  });
}

test("a line of a million little things keeps nobody waiting", () => {
  const things = `[${"{},".repeat(1_000_000)}0]`;
  // Just few enough to be read.
  const fewer = `[${"{},".repeat(49_000)}0]`;
  const forms = [
    (content: string) => `{"type":"assistant","message":{"content":${content}}}`,
    (content: string) => `{"type":"item.completed","item":${content}}`,
    (content: string) => `{"type":"update","update":${content}}`,
  ];

  for (const adapter of adapters)
    for (const form of forms) {
      const parser = adapter.parser();
      const began = performance.now();
      for (const line of [form(things), form(fewer)]) parser.push(line);
      // Without limits it is more than ten seconds; a busy machine takes a part of one.
      assert.ok(performance.now() - began < 3_000, adapter.id);
    }
});

const sessionLines: Readonly<Record<string, (id: string) => object>> = {
  scripted: (session) => ({ type: "started", session, attempt: 1 }),
  claude: (id) => ({ type: "system", subtype: "init", session_id: id }),
  codex: (id) => ({ type: "thread.started", thread_id: id }),
  goose: (id) => ({ type: "session", id, beginning: "begun", agent: null, model: null }),
};

/** What a tool can write into its agent's output. */
const forgedSessions = [
  "a\0b",
  "--settings={}",
  "-cnotify=x",
  "/root/.ssh",
  'a"; id',
  "a!b",
  "a\nb",
  "",
  "x".repeat(201),
];

for (const [id, line] of Object.entries(sessionLines)) {
  test(`\`${id}\`: a session whose name could be more than a name is none`, () => {
    const adapter = adapters.find((one) => one.id === id);
    assert.ok(adapter);

    for (const [session, expected] of [
      ["01a1fbb3-bafa-73b0", "01a1fbb3-bafa-73b0"],
      ...forgedSessions.map((one) => [one, null] as const),
    ] as const) {
      const told = JSON.stringify(line(session));
      const { events, exit: end } = read(adapter.parser(), [told], exit(0));
      assert.equal(end.session, expected);
      assert.deepEqual(
        events.flatMap((event) => (event.type === "session" ? [event.id] : [])),
        expected === null ? [] : [expected],
      );
    }
  });
}
