/** The way of an attempt's work into the mirror: collected beside the agent's files, imported from the pack alone. */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import type { ImportOrder } from "../../core/effect.ts";
import type { ImportedWork } from "../../core/event.ts";
import type { Sha } from "../../core/ids.ts";
import type { Gates } from "../../core/policy.ts";
import type { CollectOrder, CollectRunner } from "./collect.ts";
import { judge } from "./gates/judge.ts";
import type { Work } from "./gates/judge.ts";
import { readOutline, readWork } from "./gates/read.ts";
import type { Outline, Reading } from "./gates/read.ts";
import { apart, areSame, countBeyond } from "./history.ts";
import { importPack } from "./import.ts";
import type { AttemptLayout, RepositoryLayout } from "./layout.ts";
import { refsUnder, remoteRef, setRefs } from "./mirror.ts";
import { upstreamsOf } from "./upstreams.ts";
import type { Author } from "./worktree.ts";

/** What collecting needs, whatever it is for. */
export type Collection = {
  readonly repository: RepositoryLayout;
  readonly attempt: AttemptLayout;
  readonly collect: CollectRunner;
  readonly known: Known;
  readonly scope: CollectOrder["scope"];
  readonly message: string;
  readonly author: Author;
};

/** What the mirror holds of a worktree that was made completely. */
export type Known = Pick<CollectOrder, "start" | "earlier" | "kept"> & {
  /** Last commit of the base branch in its history. */
  readonly upstream: Sha;
  /** Heads of the remote's branches as last fetched, by ref. */
  readonly branches: ReadonlyMap<string, Sha>;
};

/** A head whose every object is in the mirror, or a sentence that says why there is none. */
export type Fetched =
  | { readonly kind: "fetched"; readonly head: Sha }
  | { readonly kind: "refused"; readonly why: string };

/** By what imported work is judged. */
export type Judgement = {
  readonly gates: Gates;
  /** Is what the worktree began with judged too, as far as it is not on the base branch? */
  readonly judged: ImportOrder["judged"];
  /** Branch that it is to be merged into. */
  readonly baseBranch: string;
  /** The issue that the work is for. */
  readonly issueNumber: number;
  /** Values that must not become public. */
  readonly secrets: readonly string[];
};

/** Imports HEAD and uncommitted changes, sets the attempt's ref to them, and says what a person must look at. */
export async function importWork(
  order: Omit<Collection, "known" | "scope">,
  { gates, judged, baseBranch, issueNumber, secrets }: Judgement,
): Promise<ImportedWork> {
  const { repository, attempt } = order;
  const { mirror } = repository;
  const known = await findKnown(repository, attempt);
  if (known === null) return { kind: "refused", why: "there is no worktree to import from" };
  const fetched = await fetchWork({ ...order, known, scope: "work" });
  if (fetched.kind === "refused") return fetched;
  const { head } = fetched;
  const { start, branches } = known;
  const upstream = judged === "all" ? known.upstream : start;
  const baseHead = branches.get(remoteRef(baseBranch)) ?? null;
  const upstreams = await upstreamsOf(mirror, head, { upstream, baseHead });
  if (upstreams.length > mostUpstreams) {
    return {
      kind: "refused",
      why: `${head} merges over ${mostUpstreams} lines of the base branch`,
    };
  }
  const reading = { mirror, upstreams, head, secrets, limits: readingLimits };
  const [{ behind, ahead }, outline] = await Promise.all([
    apart(mirror, start, head),
    readOutline(reading),
  ]);
  if (behind > 0) return { kind: "refused", why: `${head} does not descend from ${start}` };
  const isPlain = upstreams.every((commit) => commit === start);
  if (outline.files.length === 0 && (isPlain || (await areSame(mirror, start, head)))) {
    return { kind: "empty" };
  }
  const work = await keepAndRead(attempt.importRef, reading, outline);
  if (typeof work === "string") return { kind: "refused", why: work };
  return {
    kind: "commits",
    head,
    commits: isPlain ? ahead : await countBeyond(mirror, upstreams, head),
    files: outline.files.map(work.shown),
    findings: judge(work, gates, issueNumber),
  };
}

/** What is to be judged; whatever the judgement will be, the work is not lost. */
async function keepAndRead(
  importRef: string,
  reading: Reading,
  outline: Outline,
): Promise<Work | string> {
  const [kept, read] = await Promise.allSettled([
    setRefs(reading.mirror, [[importRef, reading.head]]),
    readWork(reading, outline),
  ]);
  if (kept.status === "rejected") throw kept.reason;
  if (read.status === "rejected") throw read.reason;
  return read.value;
}

/** Null where there is no such worktree. */
export async function findKnown(
  { mirror }: RepositoryLayout,
  { startRef, upstreamRef, importRef }: AttemptLayout,
): Promise<Known | null> {
  const branches = "refs/remotes/origin/";
  const refs = await refsUnder(mirror, branches, startRef, upstreamRef, importRef);
  const at = (name: string): Sha | null => refs.find(({ ref }) => ref === name)?.head ?? null;
  const start = at(startRef);
  if (start === null) return null;
  const heads = new Map(
    refs.filter(({ ref }) => ref.startsWith(branches)).map(({ ref, head }) => [ref, head]),
  );
  const upstream = at(upstreamRef) ?? start;
  return { start, upstream, branches: heads, earlier: at(importRef), kept: [...heads.values()] };
}

// GitHub takes no file over 100 MB; what is much more than one of them is no source code.
const importLimitBytes = 256 * 1024 * 1024;
// A pack of some kilobytes can unpack to any size.
const readingLimits = { bytes: 1024 * 1024 * 1024, objects: 300_000 };
// Each costs a comparison; who merges the base branch as a whole has one.
const mostUpstreams = 10;
// Saved work is not published: it must only not fill the disk by mistake.
const saveLimitBytes = 4 * 1024 * 1024 * 1024;

/** Brings what the collection finds into the mirror's objects; sets no ref. */
export async function fetchWork(collection: Collection): Promise<Fetched> {
  const { repository, attempt, scope, message, author } = collection;
  const { start, earlier, kept } = collection.known;
  const { mirror, incoming } = repository;
  const folder = await mkdtemp(join(incoming, "work-"));
  try {
    const place = { attempt, mirror, folder };
    const what = { start, scope, message, author, earlier, kept };
    const collected = await collection.collect({ ...place, ...what });
    if (collected.kind === "refused") return collected;
    const { head, pack } = collected;
    if (pack === null) {
      const isKnown = head === start || head === earlier;
      const why = `without its objects ${head} is no work`;
      return isKnown ? { kind: "fetched", head } : { kind: "refused", why };
    }
    const limitBytes = scope === "work" ? importLimitBytes : saveLimitBytes;
    const refusal = await importPack({ mirror, folder, pack, head, limitBytes });
    return refusal === null ? { kind: "fetched", head } : { kind: "refused", why: refusal };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
