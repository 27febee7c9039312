/** The switches that make deliveries unreliable in a repeatable way. */

/** How deliveries go wrong: shares from 0 to 1, and a delay. */
export interface Switches {
  readonly duplicate: number;
  readonly drop: number;
  readonly reorder: number;
  readonly delayMs: number;
}

/** Deliveries as they should be. */
export const RELIABLE: Switches = { duplicate: 0, drop: 0, reorder: 0, delayMs: 0 };

/** A row of numbers from 0 to 1 that is the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
