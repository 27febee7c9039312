/** Runs whose service died: the next one finds them, whatever has become of them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import test from "node:test";
import { AgentFault } from "../../../src/adapters/agents/fault.ts";
import { RunRecord } from "../../../src/adapters/agents/run-folder.ts";
import { livingProcess } from "../../../src/adapters/agents/system-processes.ts";
import type { AgentEvent } from "../../../src/adapters/agents/event.ts";
import type { WorkerOrder } from "../../../src/core/effect.ts";
import {
  briefWith,
  hang,
  limits,
  order,
  resultLine,
  sayLine,
  shell,
  shellOrder,
  startDaemon,
  textsOf,
  yard,
  type Yard,
} from "./runs.ts";
import { moduleFile } from "../../support/own-file.ts";

const service = moduleFile(import.meta, "start-run");

/** Starts a run in a service of its own and ends that service once the agent has said something. */
async function startAndDie(
  place: Yard,
  brief: string,
  signal: "SIGKILL" | "SIGTERM" = "SIGKILL",
): Promise<void> {
  const child = spawn(process.execPath, [service, place.root, brief], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  await once(createInterface(child.stdout), "line");
  child.kill(signal);
  await exited;
}

/** The same by a service in this process, which closes: it leaves no less behind than one that is killed. */
async function startAndLeave(place: Yard, asked: WorkerOrder): Promise<void> {
  const said = Promise.withResolvers<void>();
  const onEvent = (_: string, { type }: AgentEvent): void => {
    if (type === "text") said.resolve();
  };
  const agents = place.agents({ adapters: [shell], onEvent });
  await agents.start(asked, place.workplace);
  await said.promise;
  await agents.close();
}

const hanging = shellOrder(`${sayLine("before")}; ${hang}`);

const recordOf = (place: Yard): RunRecord =>
  RunRecord.parse(JSON.parse(readFileSync(place.folder.record, "utf8")));

test("a run outlives its service, and the next one hears all of it", async (t) => {
  const place = yard(t);
  const brief = briefWith("- print: before", "- wait: 300ms", "- print: after", "- fail: over");
  await startAndDie(place, brief);

  const worker = await place.agents().start(order(brief), place.workplace);

  const { outcome, handover } = await worker.exited;
  assert.equal(outcome, "finished");
  assert.deepEqual(handover, { kind: "failed", why: "over" });
  assert.deepEqual(textsOf(place.said), ["before", "after"]);
  assert.equal(readFileSync(place.folder.exit, "utf8"), "1\n");
});

test("a service that leaves a run to the next one comes to its own end", async (t) => {
  const place = yard(t);
  const brief = briefWith("- print: before", "- hang");
  await startAndDie(place, brief, "SIGTERM");

  assert.notEqual(livingProcess(recordOf(place).pid), undefined);
});

test("an adopted run can be stopped", async (t) => {
  const place = yard(t);
  const brief = briefWith("- print: before", "- hang");
  await startAndDie(place, brief);
  const { pid } = recordOf(place);

  const worker = await place.agents().start(order(brief), place.workplace);
  await worker.stop();

  assert.equal((await worker.exited).outcome, "stopped");
  assert.equal(livingProcess(pid), undefined);
});

test("a run whose stop was begun by a dead service is ended by the next one", async (t) => {
  const place = yard(t);
  await startAndLeave(place, hanging);
  writeFileSync(place.folder.kill, "timed-out");

  const worker = await place.agents({ adapters: [shell] }).start(hanging, place.workplace);

  assert.equal((await worker.exited).outcome, "timed-out");
  assert.equal(livingProcess(recordOf(place).pid), undefined);
});

test("a run that ended while nobody looked keeps its exit", async (t) => {
  const place = yard(t);
  const asked = shellOrder(`${sayLine("before")}; ${resultLine("ok")}`);
  const worker = await place.agents({ adapters: [shell] }).start(asked, place.workplace);
  const exit = await worker.exited;

  const again = await place.agents({ adapters: [shell] }).start(asked, place.workplace);

  assert.deepEqual(await again.exited, exit);
  assert.deepEqual(textsOf(place.said), ["before", "before"]);
});

test("a process with the run's number but another start time is not the run", async (t) => {
  const place = yard(t);
  await startAndLeave(place, hanging);
  const record = recordOf(place);
  const mistaken = { ...record, pid: process.pid, startTime: "1" };
  writeFileSync(place.folder.record, JSON.stringify(mistaken));

  const worker = await place.agents({ adapters: [shell] }).start(hanging, place.workplace);

  assert.equal((await worker.exited).outcome, "lost");
  assert.equal(livingProcess(record.pid), undefined, "its mark gives it away");
});

test("a run from before the machine was started again is lost", async (t) => {
  const place = yard(t);
  await startAndLeave(place, hanging);
  const record = recordOf(place);
  writeFileSync(place.folder.record, JSON.stringify({ ...record, bootId: "another" }));

  const worker = await place.agents({ adapters: [shell] }).start(hanging, place.workplace);

  const { outcome, handover } = await worker.exited;
  assert.equal(outcome, "lost");
  assert.deepEqual(handover, {
    kind: "failed",
    why: "The agent's process is gone and left no record of its end.",
  });
  assert.equal(livingProcess(record.pid), undefined);
});

test("a service that closes leaves its Workers alive", async (t) => {
  const place = yard(t);
  const first = place.agents({ adapters: [shell] });
  await first.start(hanging, place.workplace);
  await place.text("before");

  first.close();
  const worker = await place.agents({ adapters: [shell] }).start(hanging, place.workplace);

  assert.ok(livingProcess(recordOf(place).pid));
  await worker.stop();
});

test("a run without a record has not begun and is begun", async (t) => {
  const place = yard(t);
  const asked = shellOrder(resultLine("ok"));
  const first = await place.agents({ adapters: [shell] }).start(asked, place.workplace);
  await first.exited;
  writeFileSync(place.folder.events, "half a li");
  rmSync(place.folder.record);

  const worker = await place.agents({ adapters: [shell] }).start(asked, place.workplace);

  assert.equal((await worker.exited).outcome, "finished");
});

test("what a run said to an earlier service counts for its silence", async (t) => {
  const place = yard(t);
  await startAndLeave(place, hanging);
  const longAgo = place.clock.now() / 1_000 - 500;
  const longRun = { ...recordOf(place), startedAt: 0, deadline: Date.now() + 9_000_000 };
  writeFileSync(place.folder.record, JSON.stringify(longRun));
  utimesSync(place.folder.events, longAgo, longAgo);
  const asked = { ...hanging, ...limits({ silenceMs: 600_000 }) };

  const agents = place.agents({ adapters: [shell], graceMs: 30 });
  const worker = await agents.start(asked, place.workplace);
  await place.text("before");
  place.clock.pass(50_000);
  assert.notEqual(livingProcess(recordOf(place).pid), undefined);
  place.clock.pass(50_001);

  assert.equal((await worker.exited).outcome, "silent");
});

test("a worktree in which a run outlived its service is refused to another run", async (t) => {
  const place = yard(t);
  await startAndLeave(place, hanging);
  const session = recordOf(place).session;
  const next = shellOrder(resultLine("ok"), { run: 2, session });
  const agents = place.agents({ adapters: [shell], graceMs: 30 });

  await assert.rejects(agents.start(next, place.workplace), { kind: "occupied" });
  const worker = await agents.start(hanging, place.workplace);
  await assert.rejects(agents.start(next, place.workplace), { kind: "occupied" });
  await worker.stop();

  const after = await agents.start(next, place.workplace);
  assert.equal((await after.exited).outcome, "finished");
});

test("what an ended run has left running is ended before the next one begins", async (t) => {
  const place = yard(t);
  const script = `${startDaemon}; sleep 0.05; kill -9 $$`;
  await startAndLeave(place, shellOrder(script));
  while (!existsSync(place.folder.exit)) await setImmediate();
  const said = readFileSync(place.folder.events, "utf8");
  const daemon = Number(/daemon (\d+)/.exec(said)?.[1]);
  assert.notEqual(livingProcess(daemon), undefined);

  const next = shellOrder(resultLine("ok"), { run: 2, session: recordOf(place).session });
  const worker = await place.agents({ adapters: [shell] }).start(next, place.workplace);

  assert.equal(livingProcess(daemon), undefined);
  assert.equal((await worker.exited).outcome, "finished");
});

test("a record that is damaged is told with its cure, which works", async (t) => {
  const place = yard(t);
  mkdirSync(place.folder.path, { recursive: true });
  writeFileSync(place.folder.record, "");
  const agents = place.agents({ adapters: [shell] });
  const asked = shellOrder("true");

  const fault = await agents.start(asked, place.workplace).catch((error: unknown) => error);
  assert.ok(fault instanceof AgentFault && fault.retryable);
  const [, named = ""] = /remove (\S+) from the data folder/.exec(fault.message) ?? [];
  rmSync(join(place.root, named), { recursive: true });

  await (
    await agents.start(asked, place.workplace)
  ).exited;
});
