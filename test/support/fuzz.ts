/** How many made-up inputs a property is held against, and which. */

/** Set by `npm run fuzz`. */
const isExploring = process.env["FUZZ"] !== undefined;

/** More than these find little in a night. */
const more = 20;

/**
 * Parameters for `fc.assert`. The inputs are the same in each run of `npm test`, so that it fails for what was changed and for
 * nothing else; `npm run fuzz` looks at many others.
 */
export const runs = (count = 100): { readonly numRuns: number; readonly seed?: number } =>
  isExploring ? { numRuns: count * more } : { numRuns: count, seed: 1 };
