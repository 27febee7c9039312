/** Collecting an attempt's work inside a sandbox: what comes out is an answer to be checked and a pack to be imported. */
import { randomUUID } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { mkdir, realpath, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { z } from "zod";

import { sha } from "../../core/ids.ts";
import type { Box, Sandbox } from "../sandbox/box.ts";
import type { BoxEnding } from "./box-here.ts";
import { collect, packIn } from "./collect.ts";
import type { Collected, CollectOrder, CollectRunner } from "./collect.ts";
import { GitFault } from "./fault.ts";
import { directoryAt, readPlainFile } from "./plain-file.ts";
import { handsCommand, handsEnvironment } from "./hands-in-box.ts";
import { collectInBox, runInBox } from "./run-in-box.ts";

/** Collects where neither git nor what an agent has prepared for it can reach anything; without a sandbox, beside the files. */
export function collectInSandbox(sandbox: Sandbox, limitMs = usualLimitMs): CollectRunner {
  if (sandbox.name === "none") return collect;
  return async (order) => {
    const places = await placesOf(order);
    if (typeof places === "string") return { kind: "refused", why: places };
    const runner = { sandbox, limitMs };
    const quick = order.scope === "work" ? await collectQuickly(runner, order, places) : null;
    if (quick !== null) return quick;
    const first = await collectOnce(runner, order, { writable: [], readable: places });
    if (first !== null) return first;
    // An agent has taken away permissions; to give them back its files must be writable.
    const second = await collectOnce(runner, order, { writable: places, readable: [] });
    return second ?? { kind: "refused", why: "the worktree cannot be read" };
  };
}

// A worktree of 50,000 files on a busy disk takes a minute.
const usualLimitMs = 10 * 60_000;
const answerBytes = 65_536;

type Runner = { readonly sandbox: Sandbox; readonly limitMs: number };
type Shown = Pick<Box, "writable" | "readable">;

/** The agent's folders as they really are; a sentence where one is not what it should be. */
async function placesOf(order: CollectOrder): Promise<readonly string[] | string> {
  const { worktree, repository } = order.attempt;
  const found: string[] = [];
  for (const path of order.scope === "files" ? [worktree] : [worktree, repository]) {
    // Of a link the sandbox would be shown what it leads to.
    const real = await directoryAt(path);
    if (real === null) return `${basename(path)} is not a directory`;
    found.push(real);
  }
  return found;
}

/**
 * By a shell, which is there in a fraction of the time that Node takes; null where that cannot, or would not, and the program
 * will say why.
 */
async function collectQuickly(
  { sandbox, limitMs }: Runner,
  order: CollectOrder,
  places: readonly string[],
): Promise<Collected | null> {
  const outer = await realpath(order.folder);
  const folder = await emptyFolder(outer);
  const [worktree = "", repository = ""] = places;
  const placed = { ...order, folder, attempt: { ...order.attempt, worktree, repository } };
  const shown = { writable: [], readable: places };
  const { collected, isLate } = await collectInBox(sandbox, {
    command: handsCommand(placed),
    box: { ...boxFor(order, folder, shown), environment: handsEnvironment(placed) },
    folder: outer,
    order: placed,
    limitMs,
  });
  if (isLate) return tooLate(limitMs);
  return collected?.kind === "collected" && isObjectName(collected.head) ? collected : null;
}

const isObjectName = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** What the checked answer says; null when the files would have to be writable. */
async function collectOnce(
  { sandbox, limitMs }: Runner,
  order: CollectOrder,
  shown: Shown,
): Promise<Collected | null> {
  const outer = await realpath(order.folder);
  const folder = await emptyFolder(outer);
  const box = withProgram(boxFor(order, folder, shown));
  const [worktree, repository = order.attempt.repository] = [...shown.writable, ...shown.readable];
  const attempt = { ...order.attempt, worktree, repository };
  const input = JSON.stringify({ ...order, attempt, folder });
  const ending = await runInBox(sandbox, { command, box, folder: outer, input, limitMs });
  if (ending.isLate) return tooLate(limitMs);
  const text = await readPlainFile(join(folder, "answer.json"), answerBytes);
  if (text === null) throw withoutAnswer(ending);
  return meant(text, folder);
}

/** A folder of the box's own: beside it are the files of the sandbox, and later those of the import. */
async function emptyFolder(outer: string): Promise<string> {
  const folder = join(outer, "inside");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

const tooLate = (limitMs: number): Collected => ({
  kind: "refused",
  why: `to collect the work took over ${limitMs / 1000} seconds`,
});

const ownFolder = import.meta.dirname;
// The sandbox has no links of ours.
const node = realpathSync(process.execPath);
// A source file before the build, a JavaScript file after it.
const command = [node, join(ownFolder, `collect-program${extname(import.meta.filename)}`)];

function boxFor({ mirror }: CollectOrder, folder: string, { writable, readable }: Shown): Box {
  return {
    name: `collect-${randomUUID()}`,
    writable: [folder, ...writable],
    // The mirror's under the name by which the agent's repository borrows them.
    readable: [...readable, join(mirror, "objects")],
    workingFolder: folder,
    environment: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/nonexistent", LC_ALL: "C" },
    bridges: [],
    limits: { memoryBytes: 2 * 1024 ** 3, processes: 256, fileBytes: 4 * 1024 ** 3 },
  };
}

function withProgram(box: Box): Box {
  const core = join(ownFolder, "..", "..", "core");
  return { ...box, readable: [...box.readable, node, ownFolder, core, packageFile()] };
}

/** It tells Node that our files are modules. */
function packageFile(folder = ownFolder): string {
  const file = join(folder, "package.json");
  return existsSync(file) ? file : packageFile(dirname(folder));
}

function withoutAnswer({ code, signal, stderr }: BoxEnding): GitFault {
  const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
  const kind = signal === null ? "unexpected" : "interrupted";
  return new GitFault(kind, `the collection ended without an answer, ${how}: ${stderr}`, { code });
}

/** Throws GitFault for an answer that no honest collection gives. */
function meant(text: string, folder: string): Collected | null {
  const answer = Answer.safeParse(parsed(text));
  if (!answer.success) throw new GitFault("refused", "the collection's answer is none", null);
  const { data } = answer;
  switch (data.kind) {
    case "collected":
      return { kind: "collected", head: data.head, pack: data.hasPack ? packIn(folder) : null };
    case "refused":
      return data;
    case "broken":
      throw new GitFault(data.fault, data.why, null);
    case "closed":
      return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const why = z.string().max(5_000);
const Answer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("collected"),
    head: z
      .string()
      .regex(/^[0-9a-f]{40}$/)
      .transform(sha),
    hasPack: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("refused"), why }),
  z.strictObject({
    kind: z.literal("broken"),
    fault: z.enum(["disk-full", "locked", "timed-out", "unexpected"]).catch("unexpected"),
    why,
  }),
  z.strictObject({ kind: z.literal("closed") }),
]);
