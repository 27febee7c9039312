/** Finding one of many thousand byte sequences in one pass. Pure. */
import { shortestNeedle } from "./secret-needles.ts";
import type { Needle } from "./secret-needles.ts";

/** Finds many needles in one pass. */
export type NeedleFinder = {
  /** Length of the longest needle. */
  readonly longest: number;
  readonly first: (bytes: Uint8Array) => Needle | null;
};

// Of 17,000 needles, as one RSA key has, about one in sixty other positions passes it.
const filterBits = 20;

/** By a hash of the bytes at each position that the next position's follows from, and a filter that most do not pass. */
export function createFinder(needles: readonly Needle[]): NeedleFinder {
  const filter = new Uint8Array(2 ** filterBits);
  const byHash = new Map<number, Needle[]>();
  let longest = 0;
  for (const needle of needles) {
    longest = Math.max(longest, needle.bytes.length);
    const hash = hashOf(needle.bytes);
    filter[place(hash)] = 1;
    const others = byHash.get(hash);
    if (others === undefined) byHash.set(hash, [needle]);
    else others.push(needle);
  }
  return {
    longest,
    first: (bytes) => (needles.length === 0 ? null : firstOf(bytes, filter, byHash)),
  };
}

function firstOf(
  bytes: Uint8Array,
  filter: Uint8Array,
  byHash: ReadonlyMap<number, readonly Needle[]>,
): Needle | null {
  let hash = hashOf(bytes);
  for (let at = 0; at + shortestNeedle <= bytes.length; at++) {
    if (filter[place(hash)] === 1) {
      const found = byHash.get(hash)?.find((needle) => isAt(bytes, at, needle.bytes));
      if (found !== undefined) return found;
    }
    const gone = Math.imul(bytes[at] ?? 0, oldestFactor);
    hash = (Math.imul(hash, factor) + (bytes[at + shortestNeedle] ?? 0) - gone) | 0;
  }
  return null;
}

const factor = 0x01000193;
const oldestFactor = power(factor, shortestNeedle);

function power(base: number, exponent: number): number {
  let result = 1;
  for (let times = 0; times < exponent; times++) result = Math.imul(result, base);
  return result;
}

/** Of the first bytes only. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0;
  for (let at = 0; at < shortestNeedle; at++) {
    hash = (Math.imul(hash, factor) + (bytes[at] ?? 0)) | 0;
  }
  return hash;
}

const place = (hash: number): number => Math.imul(hash, 0x9e3779b1) >>> (32 - filterBits);

function isAt(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  for (let index = 0; index < needle.length; index++) {
    if (bytes[at + index] !== needle[index]) return false;
  }
  return true;
}
