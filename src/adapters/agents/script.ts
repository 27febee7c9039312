/** The little language of the scripted agent: what stands in a brief's `yardmaster-script` block. Read before the agent starts, whose program so needs no packages. */
import { parse } from "yaml";
import { z } from "zod";
import { fencedCode } from "./fenced-code.ts";

const File = z.strictObject({ path: z.string().min(1), content: z.string() });

/** One thing to do, under its own name. */
const Step = z.union([
  z.strictObject({ edit: File }),
  z.strictObject({ append: File }),
  z.strictObject({ commit: z.string().min(1) }),
  /** Merges the commit that the brief names; the files are what conflicts come to. */
  z.strictObject({ merge: z.array(File) }),
  z.strictObject({ wait: z.string().regex(/^\d+(ms|s)$/, "a duration such as 200ms or 2s") }),
  /** Ends as at a provider's usage limit, which is over after the time. */
  z.strictObject({ limit: z.string().regex(/^\d+(ms|s)$/, "a duration such as 200ms or 2s") }),
  z.strictObject({ print: z.string() }),
  z.strictObject({ flood: z.string().regex(/^\d+(KB|MB)$/, "a size such as 10MB") }),
  /** The threads that the brief names, in their order, are answered so. */
  z.strictObject({
    done: z.string(),
    threads: z.array(z.record(z.string(), z.unknown())).optional(),
  }),
  z.strictObject({ handover: z.union([z.string(), z.record(z.string(), z.unknown())]) }),
  z.strictObject({ found: z.string() }),
  /** As in the report that a brief asks a reviewer for. */
  z.strictObject({ reviewed: z.record(z.string(), z.unknown()) }),
  z.strictObject({ ask: z.string() }),
  z.strictObject({ fail: z.string() }),
  z.enum(["crash", "hang", "spawn-daemon"]),
]);
export type Step = z.infer<typeof Step>;

const Steps = z.array(Step);
const Attempts = z.strictObject({
  attempts: z.array(Steps).min(1),
  /** What a Worker does that is to find out why an attempt failed. */
  research: Steps.optional(),
  /** What each Worker does that is to review the pull request; later ones than it knows repeat its last. */
  review: z.array(Steps).min(1).optional(),
});

/** What the agent's program reads. */
export type Script = {
  readonly attempt: number;
  /** Commit of the base branch that is to be merged; null when the brief names none. */
  readonly base: string | null;
  /** Null for the usual ones. */
  readonly steps: readonly Step[] | null;
};

/** What a brief has the agent do; a script that cannot be read is one that fails. */
export function scriptOf(brief: string): Script {
  const attempt = Number.parseInt(valueOf(brief, "Attempt:"), 10) || 1;
  const named = valueOf(brief, "Base commit:");
  const base = /^[0-9a-f]{40}$/.test(named) ? named : null;
  try {
    const steps = stepsOf(brief, attempt);
    const threads = valueOf(brief, "Threads:").split(" ");
    return { attempt, base, steps: steps === null ? null : steps.map(naming(threads)) };
  } catch (error) {
    return { attempt, base, steps: [{ fail: `The script failed: ${String(error)}` }] };
  }
}

const naming =
  (threads: readonly string[]) =>
  (step: Step): Step =>
    typeof step === "object" && "done" in step && step.threads !== undefined
      ? { ...step, threads: step.threads.map((one, at) => ({ id: threads[at], ...one })) }
      : step;

/** Those of this brief's attempt; later attempts than the script knows repeat its last one. */
function stepsOf(brief: string, attempt: number): readonly Step[] | null {
  if (isAbout(brief, "Hand over now")) return [{ handover: "The script was interrupted." }];
  const block = scriptIn(brief, 3);
  const script: unknown = block === null ? null : parse(block);
  if (isAbout(brief, "Find out why")) return researchIn(script);
  if (isAbout(brief, "Review")) return reviewIn(script, brief);
  if (script === null) return null;
  if (Array.isArray(script)) return valid(Steps, script);
  const { attempts } = valid(Attempts, script);
  return attempts[attempt - 1] ?? attempts.at(-1) ?? null;
}

/** Before the brief's title stands only what is said of others' text. */
const isAbout = (brief: string, what: string): boolean =>
  brief
    .split("\n")
    .find((line) => line.startsWith("# "))
    ?.startsWith(`# ${what}`) ?? false;

function researchIn(script: unknown): readonly Step[] {
  const own =
    script === null || Array.isArray(script) ? undefined : valid(Attempts, script).research;
  return own ?? [{ found: "The script says nothing about its failures." }];
}

/** A review that says nothing of its own finds nothing. */
function reviewIn(script: unknown, brief: string): readonly Step[] {
  const nth = Number.parseInt(valueOf(brief, "Review:"), 10) || 1;
  const own =
    script === null || Array.isArray(script) ? [] : (valid(Attempts, script).review ?? []);
  return own[nth - 1] ?? own.at(-1) ?? [{ reviewed: {} }];
}

/** What follows a label on the brief's first line that begins with it. */
function valueOf(brief: string, label: string): string {
  const line = brief.split("\n").find((candidate) => candidate.startsWith(label));
  return line?.slice(label.length).trim() ?? "";
}

/** The first script block; a brief may show the body as a fenced block of its own. */
function scriptIn(markdown: string, depth: number): string | null {
  for (const { language, text } of fencedCode(markdown)) {
    if (language === "yardmaster-script") return text;
    const inner = depth > 0 ? scriptIn(text, depth - 1) : null;
    if (inner !== null) return inner;
  }
  return null;
}

function valid<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const { data, error } = schema.safeParse(value);
  if (error) throw new Error(z.prettifyError(error));
  return data;
}
