/** The switches that make deliveries unreliable in a repeatable way. */

/** How deliveries go wrong: shares from 0 to 1, and a delay. */
export interface Switches {
  readonly duplicate: number;
  readonly drop: number;
  readonly reorder: number;
  readonly delayMs: number;
}

/** Deliveries as they should be. */
const RELIABLE: Switches = { duplicate: 0, drop: 0, reorder: 0, delayMs: 0 };

/** A row of numbers from 0 to 1 that is the same for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a delivery meets on its way. */
interface Fate {
  readonly isLost: boolean;
  readonly isTwin: boolean;
  readonly manner: { readonly delayMs: number; readonly letsOthersPass: boolean };
}

/** The switches with their row of chances. */
export interface Chance {
  /** Takes all chances of a delivery at once and in the order of deliveries: later, the speed of the receiver would have a say. */
  readonly meet: (delivery: { readonly redelivery: boolean }) => Fate;
  /** Changes some switches; a seed begins the row anew. */
  readonly turn: (wanted: Partial<Switches>, seed: number | undefined) => Switches;
}

/** Begins with reliable deliveries. */
export function openChance(): Chance {
  let switches = RELIABLE;
  let random = seededRandom(1);
  return {
    meet: ({ redelivery }) => {
      const isLost = random() < switches.drop && !redelivery;
      const isTwin = random() < switches.duplicate && !redelivery;
      const letsOthersPass = random() < switches.reorder;
      return { isLost, isTwin, manner: { delayMs: switches.delayMs, letsOthersPass } };
    },
    turn: (wanted, seed) => {
      switches = { ...switches, ...wanted };
      if (seed !== undefined) random = seededRandom(seed);
      return switches;
    },
  };
}
