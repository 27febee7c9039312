/** The verbs about a running service, as an operator runs them: real processes, the real socket, real files of runs. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { assignmentIn, at, deskOf, queued, reviewing, working } from "../support/assignments.ts";
import { runProcess, runProgram } from "./run-program.ts";
import { beginRun, running } from "./running.ts";

const worker = (number: number): string => `worker-${at / 1000}-${number}`;
/** The repository that has number 3: `acme/web`. */
const web = 3;

const said = (text: string): string =>
  JSON.stringify({
    type: "assistant",
    message: { id: "m", model: "m", content: [{ type: "text", text }] },
    session_id: "s",
  });
const used = (name: string): string =>
  JSON.stringify({
    type: "assistant",
    message: { id: "m", model: "m", content: [{ type: "tool_use", id: "t", name, input: {} }] },
    session_id: "s",
  });

test("the list tells who is asked for and what it waits for, for people and for programs", async (t) => {
  const hostile = assignmentIn(queued, 4);
  const { root, yardmaster } = await running(
    t,
    deskOf(assignmentIn(working(3), 3), {
      ...hostile,
      issue: { ...hostile.issue!, title: "\u001b]0;owned\u0007Add\nmore" },
    }),
  );

  const people = await runProcess(["list"], { YARDMASTER_DATA: root });
  const programs = await yardmaster("list", "--json");

  assert.equal(people.exitCode, 0);
  assert.match(people.stdout, /^ISSUE +PHASE +ATTEMPT .*\nacme\/web#3 +working +1\/4 +claude/u);
  assert.match(people.stdout, /acme\/web#4 +queued .*Add more +a free slot$/u);
  assert.ok(!people.stdout.includes("\u001b"));
  assert.deepEqual(
    JSON.parse(programs.stdout).assignments.map(({ task_id }: { task_id: string }) => task_id),
    ["acme/web#3", "acme/web#4"],
  );
});

test("the status tells everything about an issue and the last lines of its worker", async (t) => {
  const { root, yardmaster } = await running(t, deskOf(assignmentIn(working(3), 3)));
  const address = { repository: web, worker: worker(3), run: 1 };
  await beginRun(t, root, address, [
    said("one"),
    used("Bash"),
    said("two\u001b[2J"),
    said("three"),
  ]);

  const people = await yardmaster("status", "#3", "--tail", "3");
  const programs = await yardmaster("status", "3", "--json");

  assert.equal(people.stderr, "");
  assert.match(people.stdout, /^issue +acme\/web#3\n/u);
  assert.match(people.stdout, /\nrun +1, running\n/u);
  assert.ok(people.stdout.endsWith("\n\n[tool] Bash\ntwo\nthree"), people.stdout);
  assert.deepEqual(JSON.parse(programs.stdout).log_tail, ["one", "[tool] Bash", "two", "three"]);
});

test("a message is queued while the worker runs, and goes to it at once when it is idle", async (t) => {
  const desk = deskOf(assignmentIn(working(3), 3), reviewing(5, "s-5"));
  const { root, yardmaster } = await running(t, desk);

  const busy = await yardmaster("send", "3", "use", "tabs");
  const idle = await yardmaster("send", "acme/web#5", "rename it", "--json");
  const piped = await runProcess(["send", "3", "-"], { YARDMASTER_DATA: root }, "from\nstdin\n");
  const all = await yardmaster("broadcast", "stop adding files");

  assert.equal(busy.stdout, "Queued for the worker of acme/web#3: 1 waiting.");
  const answer = JSON.parse(idle.stdout);
  assert.deepEqual(
    [answer.task_id, answer.dispatched, answer.queued_count, answer.task.run],
    ["acme/web#5", true, 0, 2],
  );
  assert.equal(piped.exitCode, 0);
  assert.equal(
    all.stdout,
    "acme/web#3: queued, 3 waiting\nacme/web#5: queued, 1 waiting\nWritten to 2 workers.",
  );
  assert.deepEqual(
    desk.told.map((event) => (event.type === "message.sent" ? event.text : event.type)),
    ["use tabs", "rename it", "from\nstdin", "stop adding files", "stop adding files"],
  );
});

test("a session is attached to by the exact command, told with what that means", async (t) => {
  const { root, yardmaster } = await running(
    t,
    deskOf(
      assignmentIn(working(3), 3),
      reviewing(5, "s-5"),
      assignmentIn(working(7, {}, "scripted"), 7),
    ),
  );
  const init = JSON.stringify({
    type: "system",
    subtype: "init",
    session_id: "s-live",
    model: "m",
  });
  await beginRun(t, root, { repository: web, worker: worker(3), run: 1 }, [init]);

  const none = await yardmaster("attach", "7");
  const live = await yardmaster("attach", "3");
  const idle = await yardmaster("attach", "5", "--json");

  assert.equal(none.exitCode, 1);
  assert.equal(none.stderr, "acme/web#7 has no session yet.");
  assert.equal(
    live.stdout,
    `cd "${root}/worktree \\"3\\"" && HOME="${root}/home" claude --resume s-live --setting-sources user --strict-mcp-config`,
  );
  assert.match(live.stderr, /is running: wait for its end first/u);
  assert.match(live.stderr, /without sandbox and gateway/u);
  assert.deepEqual(Object.keys(JSON.parse(idle.stdout)), [
    "task_id",
    "session_id",
    "worktree_path",
    "resume_command",
  ]);
});

test("waiting tells the end with the seed's lines, and the tools or all lines where they are asked for", async (t) => {
  const { root, yardmaster } = await running(t, deskOf(assignmentIn(working(3), 3)));
  const lines = [used("Bash"), '{"type":"tool_use","tool_name":"Edit"}', "\u001b]0;x\u0007plain"];
  const address = { repository: web, worker: worker(3), run: 1 };
  const run = await beginRun(t, root, address, lines);

  const late = await runProcess(["wait", "3", "--timeout", "0.2"], { YARDMASTER_DATA: root });
  const waiting = yardmaster("wait", "3", "--granularity", "tool");
  await run.end();
  const tool = await waiting;
  const all = await yardmaster("wait", "#3", "--granularity", "all");

  const first = (how: string): string =>
    `WATCHING task=acme/web#3 pid=${run.pid} granularity=${how}`;
  assert.equal(late.exitCode, 5);
  assert.deepEqual(late.stdout.split("\n"), [first("exit"), "TIMEOUT task=acme/web#3"]);
  assert.equal(tool.exitCode, 0);
  assert.deepEqual(tool.stdout.split("\n"), [
    first("tool"),
    "TOOL task=acme/web#3 tool=Bash",
    "TOOL task=acme/web#3 tool=Edit",
    "EXITED task=acme/web#3",
  ]);
  assert.deepEqual(all.stdout.split("\n"), [
    first("all"),
    `LOG task=acme/web#3: ${lines[0]}`,
    `LOG task=acme/web#3: ${lines[1]}`,
    "LOG task=acme/web#3: plain",
    "EXITED task=acme/web#3",
  ]);
});

test("waiting for what cannot be waited for leaves with the seed's codes", async (t) => {
  const { yardmaster } = await running(t, deskOf(assignmentIn(queued, 3)));

  const wrong = await yardmaster("wait", "3", "--granularity", "some");
  const unknown = await yardmaster("wait", "9");
  const idle = await yardmaster("wait", "3", "--json");

  assert.deepEqual([wrong.exitCode, unknown.exitCode, idle.exitCode], [2, 3, 4]);
  assert.equal(wrong.stdout, "ERROR task=3 reason=invalid_granularity=some");
  assert.equal(unknown.stdout, "ERROR task=9 reason=not_found");
  assert.deepEqual(JSON.parse(idle.stdout), {
    event: "ERROR",
    task: "acme/web#3",
    reason: "no_process",
  });
});

test("logs are read as text, followed to the end, and kept when issue and service are gone", async (t) => {
  const { root, yardmaster } = await running(t, deskOf());
  const gone = { repository: web, worker: worker(8), run: 2 };
  const run = await beginRun(t, root, gone, [said("hello\nthere"), used("Bash"), said("bye")]);

  const now = await yardmaster("logs", worker(8));
  const following = yardmaster("logs", "-f", "8", "--granularity", "tool");
  await run.end();
  const followed = await following;
  const json = await yardmaster("logs", "8", "--granularity", "tool", "--json");

  assert.equal(now.stdout, "hello\nthere\n[tool] Bash\nbye");
  assert.equal(followed.stdout, "[tool] Bash\n[exited]");
  assert.deepEqual(JSON.parse(json.stdout.split("\n")[0] ?? ""), {
    type: "tool-started",
    id: "t",
    name: "Bash",
    kind: "exec",
    parent: null,
  });
});

test("spending is summed up by what is asked for, the dearest first", async (t) => {
  const row = {
    day: "2026-11-20",
    repository: "acme/web",
    issue: "acme/web#3",
    model: "small",
    requests: 2,
    input_tokens: 1_000,
    output_tokens: 10,
    usd: 0.25,
    is_estimate: false,
  };
  const { yardmaster } = await running(t, deskOf(), [
    row,
    { ...row, issue: "acme/web#4", model: "large", usd: 3, is_estimate: true },
    { ...row, issue: "acme/web#4", day: "2026-11-21", usd: 0.5 },
  ]);

  const issues = await yardmaster("spending");
  const models = await yardmaster("spending", "--by", "model", "--since", "24h", "--json");

  assert.match(
    issues.stdout,
    /acme\/web#4 +4 +2,000 +20 +~\$3\.50\nacme\/web#3 +2 +1,000 +10 +\$0\.2500\n\n\$3\.75 since/u,
  );
  assert.deepEqual(
    JSON.parse(models.stdout).sums.map(({ name, usd }: { name: string; usd: number }) => [
      name,
      usd,
    ]),
    [
      ["large", 3],
      ["small", 0.75],
    ],
  );
});

test("an ambiguous number is refused with all that it may mean, as a wrong use", async (t) => {
  const { yardmaster } = await running(
    t,
    deskOf(assignmentIn(queued, 3), assignmentIn(queued, 3, "api")),
  );

  const { exitCode, stderr } = await yardmaster("send", "3", "hello");

  assert.equal(exitCode, 2);
  assert.equal(stderr, "It is not clear which one is meant:\n  acme/web#3\n  acme/api#3");
});

test("without a service every verb says how to start one, and leaves with 1", async (t) => {
  const root = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const verbs = [
    ["list"],
    ["status", "3"],
    ["send", "3", "x"],
    ["wait", "3"],
    ["logs", "3"],
    ["spending"],
  ];

  for (const verb of verbs) {
    const { exitCode, stderr, stdout } = await runProgram([...verb, "--data", root]);
    assert.equal(exitCode, 1, verb.join(" "));
    assert.equal(stdout, "");
    assert.equal(
      stderr,
      `No service leads with the data folder ${root}: start it with \`yardmaster serve\`, or name another folder with --data or YARDMASTER_DATA.`,
    );
  }
});
