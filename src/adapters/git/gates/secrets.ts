/** Looking for secrets in bytes that are to be published: the values that we guard, and whatever looks like a credential. Pure. */
import { createFinder } from "./needle-finder.ts";
import type { NeedleFinder } from "./needle-finder.ts";
import { needlesOf } from "./secret-needles.ts";

/** A kind of secret that was found; the secret itself is not told. */
export type SecretFound = {
  readonly what: string;
  /** A value that this service itself guards. */
  readonly isFinal: boolean;
};

/** Looks through one text or file, in pieces as they come. */
export type SecretSearch = {
  readonly read: (piece: Uint8Array) => void;
  readonly found: () => readonly SecretFound[];
};

/** What a text gives away, of these values and of others that look like credentials. */
export function findSecrets(text: string, secrets: readonly string[]): readonly SecretFound[] {
  const search = prepareSearch(secrets)();
  search.read(Buffer.from(text));
  return search.found();
}

/** Prepares for these values once; the answer begins a search. */
export function prepareSearch(secrets: readonly string[]): () => SecretSearch {
  const key = secrets.join("\0");
  if (latest?.key !== key) latest = { key, finder: createFinder(needlesOf(secrets)) };
  const { finder } = latest;
  return () => beginSearch(finder);
}

/** Preparing costs some milliseconds, and the values change hourly at most. */
let latest: { readonly key: string; readonly finder: NeedleFinder } | null = null;

function beginSearch(finder: NeedleFinder): SecretSearch {
  const found = new Map<string, SecretFound>();
  const overlap = Math.max(finder.longest, longestPattern);
  let rest = Buffer.alloc(0);
  return {
    read: (piece) => {
      const all = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
      for (const one of [guarded(finder, all), ...likely(all)]) {
        if (one !== null) found.set(one.what, one);
      }
      rest = Buffer.from(all.subarray(Math.max(0, all.length - overlap)));
    },
    found: () => [...found.values()],
  };
}

function guarded(finder: NeedleFinder, bytes: Buffer): SecretFound | null {
  const needle = finder.first(bytes);
  if (needle === null) return null;
  return { what: `a value that this service guards, ${needle.disguise}`, isFinal: true };
}

function likely(bytes: Buffer): readonly SecretFound[] {
  const text = bytes.toString("latin1");
  return patterns
    .filter(({ marks, pattern }) => marks.some((mark) => text.includes(mark)) && pattern.test(text))
    .map(({ what }) => ({ what, isFinal: false }));
}

/** Each is bounded, so that it is over in one pass, and has marks without which it need not be tried. */
const patterns: readonly {
  readonly what: string;
  readonly marks: readonly string[];
  readonly pattern: RegExp;
}[] = [
  {
    what: "a private key",
    marks: ["PRIVATE KEY"],
    pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/,
  },
  {
    what: "what looks like a GitHub token",
    marks: ["gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_"],
    // Those of installations may be signed ones, with dots and dashes.
    pattern: /(?<![A-Za-z0-9])(?:gh[opru]_[A-Za-z0-9]{36}|ghs_[\w.-]{36}|github_pat_\w{40})/,
  },
  {
    what: "what looks like a GitLab token",
    marks: ["glpat-"],
    pattern: /(?<![A-Za-z0-9])glpat-[\w-]{20}/,
  },
  {
    what: "what looks like an AWS access key",
    marks: ["AKIA", "ASIA"],
    pattern: /(?<![A-Za-z0-9])A(?:K|S)IA[A-Z2-7]{16}(?![A-Za-z0-9])/,
  },
  {
    what: "what looks like a Slack token",
    marks: ["xox", "xapp-", "hooks.slack.com/"],
    pattern:
      /(?<![A-Za-z0-9])(?:xox[abeoprs]-[A-Za-z0-9-]{20}|xapp-[A-Za-z0-9-]{20}|hooks\.slack\.com\/services\/T\w{8})/,
  },
  {
    what: "what looks like a key to a model",
    marks: ["sk-"],
    pattern: /(?<![\w-])sk-(?=[\w-]{0,40}[0-9])(?=[\w-]{0,40}[A-Z])[\w-]{32}/,
  },
  {
    what: "what looks like a Google key",
    marks: ["AIza"],
    pattern: /(?<![A-Za-z0-9])AIza[\w-]{35}/,
  },
  {
    what: "what looks like an npm token",
    marks: ["npm_"],
    pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}/,
  },
];
const longestPattern = 160;
