/** `.github/yardmaster.yml`: read strictly, every fault with its place, and nothing of a faulty file is used. */
import { isNode, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import { z } from "zod";
import type { BoardPolicy, RepositoryPolicy } from "../../core/policy.ts";
import { defaultRepositoryPolicy } from "../../core/policy.ts";

/** Where the file is, as the expression that GraphQL's `object` takes. */
export const repositoryFile = "HEAD:.github/yardmaster.yml";

/** The policy that a file's text asks for; without a file the defaults hold. */
export function readRepositoryFile(text: string | null): RepositoryPolicy {
  if (text === null) return defaultRepositoryPolicy;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return faulty(document.errors.map(({ pos, message }) => `${at(lines, pos[0])}: ${message}`));
  }
  const value = valueOf(document);
  if ("fault" in value) return faulty([value.fault]);
  const parsed = RepositoryFile.safeParse(value.value ?? {});
  if (!parsed.success) {
    return faulty(parsed.error.issues.flatMap((issue) => faultLines(document, lines, issue)));
  }
  return policyOf(parsed.data);
}

const faulty = (faults: readonly string[]): RepositoryPolicy => ({
  ...defaultRepositoryPolicy,
  isEnabled: false,
  faults,
});

/** A document of aliases of aliases can be many times larger than its text; the parser refuses that only here. */
function valueOf(document: Document): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: document.toJS({ maxAliasCount: 10 }) };
  } catch (error) {
    return { fault: `1:1: ${error instanceof Error ? error.message : "not readable"}` };
  }
}

/** A branch name up to its last part, by the rules of git-check-ref-format, without what only confuses people. */
const branchPrefix = z
  .string()
  .max(60)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/u,
    "must begin with a letter or digit and have only letters, digits, dots, hyphens, underscores and slashes",
  )
  .refine(
    (prefix) => ["..", "//", "/.", "./", ".lock/"].every((part) => !prefix.includes(part)),
    "must be the beginning of a valid branch name",
  );

const Board = z.strictObject({
  mode: z.enum(["organization", "user", "labels"]).default("organization"),
  project: z.int().min(1).optional(),
  owner: z.string().min(1).optional(),
});

const RepositoryFile = z.strictObject({
  enabled: z.boolean().default(defaultRepositoryPolicy.isEnabled),
  board: Board.prefault({}).transform(boardOf),
  agent: z.string().min(1).optional(),
  attempts: z
    .strictObject({
      max: z.int().min(1).max(10).default(defaultRepositoryPolicy.maxAttempts),
      wall_clock_minutes: z
        .int()
        .min(1)
        .max(24 * 60)
        .default(defaultRepositoryPolicy.wallClockMs / 60_000),
    })
    .prefault({}),
  branch_prefix: branchPrefix.default(defaultRepositoryPolicy.branchPrefix),
  merge: z
    .strictObject({
      auto: z.boolean().default(defaultRepositoryPolicy.merge.isAutomatic),
      method: z.enum(["squash", "merge"]).default(defaultRepositoryPolicy.merge.method),
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

function policyOf(file: z.infer<typeof RepositoryFile>): RepositoryPolicy {
  return {
    isEnabled: file.enabled,
    faults: [],
    board: file.board,
    agent: file.agent ?? null,
    maxAttempts: file.attempts.max,
    wallClockMs: file.attempts.wall_clock_minutes * 60_000,
    branchPrefix: file.branch_prefix,
    merge: { isAutomatic: file.merge.auto, method: file.merge.method },
  };
}

/** A key that is not known is told at the key, anything else at its value. */
function faultLines(
  document: Document,
  lines: LineCounter,
  issue: z.core.$ZodIssue,
): readonly string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return `${place(document, lines, path)}: ${path.join(".")}: there is no such key`;
    });
  }
  const name = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  return [`${place(document, lines, issue.path)}: ${name}${issue.message}`];
}

/** Where a value stands, or where the nearest thing around it does when it is missing. */
function place(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range != null) return at(lines, node.range[0]);
  return path.length === 0 ? "1:1" : place(document, lines, path.slice(0, -1));
}

function at(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}
