/** The scripted agent as its program runs, without the runner. */
import assert from "node:assert/strict";
import test from "node:test";
import { scriptedAgent } from "../../../src/adapters/agents/scripted.ts";
import { start, sessionId, spec } from "./plain-run.ts";

const brief = (...script: readonly string[]): string =>
  ["Attempt: 1", "", "```yardmaster-script", ...script, "```", ""].join("\n");

test("a resumed session says so, keeps its name and follows the script of the new brief", async (t) => {
  const first = start(t, scriptedAgent, spec({ brief: brief("- ask: Which?") }));
  const session = { id: (await first.over).exit.session ?? "", isResumed: true };

  const second = start(t, scriptedAgent, spec({ session, brief: brief("- done: That one.") }));

  const { events, exit } = await second.over;
  assert.deepEqual(events, [
    { type: "session", id: sessionId, model: null, version: null },
    { type: "text", text: "The session is resumed.", parent: null },
    { type: "tool-started", id: "1", name: "done", kind: "exec", parent: null },
    { type: "turn-ended", isOk: true, reason: "COMPLETED" },
  ]);
  assert.deepEqual(exit, {
    outcome: "finished",
    retryAt: null,
    handover: { kind: "ready", summary: "That one.", testing: "", replies: [] },
    session: sessionId,
  });
});

test("a limit ends the run as a provider's refusal, and tells when it is over", async (t) => {
  const before = Date.now();

  const { exit } = await start(t, scriptedAgent, spec({ brief: brief("- limit: 2s") })).over;

  assert.equal(exit.outcome, "refused-by-provider");
  assert.equal(exit.handover.kind, "failed");
  const inMs = (exit.retryAt ?? 0) - before;
  assert.ok(inMs >= 2_000 && inMs <= 2_000 + (Date.now() - before), String(inMs));
});

test("its program can be read from what the plan names, and needs nothing else", async (t) => {
  const { argv, programs } = scriptedAgent.plan(spec());
  const [node = "", ...rest] = argv;
  const reading = programs.map((path) => `--allow-fs-read=${path}`);
  const plan = scriptedAgent.plan(spec({ brief: brief("- done: Read.") }));
  const confined = {
    ...scriptedAgent,
    plan: () => ({ ...plan, argv: [node, "--permission", ...reading, ...rest] }),
  };

  const { exit, stderr } = await start(t, confined, spec()).over;

  assert.equal(exit.outcome, "finished", stderr);
});
