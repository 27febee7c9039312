/** How much of a run is told: only its end, its tools too, or everything. */

const granularities = ["exit", "tool", "all"] as const;
export type Granularity = (typeof granularities)[number];

export const isGranularity = (text: string): text is Granularity =>
  granularities.some((one) => one === text);

/** For help. */
export const granularityHelp = granularities.join(", ");
