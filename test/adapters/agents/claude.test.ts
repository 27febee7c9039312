/** How Claude Code is started, and what is said where it cannot be. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { claudeAgent } from "../../../src/adapters/agents/claude.ts";
import { order, yard } from "./runs.ts";

const id = "11111111-2222-4333-8444-555555555555";
const key = { ANTHROPIC_API_KEY: "a-key" };

test("the brief goes to standard input and the key to the environment, neither to the arguments", () => {
  const agent = claudeAgent({ command: ["/opt/claude"], env: key });

  const plan = agent.plan({ brief: "Do it.", session: { id, isResumed: false }, isRoot: false });

  assert.deepEqual(plan, {
    argv: [
      "/opt/claude",
      "-p",
      "--output-format",
      "stream-json",
      "--verbose",
      "--session-id",
      id,
      "--max-turns",
      "100",
      "--dangerously-skip-permissions",
      "--setting-sources",
      "user",
      "--strict-mcp-config",
    ],
    env: {
      ANTHROPIC_API_KEY: "a-key",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_CODE_MAX_RETRIES: "3",
    },
    stdin: "Do it.",
  });
});

test("a resumed session, a budget and the superuser change the plan", () => {
  const agent = claudeAgent({ env: key, maxTurns: 7, maxBudgetUsd: 1.5 });

  const { argv, env } = agent.plan({ brief: "", session: { id, isResumed: true }, isRoot: true });

  const after = (flag: string): string | undefined => argv[argv.indexOf(flag) + 1];
  assert.equal(argv[0], "claude");
  assert.equal(after("--resume"), id);
  assert.ok(!argv.includes("--session-id"));
  assert.equal(after("--max-turns"), "7");
  assert.equal(after("--max-budget-usd"), "1.5");
  assert.equal(env["IS_SANDBOX"], "1");
});

test("a missing program, a broken one and a missing key are told with their cure", async (t) => {
  const works = program(t, "echo 2.1.329");
  const broken = program(t, "exit 1");

  assert.deepEqual(await claudeAgent({ command: ["/nowhere/claude"], env: key }).preflight(), {
    ok: false,
    why: "Claude Code is not installed: there is no program `/nowhere/claude`. Install it with `npm install --global @anthropic-ai/claude-code`, or use the agent `scripted`.",
  });
  assert.deepEqual(await claudeAgent({ command: [broken], env: key }).preflight(), {
    ok: false,
    why: `Claude Code does not start: \`${broken} --version\` failed. Install it again with its install scripts allowed, or use the agent \`scripted\`.`,
  });
  assert.deepEqual(await claudeAgent({ command: [works], env: {} }).preflight(), {
    ok: false,
    why: "Claude Code has no model key: set ANTHROPIC_API_KEY, or use the agent `scripted`.",
  });
  assert.deepEqual(await claudeAgent({ command: [works], env: key }).preflight(), {
    ok: true,
    version: "2.1.329",
  });
});

test("a run of the program is read to its end", async (t) => {
  const place = yard(t);
  const line = '{"type":"result","subtype":"success","is_error":false,"result":"Read $brief"}';
  const command = [program(t, `read brief; cat <<END\n${line}\nEND`)];
  const agents = place.agents({ claude: { command, env: key } });
  assert.deepEqual(agents.names, ["scripted", "claude"]);
  assert.equal((await agents.preflight("parrot")).ok, false);

  const worker = await agents.start(order("the brief", "claude"), place.worktree);

  assert.deepEqual(await worker.exited, {
    outcome: "finished",
    handover: { kind: "ready", summary: "Read the brief", testing: "" },
  });
});

function program(t: TestContext, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "claude-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "claude");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
