/** The runner with real processes: how runs end, and what is left of them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { takeStep } from "../../../src/adapters/agents/scripted-step.ts";
import { livingProcess } from "../../../src/adapters/agents/system-processes.ts";
import { noUsage } from "../../../src/core/handover.ts";
import {
  briefWith,
  git,
  hang,
  initGit,
  limits,
  order,
  quickAgent,
  resultLine,
  sayLine,
  shell,
  shellAgent,
  shellOrder,
  startDaemon,
  textsOf,
  workplaceIn,
  yard,
  type Yard,
} from "./runs.ts";

const daemonPid = (text: string): number => Number(text.split(" ")[1]);

test("a script edits, commits and finishes with its summary", async (t) => {
  const place = yard(t);
  initGit(place.workplace.worktree);
  const brief = briefWith(
    "- edit: {path: docs/a.txt, content: one}",
    "- append: {path: docs/a.txt, content: ' two'}",
    "- commit: 'docs: add a'",
    "- done: Added a.",
  );

  const worker = await place.agents().start(order(brief), place.workplace);
  const exit = await worker.exited;

  assert.deepEqual(exit, {
    outcome: "finished",
    retryAt: null,
    handover: { kind: "ready", summary: "Added a.", testing: "", replies: [] },
    session: sessionIn(place),
    usage: noUsage,
  });
  assert.equal(readFileSync(join(place.workplace.worktree, "docs/a.txt"), "utf8"), "one two");
  assert.equal(git(place.workplace.worktree, "log", "--format=%s"), "docs: add a");
  assert.equal(git(place.workplace.worktree, "status", "--porcelain"), "");
});

const ends: readonly [string, string, object][] = [
  ["handover: half done", "finished", { kind: "unfinished", notes: "half done", report: null }],
  ["ask: Which one?", "finished", { kind: "blocked", question: "Which one?" }],
  ["fail: no idea", "finished", { kind: "failed", why: "no idea" }],
  ["crash", "crashed", { kind: "failed", why: "The agent was killed by signal 9." }],
];
for (const [step, outcome, handover] of ends) {
  test(`a run that ends with \`${step}\` is ${outcome}`, async (t) => {
    const place = yard(t);

    const worker = await place.agents().start(order(briefWith(`- ${step}`)), place.workplace);

    const exit = await worker.exited;
    assert.deepEqual([exit.outcome, exit.handover], [outcome, handover]);
  });
}

test("an invalid script fails and says where", async (t) => {
  const place = yard(t);

  const worker = await place.agents().start(order(briefWith("- jump: high")), place.workplace);
  const { outcome, handover } = await worker.exited;

  assert.equal(outcome, "finished");
  assert.match(JSON.stringify(handover), /The script failed: .*Invalid input.*at \[0\]/);
});

test("a script cannot write outside its worktree or into its git folder", async (t) => {
  const place = yard(t);
  const brief = briefWith(`- edit: {path: ../out.txt, content: x}`);

  const worker = await place.agents().start(order(brief), place.workplace);

  const refusal = /is not a file of the worktree/;
  assert.match(JSON.stringify((await worker.exited).handover), refusal);
  for (const path of [".git/config", "/etc/yardmaster-test"]) {
    await assert.rejects(takeStep({ edit: { path, content: "x" } }, null), refusal);
    await assert.rejects(takeStep({ append: { path, content: "x" } }, null), refusal);
  }
});

test("a grandchild that holds the output open delays nothing and is killed", async (t) => {
  const place = yard(t);
  const script = `${startDaemon}; ${resultLine("ok")}`;

  const agents = place.agents({ adapters: [shell] });
  const worker = await agents.start(shellOrder(script), place.workplace);
  const exit = await worker.exited;

  assert.equal(exit.outcome, "finished");
  const pid = daemonPid(await place.text("daemon "));
  assert.ok(pid > 0);
  assert.equal(livingProcess(pid), undefined);
});

test("a stopped run is gone with all that it started, in whatever session", async (t) => {
  const place = yard(t);
  const agents = place.agents({ adapters: [shell] });
  const worker = await agents.start(shellOrder(`${startDaemon}; ${hang}`), place.workplace);
  const pid = daemonPid(await place.text("daemon "));
  assert.ok(livingProcess(pid));

  await worker.stop();

  assert.equal((await worker.exited).outcome, "stopped");
  assert.equal(livingProcess(pid), undefined);
  assert.equal(livingProcess(recordOf(place.folder.record).pid), undefined);
});

test("an agent that ignores the interrupt is killed after the grace", async (t) => {
  const place = yard(t);
  const deaf = `trap "" INT; ${sayLine("deaf")}; while :; do sleep 1; done`;
  const agents = place.agents({ graceMs: 30, adapters: [shellAgent(["/bin/sh", "-c", deaf])] });
  const worker = await agents.start(order("", { agent: "shell" }), place.workplace);
  await place.text("deaf");

  await worker.stop();

  assert.equal((await worker.exited).outcome, "stopped");
});

test("an interrupted agent may still say its last words", async (t) => {
  const place = yard(t);
  const script = join(place.root, "polite.sh");
  writeFileSync(
    script,
    `bye() { ${sayLine("bye")}; exit 0; }\ntrap bye INT\n${sayLine("here")}\nwhile :; do sleep 0.05; done\n`,
  );
  const agents = place.agents({ adapters: [shellAgent(["/bin/sh", script])] });
  const worker = await agents.start(order("", { agent: "shell" }), place.workplace);
  await place.text("here");

  await worker.stop();

  assert.deepEqual(textsOf(place.said), ["here", "bye"]);
  assert.equal((await worker.exited).outcome, "stopped");
});

test("a run whose time is used up leaves its last words as notes", async (t) => {
  const place = yard(t);
  const script = `${sayLine("half way there")}; ${hang}`;
  const agents = place.agents({ adapters: [shell], graceMs: 30 });
  const worker = await agents.start(shellOrder(script), place.workplace);
  await place.text("half way there");

  place.clock.pass(60_000);

  const { outcome, handover } = await worker.exited;
  assert.equal(outcome, "timed-out");
  assert.deepEqual(handover, { kind: "unfinished", notes: "half way there", report: null });
});

test("a run that gives no sign of life for too long is ended as silent", async (t) => {
  const place = yard(t);
  const go = join(place.root, "go");
  const script = `${sayLine("one")}; until [ -e ${go} ]; do sleep 0.02; done; ${sayLine("two")}; tail -f /dev/null`;
  const adapters = [shellAgent(["/bin/sh", "-c", script])];
  const terms = { agent: "shell", ...limits({ silenceMs: 10_000, wallClockMs: 600_000 }) };
  const agents = place.agents({ adapters, graceMs: 30 });
  const worker = await agents.start(order("", terms), place.workplace);
  await place.text("one");

  place.clock.pass(9_000);
  writeFileSync(go, "");
  await place.text("two");
  place.clock.pass(9_000);
  assert.ok(!existsSync(place.folder.kill), "each sign of life counts");
  place.clock.pass(1_000);

  assert.equal((await worker.exited).outcome, "silent");
});

const flood = `yes ${"long".repeat(100)} | head -c 300000`;

test("a run that floods its output is ended and says so", async (t) => {
  for (const where of ["", " >&2"]) {
    const place = yard(t);
    const adapters = [shellAgent(["/bin/sh", "-c", `${flood}${where}; sleep 60`])];
    const terms = { agent: "shell", ...limits({ outputBytes: 20_000 }) };

    const worker = await place.agents({ adapters }).start(order("", terms), place.workplace);

    const { outcome, handover } = await worker.exited;
    assert.equal(outcome, "flooded");
    assert.deepEqual(handover, {
      kind: "failed",
      why: "The agent was stopped because it wrote too much output.",
    });
  }
});

test("a run that has flooded its output and ended before anybody looked says so too", async (t) => {
  for (const where of ["", " >&2"]) {
    const place = yard(t);
    const adapters = [shellAgent(["/bin/sh", "-c", `${flood}${where}`])];
    const terms = { agent: "shell", ...limits({ outputBytes: 20_000 }) };

    const worker = await place.agents({ adapters }).start(order("", terms), place.workplace);
    // Nothing of ours runs until its exit is there.
    const wait = 'until [ -e "$1" ]; do sleep 0.02; done';
    execFileSync("/bin/sh", ["-c", wait, "sh", place.folder.exit]);

    assert.equal((await worker.exited).outcome, "flooded");
  }
});

test("a flood is ended before all of it is read", async (t) => {
  const place = yard(t);
  // Read to the limit, these would be a hundred thousand lines.
  const adapters = [
    shellAgent(["/bin/sh", "-c", "yes a line of twenty by | head -c 12000000; sleep 600"]),
  ];
  const terms = { agent: "shell", ...limits({ outputBytes: 2_000_000 }) };

  const worker = await place.agents({ adapters }).start(order("", terms), place.workplace);

  assert.equal((await worker.exited).outcome, "flooded");
  assert.ok(place.said.length < 50_000, `${place.said.length} lines were read`);
});

test("the turns of an agent that does not count them are counted", async (t) => {
  const place = yard(t);
  const brief = briefWith("- print: a", "- print: b", "- print: c", "- hang");

  const worker = await place
    .agents({ adapters: [{ ...quickAgent, caps: { ...quickAgent.caps, maxTurns: false } }] })
    .start(order(brief, limits({ turns: 3 })), place.workplace);

  assert.equal((await worker.exited).outcome, "turns-exhausted");
  assert.deepEqual(textsOf(place.said), ["a", "b", "c"]);
});

test("an agent whose program is missing has crashed", async (t) => {
  const place = yard(t);
  const agents = place.agents({ adapters: [shellAgent(["/nowhere/claude"])] });

  const worker = await agents.start(order("", { agent: "shell" }), place.workplace);

  const { outcome, handover } = await worker.exited;
  assert.equal(outcome, "crashed");
  assert.deepEqual(handover, {
    kind: "failed",
    why: "The agent's program could not be started.",
  });
});

test("a missing worktree and an unknown agent are faults without the brief in them", async (t) => {
  const place = yard(t);
  const agents = place.agents();
  const nowhere = { ...place.workplace, worktree: join(place.root, "none") };

  await assert.rejects(agents.start(order("secret brief"), nowhere), {
    name: "AgentFault",
    kind: "spawn",
    message: "the agent's process cannot be started: ENOENT",
  });
  await assert.rejects(agents.start(order("secret", { agent: "parrot" }), place.workplace), {
    kind: "unknown-agent",
    message: "there is no agent `parrot`; there are `scripted`",
  });
});

test("two starts of one run share one process", async (t) => {
  const place = yard(t);
  const agents = place.agents({ adapters: [shell] });
  const asked = shellOrder(`printf x >> a.txt; ${resultLine("ok")}`);

  const [one, two] = await Promise.all([
    agents.start(asked, place.workplace),
    agents.start(asked, place.workplace),
  ]);
  await one.exited;
  const three = await agents.start(asked, place.workplace);

  assert.deepEqual(await two.exited, await one.exited);
  assert.deepEqual(await three.exited, await one.exited);
  assert.equal(readFileSync(join(place.workplace.worktree, "a.txt"), "utf8"), "x");
});

test("a worktree has one live Worker: another start in it is refused until that one has ended", async (t) => {
  const place = yard(t);
  const agents = place.agents({ adapters: [shell] });
  const worker = await agents.start(shellOrder(`${sayLine("a")}; ${hang}`), place.workplace);
  await place.text("a");
  const session = "11111111-2222-4333-8444-555555555555";
  const next = shellOrder(resultLine("ok"), { run: 2, session });

  await assert.rejects(agents.start(next, place.workplace), { kind: "occupied", retryable: true });
  const beside = await agents.start({ ...next, attempt: 2 }, workplaceIn(place.root, 2));
  assert.equal((await beside.exited).outcome, "finished");
  await worker.stop();
  const after = await agents.start({ ...next, run: 3 }, place.workplace);

  assert.equal((await after.exited).outcome, "finished");
});

test("of two runs that are started in one worktree at once, one is refused", async (t) => {
  const place = yard(t);
  const agents = place.agents({ adapters: [shell], graceMs: 30 });
  const session = "11111111-2222-4333-8444-555555555555";
  const script = `${sayLine("a")}; ${hang}`;

  const starts = await Promise.allSettled(
    [1, 2].map((run) => agents.start(shellOrder(script, { run, session }), place.workplace)),
  );

  const outcomes = starts.map((one) =>
    one.status === "fulfilled" ? "started" : String(one.reason.kind),
  );
  // Which of the two comes first is the machine's choice.
  assert.deepEqual(outcomes.sort(), ["occupied", "started"]);
  for (const one of starts) if (one.status === "fulfilled") await one.value.stop();
});

test("the run's files are ours alone and what it is told reaches no log", async (t) => {
  const place = yard(t);
  const agents = place.agents({ adapters: [shellAgent(["/bin/cat"])] });

  const worker = await agents.start(order("canary brief", { agent: "shell" }), place.workplace);
  await worker.exited;

  const { folder } = place;
  assert.equal(statSync(folder.path).mode & 0o777, 0o700);
  for (const file of [folder.brief, folder.prompt, folder.events, folder.record]) {
    assert.equal(statSync(file).mode & 0o077, 0);
  }
  assert.ok(place.logged.length >= 2);
  assert.doesNotMatch(place.logged.join("\n"), /canary/);
  assert.doesNotMatch(readFileSync(folder.record, "utf8"), /canary/);
});

const recordOf = (path: string): { pid: number; session: string } =>
  JSON.parse(readFileSync(path, "utf8"));

const sessionIn = (place: Yard): string => recordOf(place.folder.record).session;
