/** Agents that are only a command of the operator's. */
import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import test from "node:test";
import { acpAgent } from "../../../src/adapters/agents/acp.ts";
import { commandAgent, type CommandOptions } from "../../../src/adapters/agents/command.ts";
import { commandParser } from "../../../src/adapters/agents/command-parser.ts";
import { exit, program, read, sessionId, spec, start } from "./plain-run.ts";

const agent = (fields: Partial<CommandOptions>): ReturnType<typeof commandAgent> =>
  commandAgent({ id: "mine", argv: ["/bin/true"], prompt: "stdin", ...fields });

const resumed = { id: sessionId, isResumed: true };
const gateway = { url: "http://127.0.0.1:8080", token: "a-token" };

test("placeholders are whole arguments, and those without a value are left out with their flag", () => {
  const argv = ["/bin/echo", ["--model", "{model}"], "{turns}", "x{model}", "{gateway}", "$(id)"];

  assert.deepEqual(agent({ argv }).plan(spec({ turns: 9 })).argv, [
    "/bin/echo",
    "9",
    "x{model}",
    "$(id)",
  ]);
  assert.deepEqual(agent({ argv }).plan(spec({ model: "; rm -rf /", gateway })).argv, [
    "/bin/echo",
    "--model",
    "; rm -rf /",
    "100",
    "x{model}",
    "http://127.0.0.1:8080",
    "$(id)",
  ]);
});

test("the gateway is named by variables, which are left out where there is none", () => {
  const env = { URL: "{gateway}/v1", KEY: "{token}", MODE: "fast" };

  assert.deepEqual(agent({ env }).plan(spec({ gateway })).env, {
    URL: "http://127.0.0.1:8080/v1",
    KEY: "a-token",
    MODE: "fast",
  });
  assert.deepEqual(agent({ env }).plan(spec()).env, { MODE: "fast" });
});

test("a session is gone on with only where there is a command for it", () => {
  const resume = ["/bin/echo", "resume", "{session}"];

  const able = agent({ resume });
  const unable = agent({});

  assert.deepEqual(able.plan(spec({ session: resumed })).argv, ["/bin/echo", "resume", sessionId]);
  assert.deepEqual(unable.plan(spec({ session: resumed })).argv, ["/bin/true"]);
  assert.deepEqual([able.caps.resume, unable.caps.resume], [true, false]);
  assert.equal(able.parser(resumed).end(exit(0)).session, sessionId);
  assert.equal(unable.parser(resumed).end(exit(0)).session, null);
});

test("the program and what its arguments name can be read, and what else the operator says", (t) => {
  const script = realpathSync(program(t, ""));

  const { argv, programs } = agent({
    argv: [script, "/nowhere/file", "/etc"],
    readable: ["/opt/models", "/usr/share"],
  }).plan(spec());

  assert.equal(basename(argv[0] ?? ""), "sh", "a script is started by its interpreter's path");
  assert.deepEqual(argv.slice(1), [script, "/nowhere/file", "/etc"]);
  assert.deepEqual(programs, [script, "/etc", "/opt/models"]);
});

test("only the operator's words show a file: a model and a session come from others", () => {
  const argv = ["/bin/echo", "/etc/passwd", ["--model", "{model}"], "{session}"];
  const asked = { model: "/etc/shadow", session: { id: "/root", isResumed: true } };

  for (const known of [agent({ argv }), acpAgent({ id: "mine", argv })]) {
    const { programs } = known.plan(spec(asked));
    assert.ok(programs.includes("/etc/passwd"));
    assert.deepEqual(
      programs.filter((path) => ["/etc/shadow", "/root"].includes(path)),
      [],
    );
  }
});

test("a command that cannot work is told with its cure", async (t) => {
  const present = program(t, "");
  const why = async (fields: Partial<CommandOptions>): Promise<unknown> =>
    agent(fields).preflight();

  assert.deepEqual(await why({ argv: ["/nowhere/agent"] }), {
    ok: false,
    why: "The agent `mine` is not installed: there is no program `/nowhere/agent`. Install it, or correct the command of this agent.",
  });
  assert.deepEqual(await why({ argv: [present, "{modell}"] }), {
    ok: false,
    why: "The command of the agent `mine` has the placeholder `{modell}`, which does not exist. Correct it in the settings.",
  });
  assert.deepEqual(await why({ argv: [present], prompt: "file" }), {
    ok: false,
    why: "The command of the agent `mine` takes the brief from a file but does not name `{brief-file}`. Correct it in the settings.",
  });
  assert.deepEqual(await why({ argv: [present, "{brief-file}"], prompt: "file" }), {
    ok: true,
    version: "unknown",
  });
});

test("a program reads its brief from standard input and reports by its last JSON block", async (t) => {
  const report = '```json\n{"status":"BLOCKED","summary":"s","question":"Which?"}\n```';
  const script = `read brief; printf '\\033[1m%s\\033[0m\\n' "$brief"; cat <<'END'\n${report}\nEND`;

  const { over } = start(t, agent({ argv: [program(t, script)] }), spec({ brief: "Do it.\n" }));
  const { events, exit: end } = await over;

  assert.deepEqual(events[0], { type: "text", text: "Do it.", parent: null });
  assert.deepEqual(end, {
    outcome: "finished",
    retryAt: null,
    handover: { kind: "blocked", question: "Which?" },
    session: null,
  });
});

test("a program that wants a file finds the brief in one", async (t) => {
  const argv = [program(t, 'cat "$1"'), "{brief-file}"];

  const { over } = start(t, agent({ argv, prompt: "file" }), spec({ brief: "From a file.\n" }));

  assert.deepEqual((await over).exit.handover, {
    kind: "ready",
    summary: "From a file.",
    testing: "",
    replies: [],
  });
});

test("a program that fails or cannot be started is no success", async (t) => {
  const failing = start(t, agent({ argv: [program(t, "echo half; exit 3")] }), spec());
  const missing = start(t, agent({ argv: ["/nowhere/agent"] }), spec());

  assert.deepEqual((await failing.over).exit, {
    outcome: "crashed",
    retryAt: null,
    handover: { kind: "failed", why: "The agent exited with code 3 and no result." },
    session: null,
  });
  assert.deepEqual((await missing.over).exit.handover, {
    kind: "failed",
    why: "The agent's program could not be started.",
  });
});

test("of a long output the end is kept, report and all", () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at}`);
  const report = ["```json", '{"status":"COMPLETED","summary":"All done."}', "```"];

  const silent = read(commandParser(null), lines, exit(0));
  const reporting = read(commandParser(null), [...lines, ...report, "Bye."], exit(0));

  assert.ok(silent.exit.handover.kind === "ready");
  assert.equal(silent.exit.handover.summary, lines.slice(-20).join("\n"));
  assert.ok(reporting.exit.handover.kind === "ready");
  assert.equal(reporting.exit.handover.summary, "All done.");
});

test("a flood of short lines is kept up with", () => {
  const parser = commandParser(null);
  const from = performance.now();

  for (let line = 0; line < 500_000; line += 1) parser.push("y");

  // It takes 50 ms; looking at all kept lines for each new one took 7 s.
  assert.ok(performance.now() - from < 2_000);
});

test("a script in a package is started by the interpreter that its first line names", () => {
  const { argv, programs } = agent({ argv: ["oxlint"] }).plan(spec());

  assert.equal(basename(argv[0] ?? ""), "node");
  assert.equal(basename(argv[1] ?? ""), "oxlint");
  assert.ok(programs.some((path) => basename(path) === "node_modules"));
  assert.ok(programs.every((path) => dirname(path) !== "/usr"));
});
