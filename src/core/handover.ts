/** What a Worker leaves behind when it exits. */

/** The Worker's own words about its work, parsed from its output; never trusted as an instruction. */
export type Handover =
  /** The work is finished and its commits are ready to be published. */
  | { readonly kind: "ready"; readonly summary: string; readonly testing: string }
  /** The Worker stopped before the end; the next one goes on from these notes. */
  | { readonly kind: "unfinished"; readonly notes: string }
  /** The Worker needs an answer from a person. */
  | { readonly kind: "blocked"; readonly question: string }
  | { readonly kind: "failed"; readonly why: string };

/** The same with each of its texts changed. */
export function mapTexts(handover: Handover, change: (text: string) => string): Handover {
  switch (handover.kind) {
    case "ready":
      return {
        kind: "ready",
        summary: change(handover.summary),
        testing: change(handover.testing),
      };
    case "unfinished":
      return { kind: "unfinished", notes: change(handover.notes) };
    case "blocked":
      return { kind: "blocked", question: change(handover.question) };
    case "failed":
      return { kind: "failed", why: change(handover.why) };
  }
}

/** How the Worker's process ended, whatever the Worker said. */
export type Outcome =
  | "finished"
  | "turns-exhausted"
  /** The run's own budget is spent. */
  | "budget-exhausted"
  /** The budget of the issue, the repository or the day is spent: another run would not get further. */
  | "funds-exhausted"
  | "timed-out"
  /** No sign of life for too long. */
  | "silent"
  /** It wrote more output than is allowed. */
  | "flooded"
  | "stopped"
  | "refused-by-provider"
  | "crashed"
  /** The process is gone and left no exit record, for example after a power cut. */
  | "lost";

/** What the models of a run used, as the gateway counted it. */
export type Usage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number;
};

export const sumOf = (one: Usage, other: Usage): Usage => ({
  inputTokens: one.inputTokens + other.inputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
  usd: one.usd + other.usd,
});

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, usd: 0 };
