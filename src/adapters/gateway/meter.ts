/** What one request costs, while its answer passes. */
import { counterFor } from "./count.ts";
import type { Counter } from "./count.ts";
import { charge, priceOf } from "./prices.ts";
import type { PriceList } from "./prices.ts";
import type { Used } from "./purse.ts";
import type { Provider, Shape } from "./routes.ts";

/** A request that costs something. */
export type Metered = {
  readonly provider: Provider;
  readonly shape: Exclude<Shape, "free">;
  /** As the request names it. */
  readonly model: string;
  readonly requestBytes: number;
  /** The most that the answer may hold; null where the request does not say. */
  readonly outputLimit: number | null;
  readonly prices: PriceList;
};

/** Follows a request and its answer. */
export type Meter = {
  /** The answer has begun. */
  begin(isStream: boolean): void;
  push(chunk: Uint8Array): void;
  end(): void;
  /** Nobody listened to the end: after so long the model has made more than it has shown. */
  leave(afterMs: number): void;
  used(): Used;
  /** The answer has said what it used: nothing more can be saved. */
  isSettled(): boolean;
};

/** Names of models are short; what an agent puts in their place may not be. */
const longestName = 128;

/** About what fast models make; what they think need not be shown, and what comes in one piece is shown at its end. */
const tokensPerSecond = 100;

/** A meter that stands at the request's input until the answer says more. */
export function meterFor(metered: Metered): Meter {
  const { provider, shape, model, requestBytes, outputLimit, prices } = metered;
  let counter: Counter = counterFor(shape, true, requestBytes);
  let named: string | null = null;
  let price = priceOf(provider, model, prices);
  return {
    begin: (isStream) => {
      counter = counterFor(shape, isStream, requestBytes);
    },
    push: (chunk) => counter.push(chunk),
    end: () => counter.end(),
    leave: (afterMs) => {
      const made = Math.ceil((afterMs / 1_000) * tokensPerSecond);
      counter.atLeast(Math.min(made, outputLimit ?? made));
    },
    isSettled: () => counter.count().isExact,
    used: () => {
      const { model: answered, tokens, isExact } = counter.count();
      if (answered !== named) {
        named = answered;
        // An alias is resolved by the provider, and a provider of the same form may rename models.
        const other = priceOf(provider, answered ?? model, prices);
        price = other.isGuess ? priceOf(provider, model, prices) : other;
      }
      return {
        model: (named ?? model).slice(0, longestName),
        inputTokens: tokens.input,
        cachedTokens: tokens.cached,
        outputTokens: tokens.output,
        usd: charge(price.price, tokens),
        isEstimate: price.isGuess || !isExact,
      };
    },
  };
}
