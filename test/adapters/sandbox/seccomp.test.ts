import assert from "node:assert/strict";
import { test } from "node:test";
import { seccompProgram } from "../../../src/adapters/sandbox/seccomp.ts";
import {
  judgedCalls,
  refusedCalls,
  unknownCalls,
  type Architecture,
} from "../../../src/adapters/sandbox/system-calls.ts";
import { createPlace, noBoxes, runIn } from "./boxes.ts";

const x64 = 0xc000003e;
const arm64 = 0xc00000b7;
const x86 = 0x40000003;

const architectures: readonly Architecture[] = ["x64", "arm64"];
const auditNumber = { x64, arm64 } as const;

test("a filter lets ordinary calls pass on both architectures", () => {
  const ordinary = { x64: [0, 1, 9, 59, 231, 257], arm64: [56, 63, 64, 93, 221, 222] } as const;

  for (const architecture of architectures) {
    for (const number of ordinary[architecture])
      assert.equal(decide(architecture, { number }), "allowed", `${architecture} ${number}`);
  }
});

test("a filter refuses what no agent needs, and lets libraries fall back from calls it cannot judge", () => {
  for (const architecture of architectures) {
    for (const [name, numbers] of Object.entries(refusedCalls)) {
      const number = numbers[architecture];
      if (number !== null) assert.equal(decide(architecture, { number }), "error 1", name);
    }
    for (const [name, numbers] of Object.entries(unknownCalls)) {
      const number = numbers[architecture] ?? 0;
      assert.equal(decide(architecture, { number }), "error 38", name);
    }
  }
});

test("whoever calls by the numbers of another architecture is killed", () => {
  for (const architecture of architectures) {
    const other = architecture === "x64" ? arm64 : x64;

    for (const audit of [other, x86, 0])
      assert.equal(decide(architecture, { audit, number: 0 }), "killed");
    assert.equal(decide(architecture, { number: 0x40000000 }), "killed");
    assert.equal(decide(architecture, { number: 0xffffffff }), "killed");
  }
});

const sigchld = 17;

const judgements: readonly (readonly [keyof typeof judgedCalls, readonly number[], string])[] = [
  ["clone", [sigchld], "allowed"],
  ["clone", [0x003d0f00], "allowed"],
  ["clone", [0x10000000 | sigchld], "error 1"],
  ["clone", [0x20000 | sigchld], "error 1"],
  ["clone", [0x40000000 | sigchld], "error 1"],
  ["ioctl", [0, 0x5401], "allowed"],
  ["ioctl", [0, 0x5412], "error 1"],
  ["ioctl", [0, 0x541c], "error 1"],
  ["personality", [0xffffffff], "allowed"],
  ["personality", [0x40000], "allowed"],
  ["personality", [0x400000], "error 1"],
  ["socket", [1, 1, 0], "allowed"],
  ["socket", [2, 1, 6], "allowed"],
  ["socket", [10, 2, 0], "allowed"],
  ["socket", [16, 3, 0], "allowed"],
  ["socket", [16, 3, 12], "error 97"],
  ["socket", [17, 3, 0], "error 97"],
  ["socket", [40, 1, 0], "error 97"],
  ["socketpair", [1, 1, 0], "allowed"],
  ["socketpair", [30, 1, 0], "error 97"],
];

test("a filter judges new processes, terminals, personalities and sockets by their arguments", () => {
  for (const architecture of architectures) {
    for (const [name, words, expected] of judgements) {
      const number = judgedCalls[name][architecture];
      assert.equal(decide(architecture, { number, words }), expected, `${name} ${words.join()}`);
    }
  }
});

test("the kernel holds a box to its filter", { skip: noBoxes }, async (t) => {
  const place = await createPlace(t);
  const own = process.arch === "arm64" ? "arm64" : "x64";
  const tries = { ...refusedCalls, ...unknownCalls };
  const numbers = Object.entries(tries).flatMap(([name, call]) =>
    call[own] === null || name === "open_tree_attr" ? [] : [`${call[own]}`],
  );
  const script =
    "print join ' ', map { syscall($_ + 0, 0, 0, 0, 0, 0) == -1 ? $! + 0 : 'done' } @ARGV";

  const { code, stdout } = await runIn(place, ["perl", "-e", script, ...numbers]);

  const expected = numbers.map((number) =>
    Object.values(unknownCalls).some((call) => `${call[own]}` === number) ? "38" : "1",
  );
  assert.deepEqual(stdout.split(" "), expected);
  assert.equal(code, 0);
});

test(
  "a call by a number of x32 kills the program",
  { skip: noBoxes || (process.arch !== "x64" && "only x86 has such numbers") },
  async (t) => {
    const place = await createPlace(t);

    const { code, stdout } = await runIn(place, [
      "perl",
      "-e",
      "syscall(0x40000000 + 39); print 1",
    ]);

    assert.deepEqual([code, stdout], [128 + 31, ""]);
  },
);

test("Node, git, Perl and threads work under the filter", { skip: noBoxes }, async (t) => {
  const place = await createPlace(t);
  const node = process.execPath;
  const script = `
    import { networkInterfaces } from "node:os";
    import { Worker } from "node:worker_threads";
    import { execFileSync } from "node:child_process";
    import { createServer, connect } from "node:net";
    execFileSync("git", ["init", "--quiet", "repository"]);
    execFileSync("git", ["-C", "repository", "status"]);
    const lo = networkInterfaces().lo.some(({ address }) => address === "127.0.0.1");
    const thread = await new Promise((resolve) =>
      new Worker("process.getBuiltinModule('worker_threads').parentPort.postMessage('thread')", { eval: true }).on("message", resolve));
    const server = createServer((socket) => socket.end("served")).listen(0, "127.0.0.1", () => {
      connect(server.address().port, "127.0.0.1").on("data", (text) => {
        console.log(lo, thread, String(text));
        server.close();
      });
    });`;

  const { code, stdout, stderr } = await runIn(
    place,
    [node, "--input-type=module", "--eval", script],
    { readable: [node] },
  );

  assert.deepEqual([code, stdout, stderr], [0, "true thread served\n", ""]);
});

type Call = {
  readonly number: number;
  readonly words?: readonly number[];
  readonly audit?: number;
};

/** Runs the filter as the kernel does: https://docs.kernel.org/networking/filter.html */
function decide(architecture: Architecture, { number, words = [], audit }: Call): string {
  const program = seccompProgram(architecture);
  const seen = Buffer.alloc(64);
  seen.writeUInt32LE(number, 0);
  seen.writeUInt32LE(audit ?? auditNumber[architecture], 4);
  for (const [index, word] of words.entries()) seen.writeUInt32LE(word >>> 0, 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const constant = program.readUInt32LE(at + 4);
    const jump = (isTrue: boolean): void => void (at += 8 * (program[at + (isTrue ? 2 : 3)] ?? 0));
    switch (program.readUInt16LE(at)) {
      case 0x20:
        accumulator = seen.readUInt32LE(constant);
        break;
      case 0x15:
        jump(accumulator === constant);
        break;
      case 0x35:
        jump(accumulator >= constant);
        break;
      case 0x45:
        jump((accumulator & constant) !== 0);
        break;
      case 0x06:
        return answer(constant);
      default:
        throw new Error(`an instruction that is not known at ${at}`);
    }
  }
  throw new Error("the filter does not answer");
}

function answer(action: number): string {
  if (action === 0x7fff0000) return "allowed";
  if (action === 0x80000000) return "killed";
  return `error ${action - 0x50000}`;
}
