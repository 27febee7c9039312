/** What models cost, and what a request has cost. */

/**
 * US dollars per million tokens. Read on 21 November 2026 from copies of the providers' price lists,
 * https://platform.claude.com/docs/en/about-claude/pricing and https://developers.openai.com/api/docs/pricing.
 */
export type Price = {
  readonly input: number;
  readonly output: number;
  /** Input that the provider had cached. */
  readonly cached: number;
  /** Input that it caches for minutes. */
  readonly written: number;
  /** Input that it caches for an hour or longer. */
  readonly writtenLong: number;
  /** What all tokens of a request cost whose input is longer than `above`; null where length does not matter. */
  readonly long: (Omit<Price, "long"> & { readonly above: number }) | null;
};

/** Prices by the beginning of the model's name. */
export type PriceList = Readonly<{ [prefix: string]: Price }>;

/** What a request used, as far as it is known. */
export type Tokens = {
  /** All input: fresh, cached and written to the cache. */
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly writtenLong: number;
  readonly output: number;
};

/** Prices as the lists give them: fresh input and output; the rest follows from these but where it is named. */
function price(
  input: number,
  output: number,
  more: Partial<Pick<Price, "cached" | "written">> = {},
): Price {
  return {
    input,
    output,
    cached: more.cached ?? input / 10,
    written: more.written ?? input * 1.25,
    writtenLong: input * 2,
    long: null,
  };
}

/** The same with other prices for a long input: `times` for input and the cache, `timesOutput` for output. */
function tiered(one: Price, above: number, times: number, timesOutput: number): Price {
  return {
    ...one,
    long: {
      above,
      input: one.input * times,
      cached: one.cached * times,
      written: one.written * times,
      writtenLong: one.writtenLong * times,
      output: one.output * timesOutput,
    },
  };
}

const opus = price(5, 25);
const formerOpus = price(15, 75);
const sonnet = price(3, 15);

const claude: PriceList = {
  "claude-fable-5-1": price(10, 50, { cached: 0.25 }),
  "claude-mythos-5-1": price(10, 50, { cached: 0.25 }),
  "claude-fable-5": price(10, 50),
  "claude-mythos-5": price(10, 50),
  "claude-opus-5-5": price(4, 20, { cached: 0.2 }),
  "claude-opus-5": opus,
  "claude-opus-4-8": opus,
  "claude-opus-4-7": opus,
  "claude-opus-4-6": opus,
  "claude-opus-4-5": opus,
  "claude-opus-4-1": formerOpus,
  "claude-opus-4": formerOpus,
  "claude-sonnet-5-5": price(2, 10, { cached: 0.1 }),
  "claude-sonnet-5": price(2, 10),
  "claude-sonnet-4-6": sonnet,
  "claude-sonnet-4-5": tiered(sonnet, 200_000, 2, 1.5),
  "claude-sonnet-4": tiered(sonnet, 200_000, 2, 1.5),
  "claude-haiku-5-5": tiered(price(0.1, 0.5), 100_000, 5, 5),
  "claude-haiku-4-5": price(1, 5),
};

/** Models that cache for nothing have no price for it. */
const unwritten = (input: number, output: number, cached?: number): Price =>
  price(input, output, { written: input, ...(cached === undefined ? {} : { cached }) });
const longGpt = (one: Price): Price => tiered(one, 272_000, 2, 1.5);

const gpt: PriceList = {
  "gpt-6.1-terra": longGpt(price(1, 5, { cached: 0.05 })),
  "gpt-6-astra": longGpt(price(10, 50)),
  "gpt-6-sol": longGpt(price(2, 10)),
  "gpt-6-luna": longGpt(price(0.1, 0.5)),
  "gpt-5.6": longGpt(price(4, 20)),
  "gpt-5.6-sol": longGpt(price(4, 20)),
  "gpt-5.6-terra": longGpt(price(2, 12)),
  "gpt-5.6-luna": longGpt(price(0.2, 1.2)),
  "gpt-5.5-pro": longGpt(unwritten(30, 180)),
  "gpt-5.5": longGpt(unwritten(5, 30)),
  "gpt-5.4-pro": longGpt(unwritten(30, 180)),
  "gpt-5.4-mini": unwritten(0.75, 4.5),
  "gpt-5.4-nano": unwritten(0.2, 1.25),
  "gpt-5.4": longGpt(unwritten(2.5, 15)),
  "gpt-5.3-codex": unwritten(1.75, 14),
  "gpt-5.2-codex": unwritten(1.75, 14),
  "gpt-5.2": unwritten(1.75, 14),
  "gpt-5.1-codex-max": unwritten(1.25, 10),
  "gpt-5.1-codex": unwritten(1.25, 10),
  "gpt-5.1": unwritten(1.25, 10),
  "gpt-5-pro": unwritten(15, 120, 15),
  "gpt-5-mini": unwritten(0.25, 2),
  "gpt-5-nano": unwritten(0.05, 0.4),
  "gpt-5": unwritten(1.25, 10),
  "gpt-4.1": unwritten(2, 8, 0.5),
  o3: unwritten(2, 8, 0.5),
};

const lists = { anthropic: claude, openai: gpt };

/** The price of a model of that provider, and whether it is only a guess: the operator's own go before the known ones. */
export function priceOf(
  provider: keyof typeof lists,
  model: string,
  own: PriceList = {},
): { readonly price: Price; readonly isGuess: boolean } {
  const known = ownPrice(model, own) ?? listPrice(model, lists[provider]);
  return { price: known ?? dearest({ ...lists[provider], ...own }), isGuess: known === null };
}

/** The operator's word holds for every model whose name begins so; the longest one counts. */
function ownPrice(model: string, own: PriceList): Price | null {
  const [prefix] = Object.keys(own)
    .filter((one) => model.startsWith(one))
    .toSorted((one, other) => other.length - one.length);
  return prefix === undefined ? null : (own[prefix] ?? null);
}

/** A dated name is the same model; any other ending is another model with a price of its own. */
function listPrice(model: string, list: PriceList): Price | null {
  const name = model.replace(/(?:-\d{8}|-\d{4}-\d{2}-\d{2}|-latest)$/, "");
  return Object.hasOwn(list, name) ? (list[name] ?? null) : null;
}

/** Each kind of token at the highest price that any model has, so that a guess is never too low. */
function dearest(list: PriceList): Price {
  const all = Object.values(list).flatMap((one) => (one.long === null ? [one] : [one, one.long]));
  const highest = (kind: "input" | "output" | "cached" | "written" | "writtenLong"): number =>
    Math.max(...all.map((one) => one[kind]));
  return {
    input: highest("input"),
    output: highest("output"),
    cached: highest("cached"),
    written: highest("written"),
    writtenLong: highest("writtenLong"),
    long: null,
  };
}

/** US dollars for so many tokens. */
export function charge(price: Price, tokens: Tokens): number {
  const { long } = price;
  const rate = long !== null && tokens.input > long.above ? long : price;
  const fresh = Math.max(0, tokens.input - tokens.cached - tokens.written - tokens.writtenLong);
  const millionths =
    fresh * rate.input +
    tokens.cached * rate.cached +
    tokens.written * rate.written +
    tokens.writtenLong * rate.writtenLong +
    tokens.output * rate.output;
  return millionths / 1_000_000;
}
