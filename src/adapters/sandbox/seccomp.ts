/** The filter of system calls: a classic BPF program, made here because the box must not depend on a compiler or a library. */
import { judgedCalls, refusedCalls, unknownCalls, type Architecture } from "./system-calls.ts";

/** One instruction: code, jump if true, jump if false, constant. */
type Instruction = readonly [number, number, number, number];

/**
 * The filter as the kernel reads it. Whoever calls by another architecture's numbers is killed, because they mean other
 * calls than those that are judged here.
 * https://docs.kernel.org/userspace-api/seccomp_filter.html
 */
export function seccompProgram(architecture: Architecture): Buffer {
  const numbers = (calls: typeof refusedCalls): readonly number[] =>
    Object.values(calls).flatMap((call) => call[architecture] ?? []);
  const judged = (call: keyof typeof judgedCalls): number => judgedCalls[call][architecture];
  return encode([
    load(architectureOffset),
    ...unless(equal, auditNumbers[architecture], killed),
    load(numberOffset),
    // The x32 numbers of x86: the same calls under other numbers.
    ...when(atLeast, 0x40000000, killed),
    ...numbers(refusedCalls).flatMap((number) => when(equal, number, error(EPERM))),
    ...numbers(unknownCalls).flatMap((number) => when(equal, number, error(ENOSYS))),
    ...judge(judged("clone"), [load(argument(0)), ...when(anyBit, newNamespaces, error(EPERM))]),
    ...judge(judged("ioctl"), [
      load(argument(1)),
      ...typeIntoTerminal.flatMap((request) => when(equal, request, error(EPERM))),
    ]),
    ...judge(judged("personality"), [
      load(argument(0)),
      ...harmlessPersonalities.flatMap((persona) => when(equal, persona, allowed)),
      answer(error(EPERM)),
    ]),
    ...judge(judged("socket"), socketRules),
    ...judge(judged("socketpair"), [
      load(argument(0)),
      ...unless(equal, AF_UNIX, error(EAFNOSUPPORT)),
    ]),
    answer(allowed),
  ]);
}

// https://github.com/torvalds/linux/blob/master/include/uapi/linux/audit.h
const auditNumbers: Readonly<Record<Architecture, number>> = {
  x64: 0xc000003e,
  arm64: 0xc00000b7,
};

// Offsets in `struct seccomp_data`; of an argument only its lower half, which comes first on these architectures.
const numberOffset = 0;
const architectureOffset = 4;
const argument = (index: number): number => 16 + 8 * index;

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

const allowed = 0x7fff0000;
const killed = 0x80000000;
const error = (code: number): number => 0x00050000 | code;

const equal = 0x15;
const atLeast = 0x35;
const anyBit = 0x45;

/** CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}. */
const newNamespaces = 0x7e020000;

/** TIOCSTI and TIOCLINUX: put words into the mouth of whoever sits at the terminal. */
const typeIntoTerminal = [0x5412, 0x541c] as const;

/** PER_LINUX, PER_LINUX32, UNAME26 with either, no randomised addresses (debuggers, sanitizers), and the question. */
const harmlessPersonalities = [0, 0x8, 0x20000, 0x20008, 0x40000, 0xffffffff] as const;

const [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK] = [1, 2, 10, 16] as const;
const NETLINK_ROUTE = 0;

/** Routing alone of netlink: `os.networkInterfaces` of Node, and with it most development servers, needs it. */
const socketRules: readonly Instruction[] = [
  load(argument(0)),
  ...[AF_UNIX, AF_INET, AF_INET6].flatMap((family) => when(equal, family, allowed)),
  ...unless(equal, AF_NETLINK, error(EAFNOSUPPORT)),
  load(argument(2)),
  ...unless(equal, NETLINK_ROUTE, error(EAFNOSUPPORT)),
];

function load(offset: number): Instruction {
  return [0x20, 0, 0, offset];
}

function answer(action: number): Instruction {
  return [0x06, 0, 0, action];
}

function when(test: number, constant: number, action: number): readonly Instruction[] {
  return [[test, 0, 1, constant], answer(action)];
}

function unless(test: number, constant: number, action: number): readonly Instruction[] {
  return [[test, 1, 0, constant], answer(action)];
}

/** Rules for one call; what they do not answer is allowed. The number must be loaded, and is so afterwards. */
function judge(number: number, rules: readonly Instruction[]): readonly Instruction[] {
  return [[equal, 0, rules.length + 1, number], ...rules, answer(allowed)];
}

/** `struct sock_filter`, little-endian as both architectures are. */
function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length);
  for (const [index, [code, ifTrue, ifFalse, constant]] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(ifTrue, 8 * index + 2);
    bytes.writeUInt8(ifFalse, 8 * index + 3);
    bytes.writeUInt32LE(constant >>> 0, 8 * index + 4);
  }
  return bytes;
}
