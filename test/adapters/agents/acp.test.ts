/** Agents behind the Agent Client Protocol: the driver as a real process, with a real agent's process below it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { acpAgent, type AcpOptions } from "../../../src/adapters/agents/acp.ts";
import { agentAdapters } from "../../../src/adapters/agents/adapters.ts";
import type { AgentAdapter, RunSpec } from "../../../src/adapters/agents/adapter.ts";
import type { AgentEvent } from "../../../src/adapters/agents/event.ts";
import { folder, spec, start, type PlainRun } from "./plain-run.ts";
import { moduleFile } from "../../support/own-file.ts";

const agentFile = moduleFile(import.meta, "acp-agent");

const agent = (flags: readonly string[] = [], fields: Partial<AcpOptions> = {}): AgentAdapter =>
  acpAgent({ id: "mine", argv: [process.execPath, agentFile, ...flags], ...fields });

const run = (
  t: TestContext,
  adapter: AgentAdapter,
  fields: Partial<RunSpec>,
  home = folder(t),
): Promise<PlainRun> => start(t, adapter, spec(fields), home).over;

const textsOf = (events: readonly AgentEvent[]): string[] =>
  events.flatMap((event) => (event.type === "text" ? [event.text] : []));

test("a turn is told event by event, allowed once what it asks for, and ends with its report", async (t) => {
  const started = start(t, agent(), spec({ brief: "work" }));
  const { events, exit, stderr } = await started.over;

  const [session, ...rest] = events;
  assert.ok(session?.type === "session", stderr);
  assert.equal(session.version, "acp-agent 0.1");
  assert.deepEqual(rest, [
    { type: "thinking", text: "Hm." },
    { type: "text", text: "I will write a file.", parent: null },
    { type: "tool-started", id: "tool-1", name: "Write x.txt", kind: "edit", parent: null },
    { type: "tool-ended", id: "tool-1", isOk: true },
    { type: "usage", inputTokens: 0, outputTokens: 0, cachedTokens: 0, usd: 0.25 },
    {
      type: "text",
      text: '```json\n{"status":"COMPLETED","summary":"Wrote it.","testing":"None."}\n```',
      parent: null,
    },
    { type: "turn-ended", isOk: true, reason: "end_turn" },
  ]);
  assert.deepEqual(exit, {
    outcome: "finished",
    retryAt: null,
    handover: { kind: "ready", summary: "Wrote it.", testing: "None.", replies: [] },
    session: session.id,
  });
  assert.equal(readFileSync(join(started.worktree, "x.txt"), "utf8"), "once\n");
});

test("permission that is asked for always is not given", async (t) => {
  const always = await run(t, agent(), { brief: "ask twice" });

  assert.deepEqual(
    always.events.find(({ type }) => type === "denied"),
    { type: "denied", tool: "Write x.txt", why: "" },
  );
});

for (const flag of ["--resume", "--load"]) {
  test(`a session is gone on with by ${flag} and its history is not told again`, async (t) => {
    const home = folder(t);
    const session = { id: "session-1", isResumed: true };
    // What the agent leaves in its home when it has begun one.
    writeFileSync(join(home, `${session.id}.session`), "");

    const { events, exit } = await run(t, agent([flag]), { brief: "again", session }, home);

    assert.equal(exit.session, session.id);
    assert.equal(exit.outcome, "finished");
    assert.equal(textsOf(events).length, 1);
    assert.match(textsOf(events)[0] ?? "", /^Told: again\./);
  });
}

test("where a session cannot be gone on with, a new one is begun and says so", async (t) => {
  const session = { id: "session-gone", isResumed: true };

  const unable = await run(t, agent(), { brief: "a", session });
  const gone = await run(t, agent(["--resume"]), { brief: "b", session });

  for (const { events, exit } of [unable, gone]) {
    assert.equal(exit.outcome, "finished");
    assert.notEqual(exit.session, session.id);
    assert.equal(
      textsOf(events)[0],
      "The agent could not go on with its session; this is a new one.",
    );
  }
});

test("model, mode and login are chosen by the protocol, the model only where nothing else names it", async (t) => {
  const options = { mode: "yolo", login: "key" };

  const chosen = await run(t, agent(["--login"], options), { brief: "a", model: "small" });
  const named = await run(t, agent([], { env: { MODEL: "{model}" } }), {
    brief: "a",
    model: "small",
  });

  assert.match(
    textsOf(chosen.events)[0] ?? "",
    /\{"mode":"yolo","model":"llm=small","login":"key"\}/,
  );
  assert.match(textsOf(named.events)[0] ?? "", /"model":"none"/);
});

test("each reason to stop has its outcome", async (t) => {
  const cases = [
    ["max_tokens", "turns-exhausted", "unfinished"],
    ["max_turn_requests", "turns-exhausted", "unfinished"],
    ["refusal", "crashed", "failed"],
  ] as const;

  for (const [brief, outcome, kind] of cases) {
    const { exit } = await run(t, agent(), { brief });
    assert.deepEqual([exit.outcome, exit.handover.kind], [outcome, kind]);
  }
});

test("what goes wrong is told in the agent's words", async (t) => {
  const why = async (adapter: AgentAdapter, brief: string): Promise<unknown> => {
    const { outcome, handover } = (await run(t, adapter, { brief })).exit;
    return [outcome, handover.kind === "failed" && handover.why];
  };

  assert.deepEqual(await why(agent(), "fail"), [
    "crashed",
    'The agent failed: Internal error: {"details":"429 Too Many Requests"}',
  ]);
  assert.deepEqual(await why(agent(["--login"]), "a"), [
    "refused-by-provider",
    "The agent asks for a login: Authentication required",
  ]);
  assert.deepEqual(await why(agent(), "exit"), [
    "crashed",
    "The agent failed: The agent's program ended (7).",
  ]);
  assert.deepEqual(await why(acpAgent({ id: "mine", argv: ["/nowhere/agent"] }), "a"), [
    "crashed",
    "The agent failed: The agent's program could not be started.",
  ]);
});

test("an interrupted turn comes to its end, and nothing of it is left running", async (t) => {
  const started = start(t, agent(), spec({ brief: "hang" }));
  await started.until("text");

  process.kill(started.pid, "SIGINT");

  const { exit } = await started.over;
  assert.deepEqual(exit.handover, { kind: "failed", why: "The agent was interrupted." });
  const left = Number.parseInt((exit.session ?? "").slice("session-".length), 10);
  assert.ok(left > 0 && !existsSync(`/proc/${left}`));
});

test("the driver and the agent can be read from what the plan names, and need nothing else", async (t) => {
  const adapter = agent();
  const home = folder(t);
  const plan = adapter.plan(spec({ brief: "hello" }));
  const [node = "", ...rest] = plan.argv;
  const allowed = [
    ...[...plan.programs, home].map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${home}`,
    "--allow-child-process",
  ];
  const argv = [node, "--permission", ...allowed, ...rest];

  const { exit, stderr } = await run(t, { ...adapter, plan: () => ({ ...plan, argv }) }, {}, home);

  assert.equal(exit.outcome, "finished", JSON.stringify(exit) + stderr);
});

test("the known agents are there by their names, and an operator's own takes such a name", async () => {
  const own = { id: "goose", argv: ["/nowhere/goose"] };

  const known = agentAdapters({ acp: [own] });

  assert.deepEqual(
    known.map(({ id }) => id),
    ["scripted", "claude", "codex", "gemini", "copilot", "opencode", "goose"],
  );
  const why = await known.find(({ id }) => id === "goose")?.preflight();
  assert.deepEqual(why, {
    ok: false,
    why: "The agent `goose` is not installed: there is no program `/nowhere/goose`. Install it, or use the agent `scripted`.",
  });
});

test("an agent whose API the gateway does not speak is refused, until the operator says how to reach it", async () => {
  const own = { id: "gemini", argv: [process.execPath], env: { GOOGLE_GEMINI_BASE_URL: "x" } };
  const gemini = (acp: readonly AcpOptions[]): AgentAdapter | undefined =>
    agentAdapters({ acp }).find(({ id }) => id === "gemini");

  assert.deepEqual(await gemini([])?.preflight(), {
    ok: false,
    why: "Gemini CLI speaks Google's API, which the gateway does not. Define an agent `gemini` whose variables lead to an endpoint that it can reach, or use another agent.",
  });
  assert.equal((await gemini([own])?.preflight())?.ok, true);
});

test("the known agents reach their models through the gateway and see no key", () => {
  const gateway = { url: "http://127.0.0.1:8080", token: "a-token" };

  for (const adapter of agentAdapters({}).filter(({ provider }) => provider !== null)) {
    const { argv, env, stdin, homeFiles } = adapter.plan(spec({ gateway, model: "opus" }));

    const named = JSON.stringify([Object.values(env), homeFiles]);
    assert.ok(named.includes("http://127.0.0.1:8080"), adapter.id);
    assert.ok(Object.values(env).includes("a-token"), adapter.id);
    assert.ok(!JSON.stringify([argv, stdin, homeFiles]).includes("a-token"), adapter.id);
  }
});
