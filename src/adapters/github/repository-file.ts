/** `.github/yardmaster.yml`: read strictly, every fault with its place, and nothing of a faulty file is used. */
import { isNode, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";
import type { Budget, Limits, RepositoryPolicy } from "../../core/policy.ts";
import { defaultRepositoryPolicy } from "../../core/policy.ts";
import { RepositoryFile } from "./repository-keys.ts";

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

type File = z.infer<typeof RepositoryFile>;

function policyOf(file: File): RepositoryPolicy {
  return {
    isEnabled: file.enabled,
    faults: [],
    board: file.board,
    agent: file.agent ?? null,
    maxAttempts: file.attempts.max,
    researchCycles: file.attempts.research,
    limits: limitsOf(file.limits),
    budget: budgetOf(file.budget),
    gates: { ...defaultRepositoryPolicy.gates, protectedPaths: file.protected_paths },
    variables: [...new Set(file.env)],
    registries: [...new Set(file.registries)],
    model: file.model ?? null,
    briefComments: file.brief.comments,
    branchPrefix: file.branch_prefix,
    pulls: file.pulls,
    review: { isAutomatic: file.review.auto },
    merge: { isAutomatic: file.merge.auto, method: file.merge.method },
  };
}

const limitsOf = (limits: File["limits"]): Limits => ({
  wallClockMs: limits.wall_clock_minutes * 60_000,
  silenceMs: limits.silence_minutes * 60_000,
  turns: limits.turns,
  outputBytes: limits.output_megabytes * 1_000_000,
});

/** What the whole service may spend in a day is the operator's to say. */
const budgetOf = (budget: File["budget"]): Budget => ({
  run: budget.run_usd,
  issue: budget.issue_usd,
  repositoryDay: budget.day_usd,
  day: null,
});

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
