/** Runs in a real sandbox: the same Workers, with nothing in reach that was not given. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import test, { type TestContext } from "node:test";
import type { AgentsOptions, LocalAgents } from "../../../src/adapters/agents/agents.ts";
import { hasVariable, livingProcesses } from "../../../src/adapters/agents/system-processes.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import {
  briefWith,
  git,
  initGit,
  limits,
  order,
  sayLine,
  shellAgent,
  textsOf,
  yard,
  type Yard,
} from "./runs.ts";

const sandbox = createBubblewrap();
const preflight = await sandbox.preflight();
const skip = preflight.ok ? false : preflight.why;

const boxed = (place: Yard, options: Partial<AgentsOptions> = {}): LocalAgents =>
  place.agents({ sandbox, ...options });

/** An agent that is this shell text, in a sandbox. */
function shell(place: Yard, script: string, options: Partial<AgentsOptions> = {}): LocalAgents {
  return boxed(place, { adapters: [shellAgent(["/bin/sh", "-c", script])], ...options });
}

/** Processes of the run, inside its box and around it. */
function left(place: Yard): readonly number[] {
  const home = `HOME=${place.workplace.home}`;
  return livingProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => pid !== process.pid)
    .filter((pid) => hasVariable(pid, home) || wordsOf(pid).includes(place.folder.name));
}

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

test("the scripted agent edits and commits in its box", { skip }, async (t) => {
  const place = yard(t);
  initGit(place.workplace.worktree);
  git(place.workplace.worktree, "config", "user.name", "A");
  git(place.workplace.worktree, "config", "user.email", "a@example.com");
  const brief = briefWith(
    "- edit: {path: docs/a.txt, content: one}",
    "- commit: 'docs: add a'",
    "- done: Added a.",
  );

  const worker = await boxed(place).start(order(brief), place.workplace);
  const exit = await worker.exited;

  assert.equal(exit.outcome, "finished", readFileSync(place.folder.stderr, "utf8"));
  assert.equal(git(place.workplace.worktree, "log", "--format=%s"), "docs: add a");
  assert.deepEqual(left(place), []);
});

test("an agent finds no secret of the service in any environment or file", { skip }, async (t) => {
  const place = yard(t);
  process.env["YARDMASTER_TEST_SECRET"] = "canary-5e1f";
  t.after(() => delete process.env["YARDMASTER_TEST_SECRET"]);
  writeFileSync(join(place.root, "secret.txt"), "canary-5e1f");
  const search = [
    "env",
    "cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'",
    "find / -xdev -type f -newer /proc/1/cmdline 2>/dev/null | head -500",
    `cat ${place.root}/secret.txt ${place.folder.record} ${place.folder.prompt}`,
    `grep -rs canary-5e1f ${place.root} /home /root /etc /tmp /run /var`,
    "id -u",
    "echo PATH=$PATH",
  ];

  const agents = shell(place, search.join("; "), { agentVariables: { GIVEN: "one" } });
  const asked = order("", { agent: "shell", variables: ["GIVEN"] });
  await (
    await agents.start(asked, place.workplace)
  ).exited;

  const seen = readFileSync(place.folder.events, "utf8");
  assert.doesNotMatch(seen, /canary/);
  assert.match(seen, /^GIVEN=one$/m);
  assert.match(seen, /^1000$/m);
  assert.match(seen, /^PATH=\/usr\/local\/bin:\/usr\/bin:\/bin$/m);
});

test(
  "an interrupted agent says its last words, then its box dies with all daemons",
  { skip },
  async (t) => {
    const place = yard(t);
    const script = [
      `bye() { ${sayLine("bye")}; exit 0; }; trap bye INT`,
      "setsid sh -c 'trap \"\" HUP INT TERM; while :; do sleep 1; done' &",
      sayLine("here"),
      "while :; do sleep 0.05; done",
    ].join("\n");
    const worker = await shell(place, script).start(order("", { agent: "shell" }), place.workplace);
    await place.text("here");
    assert.notEqual(left(place).length, 0);

    await worker.stop();

    assert.equal((await worker.exited).outcome, "stopped");
    assert.deepEqual(textsOf(place.said), ["here", "bye"]);
    assert.deepEqual(left(place), []);
  },
);

test(
  "a box outlives its service, is found by the next one and dies when told",
  { skip },
  async (t) => {
    const place = yard(t);
    const script = `${sayLine("here")}; while :; do sleep 1; done`;
    const first = shell(place, script);
    await first.start(order("", { agent: "shell" }), place.workplace);
    await place.text("here");
    await first.close();
    assert.notEqual(left(place).length, 0);

    const next = shell(place, script);
    const worker = await next.start(order("", { agent: "shell" }), place.workplace);
    await worker.stop();

    assert.equal((await worker.exited).outcome, "stopped");
    assert.deepEqual(left(place), []);
  },
);

const excesses: readonly [string, string, number][] = [
  ["hangs", "tail -f /dev/null", 0],
  ["bombs with processes", "(while :; do sleep 1000 & done) & exec tail -f /dev/null", 40],
];
for (const [what, script, crowd] of excesses) {
  test(`an agent that ${what} is ended by its deadline, and all of it`, { skip }, async (t) => {
    const place = yard(t);
    const agents = shell(place, `${sayLine("here")}; ${script}`, {
      graceMs: 100,
      boxLimits: { memoryBytes: 500_000_000, processes: 60, fileBytes: 100_000_000 },
    });
    const worker = await agents.start(order("", { agent: "shell" }), place.workplace);
    await place.text("here");
    if (crowd > 0) while (left(place).length < crowd) await setImmediate();

    place.clock.pass(60_000);

    assert.equal((await worker.exited).outcome, "timed-out");
    assert.deepEqual(left(place), []);
  });
}

test(
  "an agent that writes a gigabyte is flooding, and less of it reaches the disk",
  { skip },
  async (t) => {
    const place = yard(t);
    const agents = shell(place, "head -c 1000000000 /dev/zero; sleep 60", {
      boxLimits: { memoryBytes: 500_000_000, processes: 60, fileBytes: 50_000_000 },
    });
    const terms = { agent: "shell", ...limits({ outputBytes: 10_000_000 }) };

    const worker = await agents.start(order("", terms), place.workplace);

    assert.equal((await worker.exited).outcome, "flooded");
    assert.ok(readFileSync(place.folder.events).length <= 50_000_000);
    assert.deepEqual(left(place), []);
  },
);

test(
  "what is left of a run in its home and worktree is all that is left",
  { skip },
  async (t: TestContext) => {
    const place = yard(t);
    const script = `echo kept > $HOME/session; echo kept > note; echo lost > /tmp/x; ls -A ${place.root} /tmp`;
    const agents = shell(place, script);

    await (
      await agents.start(order("", { agent: "shell" }), place.workplace)
    ).exited;

    assert.equal(readFileSync(join(place.workplace.home, "session"), "utf8"), "kept\n");
    assert.equal(readFileSync(join(place.workplace.worktree, "note"), "utf8"), "kept\n");
    assert.ok(!readdirSync("/tmp").includes("x"));
    const seen = readFileSync(place.folder.events, "utf8").split("\n");
    assert.ok(seen.includes("repositories") && !seen.includes("runs") && !seen.includes("ports"));
  },
);
