/** How Claude Code is started, and what is said where it cannot be. */
import assert from "node:assert/strict";
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { claudeAgent } from "../../../src/adapters/agents/claude.ts";
import { folder, program, sessionId, spec, start } from "./plain-run.ts";

const gateway = { url: "http://127.0.0.1:8080", token: "a-token" };

test("the brief goes to standard input and the gateway's token to the environment, neither to the arguments", () => {
  const agent = claudeAgent({ command: ["/opt/claude"], hasKey: true });

  const plan = agent.plan(spec({ gateway, turns: 40 }));

  assert.deepEqual(plan, {
    argv: [
      "/opt/claude",
      "-p",
      "--output-format",
      "stream-json",
      "--verbose",
      "--session-id",
      sessionId,
      "--max-turns",
      "40",
      "--dangerously-skip-permissions",
      "--setting-sources",
      "user",
      "--strict-mcp-config",
    ],
    env: {
      ANTHROPIC_BASE_URL: "http://127.0.0.1:8080",
      ANTHROPIC_AUTH_TOKEN: "a-token",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_CODE_MAX_RETRIES: "3",
    },
    stdin: "Do it.",
    programs: [],
    homeFiles: {},
  });
});

test("a resumed session, a model, a budget and the superuser change the plan", () => {
  const agent = claudeAgent({ hasKey: true, maxBudgetUsd: 1.5 });
  const session = { id: sessionId, isResumed: true };

  const { argv, env } = agent.plan(spec({ session, model: "opus", turns: 7, isRoot: true }));

  const after = (flag: string): string | undefined => argv[argv.indexOf(flag) + 1];
  assert.equal(after("--resume"), sessionId);
  assert.ok(!argv.includes("--session-id"));
  assert.equal(after("--model"), "opus");
  assert.equal(after("--max-turns"), "7");
  assert.equal(after("--max-budget-usd"), "1.5");
  assert.equal(env["IS_SANDBOX"], "1");
  assert.equal(env["ANTHROPIC_BASE_URL"], undefined);
});

test("the native program is started and named, also where npm has left a stub of it", (t) => {
  const modules = join(realpathSync(folder(t)), "node_modules");
  const native = join(
    modules,
    `@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
  );
  const stub = join(modules, "@anthropic-ai/claude-code/bin/claude.exe");
  for (const file of [native, stub]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  }
  writeFileSync(native, "\u007fELF", { mode: 0o755 });
  mkdirSync(join(modules, ".bin"));
  symlinkSync(stub, join(modules, ".bin/claude"));
  const agent = claudeAgent({ command: [join(modules, ".bin/claude")], hasKey: true });

  const { argv, programs } = agent.plan(spec());

  assert.equal(argv[0], native);
  assert.deepEqual(programs, [native]);
});

test("a missing program, a broken one and a missing key are told with their cure", async (t) => {
  const works = program(t, "echo 2.1.329");
  const broken = program(t, "exit 1");
  const preflight = (command: string, hasKey = true): Promise<object> =>
    claudeAgent({ command: [command], hasKey }).preflight();

  assert.deepEqual(await preflight("/nowhere/claude"), {
    ok: false,
    why: "Claude Code is not installed: there is no program `/nowhere/claude`. Install it with `npm install --global @anthropic-ai/claude-code`, or use the agent `scripted`.",
  });
  assert.deepEqual(await preflight(broken), {
    ok: false,
    why: `Claude Code does not start: \`${broken} --version\` failed. Install it again with its install scripts allowed, or use the agent \`scripted\`.`,
  });
  assert.deepEqual(await preflight(works, false), {
    ok: false,
    why: "Claude Code has no model key: set ANTHROPIC_API_KEY, or use the agent `scripted`.",
  });
  assert.deepEqual(await preflight(works), { ok: true, version: "2.1.329" });
});

test("a run of the program is read to its end", async (t) => {
  const init = `{"type":"system","subtype":"init","session_id":"${sessionId}"}`;
  const line = '{"type":"result","subtype":"success","is_error":false,"result":"Read $brief"}';
  const command = [program(t, `read brief; cat <<END\n${init}\n${line}\nEND`)];

  const { over } = start(t, claudeAgent({ command, hasKey: true }), spec({ brief: "the brief\n" }));

  assert.deepEqual((await over).exit, {
    outcome: "finished",
    retryAt: null,
    handover: { kind: "ready", summary: "Read the brief", testing: "", replies: [] },
    session: sessionId,
  });
});
