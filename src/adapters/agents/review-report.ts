/** The part of an agent's report that a review is: read strictly, because a finding that is not understood must not be lost. */
import { z } from "zod";
import { categories, criteria, severities } from "../../core/review-report.ts";
import type { Criterion, ReviewReport } from "../../core/review-report.ts";

const mostFindings = 50;
const textCharacters = 1_500;
const lineCharacters = 300;

/** One of ours, however it is written. */
const word = <const Word extends string>(words: readonly Word[]): z.ZodType<Word> =>
  z.string().transform((typed, context) => {
    const known = words.find((one) => one.toLowerCase() === typed.trim().toLowerCase());
    if (known !== undefined) return known;
    context.addIssue({ code: "custom", message: `is none of ${words.join(", ")}` });
    return z.NEVER;
  });

const text = (characters: number): z.ZodType<string> =>
  z
    .string()
    .nullish()
    .transform((typed) =>
      (typed ?? "").slice(0, characters).toWellFormed().replaceAll("\0", "\uFFFD").trim(),
    );

const Finding = z.object({
  id: text(40),
  severity: word(severities),
  criterion: word(criteria),
  place: text(lineCharacters),
  finding: text(textCharacters).refine((typed) => typed !== "", "says nothing"),
  state: word(["fixed", "deferred", "unaddressed"]),
  why: text(textCharacters),
  category: word(categories).catch("separate-concern"),
  acceptance: z.array(text(lineCharacters)).max(10).nullish().catch(null),
});

const Criteria = z.record(z.string(), z.string().nullish());

/** What the brief of a review asks for. */
export const Review = z
  .object({
    scope: word(["MINOR", "MAJOR"]).catch("MAJOR"),
    security_sensitive: z.boolean().catch(false),
    blocked: z.boolean().nullish(),
    criteria: Criteria,
    findings: z.array(Finding).max(mostFindings),
  })
  .transform((review): ReviewReport => {
    const inapplicable = judgedIn(review.criteria, isInapplicable);
    return {
      scope: review.scope,
      isSensitive: review.security_sensitive,
      isBlocked: review.blocked ?? false,
      judged: judgedIn(review.criteria, (verdict) => verdict !== ""),
      inapplicable,
      findings: review.findings.map(({ finding, acceptance, ...rest }) => ({
        ...rest,
        text: finding,
        acceptance: (acceptance ?? []).filter((line) => line !== ""),
      })),
    };
  });

const isInapplicable = (verdict: string): boolean => ["n/a", "na"].includes(verdict.toLowerCase());

function judgedIn(
  verdicts: z.infer<typeof Criteria>,
  isMeant: (verdict: string) => boolean,
): readonly Criterion[] {
  const typed = new Map(
    Object.entries(verdicts).map(([name, verdict]) => [name.trim().toLowerCase(), verdict]),
  );
  return criteria.filter((criterion) => isMeant((typed.get(criterion.toLowerCase()) ?? "").trim()));
}
