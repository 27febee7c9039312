/** Further runs of a Worker: the same worktree, the same session where the agent still knows it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import type { AgentAdapter, RunSpec } from "../../../src/adapters/agents/adapter.ts";
import { latestRun } from "../../../src/adapters/agents/run-folder.ts";
import { folderOf, order, resultLine, sayLine, shellAgent, textsOf, yard } from "./runs.ts";

const session = "11111111-2222-4333-8444-555555555555";

/** What Claude Code prints when it does not know the session, before it exits with 1. */
const unknownSession = `echo '${JSON.stringify({
  type: "result",
  subtype: "error_during_execution",
  is_error: true,
  errors: [`No conversation found with session ID: ${session}`],
})}'; exit 1`;

/** An agent that repeats its brief, and as a resumed one does what it is told here. */
function repeater(resumed: string): { adapter: AgentAdapter; sessions: RunSpec["session"][] } {
  const sessions: RunSpec["session"][] = [];
  const adapter = shellAgent([], {
    plan: ({ brief, session: of }) => {
      sessions.push(of);
      const script = of.isResumed ? resumed : `cat >&2; ${resultLine("anew")}`;
      return {
        argv: ["/bin/sh", "-c", script],
        env: {},
        stdin: brief,
        programs: [],
        homeFiles: {},
      };
    },
  });
  return { adapter, sessions };
}

test("a further run goes on with the session that it is told", async (t) => {
  const place = yard(t);
  const { adapter, sessions } = repeater(`cat >&2; ${resultLine("went on")}`);
  const agents = place.agents({ adapters: [adapter] });
  await (
    await agents.start(order("first brief", { agent: "shell" }), place.workplace)
  ).exited;

  const next = order("second brief", { agent: "shell", run: 2, session });
  const worker = await agents.start(next, place.workplace);

  const { outcome, handover } = await worker.exited;
  assert.deepEqual([outcome, handover.kind], ["finished", "ready"]);
  assert.deepEqual(sessions[1], { id: session, isResumed: true });
  const told = readFileSync(folderOf(place.root, 2).stderr, "utf8");
  assert.match(told, /second brief/);
  assert.doesNotMatch(told, /first brief/);
  const latest = await latestRun(place.root, 9, order("").worker);
  assert.equal(latest?.folder.path, folderOf(place.root, 2).path);
  assert.equal(latest?.record.session, session);
});

test("an agent that does not know the session is started once more, with all that it was told before", async (t) => {
  const place = yard(t);
  const { adapter, sessions } = repeater(unknownSession);
  const agents = place.agents({ adapters: [adapter] });
  await (
    await agents.start(order("first brief", { agent: "shell" }), place.workplace)
  ).exited;

  const next = order("second brief", { agent: "shell", run: 2, session });
  const worker = await agents.start(next, place.workplace);

  assert.equal((await worker.exited).outcome, "finished");
  assert.equal(sessions.length, 3);
  assert.equal(sessions[2]?.isResumed, false);
  assert.notEqual(sessions[2]?.id, session);
  const told = readFileSync(folderOf(place.root, 2).stderr, "utf8");
  assert.match(told, /first brief[^]*# Since then[^]*second brief/);
});

const others: readonly [string, string, string][] = [
  ["that had begun", `${sayLine("on it")}; exit 1`, "crashed"],
  ["whose program is missing", "exit 127", "crashed"],
  ["that the provider refused", refused(), "refused-by-provider"],
];
for (const [what, resumed, expected] of others) {
  test(`a resumed run ${what} is not started again`, async (t) => {
    const place = yard(t);
    const { adapter, sessions } = repeater(resumed);
    const next = order("brief", { agent: "shell", run: 2, session });

    const worker = await place.agents({ adapters: [adapter] }).start(next, place.workplace);

    assert.equal((await worker.exited).outcome, expected);
    assert.equal(sessions.length, 1);
  });
}

test("an agent that knows no session twice has crashed", async (t) => {
  const place = yard(t);
  const adapter = shellAgent(["/bin/sh", "-c", unknownSession]);
  const next = order("brief", { agent: "shell", run: 2, session });

  const worker = await place.agents({ adapters: [adapter] }).start(next, place.workplace);

  assert.equal((await worker.exited).outcome, "crashed");
  assert.deepEqual(textsOf(place.said), []);
});

function refused(): string {
  const result = { type: "result", subtype: "success", is_error: true, api_error_status: 401 };
  return `echo '${JSON.stringify(result)}'; exit 1`;
}
