/** The runner with real processes: how runs end, and what is left of them. */
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { livingProcess } from "../../../src/adapters/agents/system-processes.ts";
import { briefWith, git, initGit, order, textsOf, yard } from "./runs.ts";

const daemonPid = (text: string): number => Number(text.split(" ")[1]);

test("a script edits, commits and finishes with its summary", async (t) => {
  const place = yard(t);
  initGit(place.worktree);
  const brief = briefWith(
    "- edit: {path: docs/a.txt, content: one}",
    "- append: {path: docs/a.txt, content: ' two'}",
    "- commit: 'docs: add a'",
    "- done: Added a.",
  );

  const worker = await place.agents().start(order(brief), place.worktree);
  const exit = await worker.exited;

  assert.deepEqual(exit, {
    outcome: "finished",
    handover: { kind: "ready", summary: "Added a.", testing: "" },
  });
  assert.equal(readFileSync(join(place.worktree, "docs/a.txt"), "utf8"), "one two");
  assert.equal(git(place.worktree, "log", "--format=%s"), "docs: add a");
  assert.equal(git(place.worktree, "status", "--porcelain"), "");
});

const ends: readonly [string, string, object][] = [
  ["handover: half done", "finished", { kind: "unfinished", notes: "half done" }],
  ["ask: Which one?", "finished", { kind: "blocked", question: "Which one?" }],
  ["fail: no idea", "crashed", { kind: "failed", why: "no idea" }],
  ["crash", "crashed", { kind: "failed", why: "The agent was killed by signal 9." }],
];
for (const [step, outcome, handover] of ends) {
  test(`a run that ends with \`${step}\` is ${outcome}`, async (t) => {
    const place = yard(t);

    const worker = await place.agents().start(order(briefWith(`- ${step}`)), place.worktree);

    assert.deepEqual(await worker.exited, { outcome, handover });
  });
}

test("an invalid script fails and says where", async (t) => {
  const place = yard(t);

  const worker = await place.agents().start(order(briefWith("- jump: high")), place.worktree);
  const { outcome, handover } = await worker.exited;

  assert.equal(outcome, "crashed");
  assert.match(JSON.stringify(handover), /The script failed: .*Invalid input.*at \[0\]/);
});

test("a script cannot write outside its worktree or into its git folder", async (t) => {
  for (const path of ["../out.txt", ".git/config", "/etc/yardmaster-test"]) {
    const place = yard(t);
    const brief = briefWith(`- edit: {path: ${path}, content: x}`);

    const worker = await place.agents().start(order(brief), place.worktree);

    assert.match(JSON.stringify((await worker.exited).handover), /is not a file of the worktree/);
  }
});

test("a grandchild that holds the output open delays nothing and is killed", async (t) => {
  const place = yard(t);
  const brief = briefWith("- spawn-daemon", "- done: ok");

  const worker = await place.agents().start(order(brief), place.worktree);
  const exit = await worker.exited;

  assert.equal(exit.outcome, "finished");
  const pid = daemonPid(await place.text("daemon "));
  assert.ok(pid > 0);
  assert.equal(livingProcess(pid), undefined);
});

test("a stopped run is gone with all that it started, in whatever session", async (t) => {
  const place = yard(t);
  const worker = await place
    .agents()
    .start(order(briefWith("- spawn-daemon", "- hang")), place.worktree);
  const pid = daemonPid(await place.text("daemon "));
  assert.ok(livingProcess(pid));

  await worker.stop();

  assert.equal((await worker.exited).outcome, "stopped");
  assert.equal(livingProcess(pid), undefined);
  assert.equal(livingProcess(recordOf(place.folder.record).pid), undefined);
});

test("an agent that ignores the interrupt is killed after the grace", async (t) => {
  const place = yard(t);
  const script = join(place.root, "stubborn.sh");
  writeFileSync(
    script,
    `trap "" INT\necho '{"type":"assistant","message":{"content":[{"type":"text","text":"deaf"}]}}'\nwhile :; do sleep 1; done\n`,
  );
  const agents = place.agents({ graceMs: 30, claude: { command: ["/bin/sh", script], env: {} } });
  const worker = await agents.start(order("", "claude"), place.worktree);
  await place.text("deaf");

  await worker.stop();

  assert.equal((await worker.exited).outcome, "stopped");
});

test("an interrupted agent may still say its last words", async (t) => {
  const place = yard(t);
  const script = join(place.root, "polite.sh");
  const say = (text: string): string =>
    `echo '{"type":"assistant","message":{"content":[{"type":"text","text":"${text}"}]}}'`;
  writeFileSync(
    script,
    `trap '${say("bye").replaceAll("'", `'\\''`)}; exit 0' INT\n${say("here")}\nwhile :; do sleep 0.05; done\n`,
  );
  const agents = place.agents({ claude: { command: ["/bin/sh", script], env: {} } });
  const worker = await agents.start(order("", "claude"), place.worktree);
  await place.text("here");

  await worker.stop();

  assert.deepEqual(textsOf(place.said), ["here", "bye"]);
  assert.equal((await worker.exited).outcome, "stopped");
});

test("a run whose time is used up leaves its last words as notes", async (t) => {
  const place = yard(t);
  const brief = briefWith("- print: half way there", "- hang");
  const worker = await place.agents().start(order(brief), place.worktree);
  await place.text("half way there");

  place.clock.pass(60_000);

  assert.deepEqual(await worker.exited, {
    outcome: "timed-out",
    handover: { kind: "unfinished", notes: "half way there" },
  });
});

test("a run that floods its output is ended and says so", async (t) => {
  const place = yard(t);
  const agents = place.agents({ outputCapBytes: 200_000 });

  const worker = await agents.start(order(briefWith("- flood: 1MB", "- hang")), place.worktree);

  assert.deepEqual(await worker.exited, {
    outcome: "crashed",
    handover: {
      kind: "failed",
      why: "The agent was stopped because it wrote too much output.",
    },
  });
});

test("an agent whose program is missing has crashed", async (t) => {
  const place = yard(t);
  const agents = place.agents({ claude: { command: ["/nowhere/claude"], env: {} } });

  const worker = await agents.start(order("", "claude"), place.worktree);

  assert.deepEqual(await worker.exited, {
    outcome: "crashed",
    handover: { kind: "failed", why: "The agent's program could not be started." },
  });
});

test("a missing worktree and an unknown agent are faults without the brief in them", async (t) => {
  const place = yard(t);
  const agents = place.agents();

  await assert.rejects(agents.start(order("secret brief"), join(place.root, "none")), {
    name: "AgentFault",
    kind: "spawn",
    message: "the agent's process cannot be started: ENOENT",
  });
  await assert.rejects(agents.start(order("secret brief", "parrot"), place.worktree), {
    kind: "unknown-agent",
    message: "there is no agent `parrot`; there are `scripted` and `claude`",
  });
});

test("two starts of one Worker share one process", async (t) => {
  const place = yard(t);
  const agents = place.agents();
  const brief = briefWith("- append: {path: a.txt, content: x}", "- done: ok");

  const [one, two] = await Promise.all([
    agents.start(order(brief), place.worktree),
    agents.start(order(brief), place.worktree),
  ]);
  await one.exited;
  const three = await agents.start(order(brief), place.worktree);

  assert.deepEqual(await two.exited, await one.exited);
  assert.deepEqual(await three.exited, await one.exited);
  assert.equal(readFileSync(join(place.worktree, "a.txt"), "utf8"), "x");
});

test("the run's files are ours alone and its secrets reach no log", async (t) => {
  const place = yard(t);
  const env = { ANTHROPIC_API_KEY: "canary-key" };
  const agents = place.agents({ claude: { command: ["/bin/sh", "-c", "cat"], env } });

  const worker = await agents.start(order("canary brief", "claude"), place.worktree);
  await worker.exited;

  assert.equal(statSync(place.folder.path).mode & 0o777, 0o700);
  for (const file of [place.folder.prompt, place.folder.events, place.folder.record]) {
    assert.equal(statSync(file).mode & 0o077, 0);
  }
  assert.ok(place.logged.length >= 2);
  assert.doesNotMatch(place.logged.join("\n"), /canary/);
  assert.doesNotMatch(readFileSync(place.folder.record, "utf8"), /canary/);
});

const recordOf = (path: string): { pid: number } => JSON.parse(readFileSync(path, "utf8"));
