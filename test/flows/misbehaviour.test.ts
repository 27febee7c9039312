/** Agents that misbehave, against the whole service: each ends as it should, nothing of it is left, and the next issue is worked on. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { TestContext } from "node:test";

import { sandboxHere, withoutSandbox } from "../support/sandbox.ts";
import { processesOn } from "../support/disk.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

const done = `printf '\`\`\`json\\n{"status": "COMPLETED", "summary": "Sealed it.", "testing": ""}\\n\`\`\`\\n'`;
const commit = "git add . && git commit -qm 'feat: seal it'";

/** An agent that does what its brief says, if it is one of these. */
function agentOf(acts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const cases = Object.entries(acts).map(([word, script]) => `*"do ${word}."*)\n${script}\n;;`);
  const script = `case $(cat) in\n${cases.join("\n")}\nesac`;
  return {
    YARDMASTER_AGENT: "wild",
    YARDMASTER_AGENT_WILD_COMMAND: JSON.stringify(["/bin/sh", "-c", script]),
    YARDMASTER_AGENT_WILD_KIND: "command",
    YARDMASTER_SANDBOX: sandboxHere,
  };
}

/** By this the processes of a test are known even where they have thrown away their environment. */
const mark = (t: TestContext): string => `${process.pid}.${t.name.length}`;

const asked = async (yard: Yardmaster, act: string): Promise<number> => {
  const { number } = await yard.as("mona", "open-issue", { title: act, body: `do ${act}.` });
  await yard.as("mona", "label", { number, label: "agent:go" });
  return Number(number);
};

const status = ({ seen }: Yardmaster, number: number): string =>
  seen.ours(number).find(({ body }) => body.includes("### Yardmaster"))?.body ?? "";

/** What the last worker is told to have said. */
const lastWords = (yard: Yardmaster, number: number): string =>
  /The last one said:\n\n> (.*)\n/u.exec(status(yard, number))?.[1] ?? status(yard, number);

const outcome = ({ log }: Yardmaster, number: number): unknown =>
  log.find(({ message, fields }) => message === "worker exited" && fields["issue"] === number)
    ?.fields["outcome"];

/** Waits until the agent has written that it is at it. */
async function began(yard: Yardmaster, number: number): Promise<void> {
  await yard.until(`the agent of #${number} to begin`, () =>
    yard.log.some(
      ({ message, fields }) => message === "worker started" && fields["issue"] === number,
    ),
  );
  const folder = join(yard.dataFolder, "runs");
  for (;;) {
    const files = await readdir(folder, { recursive: true });
    const file = files.find((one) => one.includes(`-${number}/`) && one.endsWith("events.jsonl"));
    const said = file === undefined ? "" : await readFile(join(folder, file), "utf8");
    if (said.includes("at it")) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Command lines of living processes that hold the word. */
async function commandsWith(word: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => Number.isInteger(Number(name)));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "")),
  );
  return commands.filter((command) => command.split("\0").includes(word));
}

async function assertNothingLives(yard: Yardmaster): Promise<void> {
  assert.deepEqual(await yard.agents(), []);
  assert.deepEqual(await processesOn(yard.dataFolder), []);
}

/** One more issue goes its whole way to a merge. */
async function assertWorksOn(yard: Yardmaster): Promise<void> {
  const number = await asked(yard, "well");
  await yard.ends(number, "done");
  assert.equal(await yard.seen.file("well.txt"), "well\n");
}

const well = `echo well > well.txt; ${commit}; ${done}`;
const oneAttempt = {
  repositoryFile:
    "board: { project: 1 }\nmerge: { auto: true }\nattempts: { max: 1 }\nlimits: { output_megabytes: 1 }\n",
};

suite("misbehaviour", { concurrency: 2, skip: withoutSandbox }, () => {
  test("an agent that floods, hogs or does nothing ends for that reason, and the next one works", async (t) => {
    const yard = await yardmasterForTest(t, {
      isSandboxed: true,
      ...oneAttempt,
      environment: {
        ...agentOf({
          flood: "head -c 1000000000 /dev/zero | tr '\\0' x",
          "a flood of lines": "yes | head -c 1000000000",
          hog: "head -c 1000000000 /dev/zero | tail -n 1 | wc -c >&2; exit 9",
          nothing: done,
          silence: "exit 0",
          well,
        }),
        YARDMASTER_MEMORY_MB: "200",
        YARDMASTER_PROCESSES: "64",
      },
    });
    const acts = ["flood", "a flood of lines", "hog", "nothing", "silence"];
    const numbers: number[] = [];
    for (const act of acts) numbers.push(await asked(yard, act));
    for (const number of numbers) await yard.ends(number, "parked");

    const flooded = ["flooded", "The agent was stopped because it wrote too much output."];
    const idle = ["finished", "the worker said that it was done, but changed nothing"];
    const said = numbers.map((number) => [outcome(yard, number), lastWords(yard, number)]);
    assert.deepEqual(said.toSpliced(2, 1), [flooded, flooded, idle, idle]);
    assert.match(
      `${said[2]?.join(": ")}`,
      /^crashed: The agent (was killed by signal 9|exited with code [19] and no result)\.$/u,
    );
    await assertNothingLives(yard);
    await assertWorksOn(yard);
    await assertNothingLives(yard);
  });

  test("an agent that cannot be asked to end is ended when its issue is closed, with all that it started", async (t) => {
    const yard = await yardmasterForTest(t, {
      isSandboxed: true,
      ...oneAttempt,
      environment: {
        ...agentOf({
          "not end": "trap '' INT TERM HUP; echo at it; while :; do sleep 0.2; done",
          // Itself it needs no more processes, of which there soon are none left.
          bomb: "bomb() { while :; do bomb & sleep 0.2; done; }; bomb 2> /dev/null & echo at it; exec tail -f /dev/null",
          well,
        }),
        YARDMASTER_PROCESSES: "64",
      },
    });
    const deaf = await asked(yard, "not end");
    const bomb = await asked(yard, "bomb");
    await began(yard, deaf);
    await began(yard, bomb);
    for (const number of [deaf, bomb]) await yard.as("mona", "close-issue", { number });
    for (const number of [deaf, bomb]) await yard.ends(number, "withdrawn");

    for (const number of [deaf, bomb]) {
      assert.equal(outcome(yard, number), "stopped");
      assert.match(
        status(yard, number),
        /### Yardmaster: stopped\n\nThe issue was closed by mona\./u,
      );
    }
    assert.deepEqual(await yard.worktrees(), []);
    await assertNothingLives(yard);
    await assertWorksOn(yard);
  });

  test("what an agent leaves behind ends with it, and too large a file is cut", async (t) => {
    const word = mark(t);
    const yard = await yardmasterForTest(t, {
      isSandboxed: true,
      ...oneAttempt,
      environment: {
        ...agentOf({
          "leave one": `env -i setsid sleep ${word} > /dev/null 2>&1 & echo left > left.txt; ${commit}; ${done}`,
          "fill the disk": `head -c 5000000 /dev/zero > big; echo $? > code.txt; ${commit}; ${done}`,
          well,
        }),
        YARDMASTER_FILE_MB: "1",
      },
    });
    const left = await asked(yard, "leave one");
    const filled = await asked(yard, "fill the disk");
    for (const number of [left, filled]) await yard.ends(number, "done");

    assert.deepEqual(await commandsWith(word), []);
    assert.equal(await yard.seen.file("left.txt"), "left\n");
    assert.equal((await yard.seen.file("big"))?.length, 1_000_000);
    assert.equal(await yard.seen.file("code.txt"), "153\n");
    await assertNothingLives(yard);
    await assertWorksOn(yard);
  });
});
