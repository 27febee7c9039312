/** Remembers that a run's requests are refused for want of money. */
import type { BudgetName } from "./purse.ts";

/** What is remembered of one run. */
export type Exhaustion = {
  current(): BudgetName | null;
  /** A request was refused, or an answer cut off. */
  begin(name: BudgetName): void;
  /** There is money again. */
  end(): void;
  /** Calls back once, also when it has begun already. */
  on(callback: () => void): void;
};

/** Nothing was refused yet. */
export function trackExhaustion(): Exhaustion {
  let current: BudgetName | null = null;
  let hasBegun = false;
  let callbacks: readonly (() => void)[] = [];
  return {
    current: () => current,
    begin: (name) => {
      current = name;
      hasBegun = true;
      const waiting = callbacks;
      callbacks = [];
      for (const callback of waiting) callback();
    },
    end: () => {
      current = null;
    },
    on: (callback) => {
      if (hasBegun) callback();
      else callbacks = [...callbacks, callback];
    },
  };
}
