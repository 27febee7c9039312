/**
 * Hands in a sandbox: a shell there that can do three things. What is decided outside is told in words of ours, and all
 * that comes back is bytes: whoever takes the shell over can say untrue things, of which the import believes none.
 */
import type { ChildProcess } from "node:child_process";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import type { Box } from "../sandbox/box.ts";
import { withBox } from "./box-here.ts";
import type { BoxLaunch } from "./box-here.ts";
import { authorVariables, collectBy } from "./collect.ts";
import type { Collected, CollectOrder } from "./collect.ts";
import { gitEnvironment } from "./environment.ts";
import { GitFault } from "./fault.ts";
import type { Hands, Kind } from "./hands.ts";
import { placesIn } from "./prepare-desk.ts";

/** A collection of `work` from a box that was made for it. */
export type HandsLaunch = { readonly box: Omit<BoxLaunch, "input">; readonly order: CollectOrder };

/** What was collected; null when these hands could not do it. */
export type HandsEnding = { readonly collected: Collected | null; readonly isLate: boolean };

/** What runs in the box. It begins in the worktree, and ends with its input or when there is nothing to begin in. */
export const handsCommand = ({ attempt, folder }: CollectOrder): readonly string[] => [
  ...["/bin/sh", "-c", listen, "hands"],
  ...[attempt.worktree, folder, kindsOfAll],
];

/** What git finds around it there, whatever is asked of it. */
export function handsEnvironment({ attempt, folder, author }: CollectOrder): Box["environment"] {
  const { gitDir, index } = placesIn(folder);
  return gitEnvironment([], {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    GIT_DIR: gitDir,
    GIT_INDEX_FILE: index,
    GIT_WORK_TREE: attempt.worktree,
    ...authorVariables(author),
  });
}

// Names of files are read from files, one at a time, and are never words of a command.
const listen = `cd "$1" || exit 1
set -f
while read -r turn act words; do
  (
    case $act in
    git) git $words ;;
    text)
      IFS= read -r folder && IFS= read -r name && cd -P "$folder" && [ "$PWD" = "$folder" ] &&
        [ -f "./$name" ] && ! [ -L "./$name" ] && tail -c "$words" "./$name" ;;
    kinds) xargs -0 /bin/sh -c "$3" kinds ;;
    esac < "$2/$turn.in" > "$2/$turn.out" 2> "$2/$turn.err"
    echo "$turn $?"
  ) &
done`;

const kindsOfAll = `for path do
  if [ -L "./$path" ]; then echo link
  elif [ -d "./$path" ]; then echo folder
  elif [ -f "./$path" ]; then echo file
  else echo other
  fi
done`;

/** Collects, and ends what runs in the box. */
export async function collectFromBox(
  { box, order }: HandsLaunch,
  signal: AbortSignal | null,
): Promise<HandsEnding> {
  let collecting: Promise<Collected | null> = Promise.resolve(null);
  const { isLate } = await withBox(box, signal, (child) => {
    collecting = collectBy(handsOf(child, order.folder), order)
      // Whatever is in the way, somebody else can say it better.
      .catch(() => null)
      .finally(() => child.stdin?.end());
  });
  return { collected: await collecting, isLate };
}

function handsOf(child: ChildProcess, folder: string): Hands {
  const ask = asking(child, folder);
  return {
    git: async ({ args, input, output }) => {
      const { code, out, err } = await ask(["git", ...args], Buffer.isBuffer(input) ? input : "");
      const stderr = contentOf(err, complaintBytes).toString("utf8");
      if (output === undefined) return { code, stdout: contentOf(out, answerBytes), stderr };
      // What it is will be seen by whoever opens it.
      renameSync(out, output);
      return { code, stdout: Buffer.alloc(0), stderr };
    },
    kindsOf: async (_, paths) => {
      const { out } = await ask(["kinds"], Buffer.from(paths.join("\0"), "latin1"));
      const kinds = contentOf(out, answerBytes).toString("latin1").trimEnd().split("\n");
      if (kinds.length === paths.length && kinds.every(isKind)) return kinds;
      throw new GitFault("unexpected", "the sandbox does not say what the files are", null);
    },
    textOf: async (path, limitBytes) => {
      const input = `${dirname(path)}\n${basename(path)}\n`;
      const { code, out } = await ask(["text", String(limitBytes)], input);
      return code === 0 ? contentOf(out, limitBytes).toString("latin1") : null;
    },
    openUp: async () => {
      throw new GitFault("refused", "nothing can be written in this sandbox", null);
    },
  };
}

const isKind = (word: string): word is Kind => ["file", "link", "folder", "other"].includes(word);

// Of 300,000 files, with long names.
const answerBytes = 64 * 1024 * 1024;
const complaintBytes = 65_536;

/** How something ended, and the files with what it said. */
type Turn = { readonly code: number; readonly out: string; readonly err: string };

/** A way to have things done in the box, several at a time. */
function asking(
  { stdin, stdout }: ChildProcess,
  folder: string,
): (words: readonly string[], input: string | Buffer) => Promise<Turn> {
  const waiting = new Map<number, (code: number | null) => void>();
  let turns = 0;
  let isOpen = true;
  let rest = "";
  stdout?.setEncoding("latin1").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(0, longestLine);
    for (const line of lines) {
      const [turn, code] = line.split(" ").map(Number);
      waiting.get(turn ?? 0)?.(code ?? 0);
    }
  });
  stdout?.on("close", () => {
    isOpen = false;
    for (const answer of waiting.values()) answer(null);
  });
  return async (words, input) => {
    const odd = words.find((word) => !/^[\w%./:,=^{}+-]+$/.test(word));
    if (odd !== undefined) throw new GitFault("unexpected", "not a word for a shell", { odd });
    const turn = (turns += 1);
    const file = (kind: string): string => join(folder, `${turn}.${kind}`);
    // Whatever may be there already, it is not written through.
    writeFileSync(file("in"), input, { flag: "wx", mode: 0o600 });
    const code = await new Promise<number | null>((resolve) => {
      waiting.set(turn, resolve);
      if (!isOpen) resolve(null);
      stdin?.write(`${turn} ${words.join(" ")}\n`);
    });
    waiting.delete(turn);
    if (code === null) throw new GitFault("interrupted", "the sandbox has ended", null);
    return { code, out: file("out"), err: file("err") };
  };
}

// Two numbers; nobody has to remember more of somebody who does not know when to stop.
const longestLine = 100;

/** At once, because this process has little else to do; throws GitFault for what is no file or too long. */
function contentOf(path: string, limitBytes: number): Buffer {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = openSync(path, flags);
  try {
    const found = fstatSync(file);
    const isGood = found.isFile() && found.size <= limitBytes;
    if (!isGood) throw new GitFault("refused", "what came out of the sandbox is no answer", null);
    const bytes = Buffer.alloc(found.size);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
