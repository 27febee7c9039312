/** The keys of `.github/yardmaster.yml`: what each may hold, and what holds without it. */
import { z } from "zod";
import type { BoardPolicy } from "../../core/policy.ts";
import { defaultRepositoryPolicy } from "../../core/policy.ts";
import { BranchPrefix, Host, ProtectedPath, Variable } from "./repository-values.ts";

const { limits, merge, pulls, review } = defaultRepositoryPolicy;

const Board = z.strictObject({
  mode: z.enum(["organization", "user", "labels"]).default("organization"),
  project: z.int().min(1).optional(),
  owner: z.string().min(1).optional(),
});

const minutes = (ms: number): z.ZodDefault<z.ZodInt> =>
  z
    .int()
    .min(1)
    .max(24 * 60)
    .default(ms / 60_000);

const Limits = z.strictObject({
  wall_clock_minutes: minutes(limits.wallClockMs),
  silence_minutes: minutes(limits.silenceMs),
  turns: z.int().min(1).max(1_000).default(limits.turns),
  output_megabytes: z
    .int()
    .min(1)
    .max(1_000)
    .default(limits.outputBytes / 1_000_000),
});

const usd = z.number().min(0).max(100_000).nullable().default(null);

const list = <Entry extends z.ZodType>(entry: Entry): z.ZodPrefault<z.ZodArray<Entry>> =>
  z.array(entry).max(100).prefault([]);

/** The whole file. An unknown key is a fault: it may be a known one that is spelled wrongly. */
export const RepositoryFile = z.strictObject({
  enabled: z.boolean().default(defaultRepositoryPolicy.isEnabled),
  board: Board.prefault({}).transform(boardOf),
  agent: z.string().min(1).max(100).optional(),
  model: z.string().min(1).max(200).optional(),
  attempts: z
    .strictObject({
      max: z.int().min(1).max(10).default(defaultRepositoryPolicy.maxAttempts),
      research: z.int().min(0).max(10).default(defaultRepositoryPolicy.researchCycles),
    })
    .prefault({}),
  limits: Limits.prefault({}),
  budget: z.strictObject({ run_usd: usd, issue_usd: usd, day_usd: usd }).prefault({}),
  protected_paths: list(ProtectedPath).transform(protectedPathsOf),
  env: list(Variable),
  registries: list(Host),
  brief: z
    .strictObject({
      comments: z
        .enum(["writers", "everyone", "none"])
        .default(defaultRepositoryPolicy.briefComments),
    })
    .prefault({}),
  branch_prefix: BranchPrefix.default(defaultRepositoryPolicy.branchPrefix),
  pulls: z
    .strictObject({
      rebase: z.boolean().default(pulls.rebase),
      fix: z.boolean().default(pulls.fix),
      revise: z.boolean().default(pulls.revise),
      attempts: z.int().min(1).max(10).default(pulls.attempts),
    })
    .prefault({}),
  review: z.strictObject({ auto: z.boolean().default(review.isAutomatic) }).prefault({}),
  merge: z
    .strictObject({
      auto: z.boolean().default(merge.isAutomatic),
      method: z.enum(["squash", "merge"]).default(merge.method),
    })
    .prefault({}),
});

function boardOf(board: z.infer<typeof Board>, context: z.RefinementCtx): BoardPolicy {
  const needs = (path: string, message: string): typeof z.NEVER => {
    context.addIssue({ code: "custom", path: [path], message });
    return z.NEVER;
  };
  switch (board.mode) {
    case "organization":
      if (board.owner !== undefined) return needs("owner", "is only for a user's board");
      return { mode: "organization", number: board.project ?? null };
    case "user":
      if (board.project === undefined) return needs("project", "a user's board needs its number");
      if (board.owner === undefined) return needs("owner", "a user's board needs its owner");
      return { mode: "user", owner: board.owner, number: board.project };
    case "labels":
      if (board.project !== undefined) return needs("project", "there is no board with labels");
      if (board.owner !== undefined) return needs("owner", "there is no board with labels");
      return { mode: "labels" };
  }
}

/** What the file names comes to what is protected anyhow; `!` takes one of those away, and only as it is written there. */
function protectedPathsOf(
  patterns: readonly string[],
  context: z.RefinementCtx,
): readonly string[] {
  const defaults = defaultRepositoryPolicy.gates.protectedPaths;
  const removed = new Set<string>();
  for (const [index, pattern] of patterns.entries()) {
    if (!pattern.startsWith("!")) continue;
    const path = pattern.slice(1);
    removed.add(path);
    if (defaults.includes(path)) continue;
    const message = "takes away nothing: only a path that is protected by default can be named";
    context.addIssue({ code: "custom", path: [index], message });
  }
  const kept = defaults.filter((path) => !removed.has(path));
  return [...new Set([...kept, ...patterns.filter((pattern) => !pattern.startsWith("!"))])];
}
