/** What a measurement is and what it finds: numbers with a unit, a goal where there is one, and a sentence on what they mean. */

/** One number. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value must be at least, or at most, this (or below it); null where nothing was promised. */
  readonly goal: Goal | null;
  readonly meaning: string;
};

/** Where a value should lie. */
export type Goal =
  | { readonly atLeast: number }
  | { readonly atMost: number }
  | { readonly below: number };

/** Something that can be measured by itself. */
export type Measurement = {
  /** As `--only` takes it. */
  readonly name: string;
  readonly about: string;
  readonly run: () => Promise<Found>;
};

/** Figures, and the raw values that they were made from. */
export type Found = {
  readonly figures: readonly Figure[];
  readonly raw: Readonly<Record<string, unknown>>;
};

/** Does the value reach the goal? Null without a goal. */
export function isMet({ value, goal }: Figure): boolean | null {
  if (goal === null) return null;
  if ("atLeast" in goal) return value >= goal.atLeast;
  return "atMost" in goal ? value <= goal.atMost : value < goal.below;
}

/** The smallest value that `share` of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error("no values were measured");
  return value;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return (
    (percentile(values, 0.5) +
      -percentile(
        values.map((value) => -value),
        0.5,
      )) /
    2
  );
}
