/** What somebody names with a request: options of a command, each at most once, in any order. */

/** On which terms an issue is to be worked on. */
export type Terms = {
  /** Null leaves it to the labels and the policy. */
  readonly agent: string | null;
  readonly model: string | null;
  /** Issues of the same repository to wait for, as `#12`. */
  readonly dependsOn: readonly string[];
};

/** Nothing is named. */
export const noTerms: Terms = { agent: null, model: null, dependsOn: [] };

/** The first word that is not understood, or that says the same thing again. */
type Misread = { readonly misread: string };

type Option = { readonly name: string; readonly value: string; readonly typed: string };

/** Options as `--name=VALUE` or `--name VALUE`; a word that is not understood is told, never skipped. */
export function parseTerms(args: readonly string[]): Terms | Misread {
  let terms: Partial<Terms> = {};
  for (const option of optionsOf(args)) {
    const named = namedBy(option);
    const isAgain = named !== null && Object.keys(named).some((name) => name in terms);
    if (named === null || isAgain) return { misread: option.typed };
    terms = { ...terms, ...named };
  }
  return { ...noTerms, ...terms };
}

function optionsOf(args: readonly string[]): readonly Option[] {
  const found: Option[] = [];
  for (let at = 0; at < args.length; at++) {
    const typed = args[at] ?? "";
    const equals = typed.indexOf("=");
    const next = args[at + 1] ?? "";
    if (equals >= 0) {
      found.push({ name: typed.slice(0, equals), value: typed.slice(equals + 1), typed });
    } else if (typed.startsWith("--") && next !== "" && !next.startsWith("--")) {
      found.push({ name: typed, value: next, typed: `${typed} ${next}` });
      at++;
    } else {
      found.push({ name: typed, value: "", typed });
    }
  }
  return found;
}

/** Null for a value that the option cannot have. */
type Reading = (value: string) => Partial<Terms> | null;

const options: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["--agent", (agent) => ({ agent })],
  ["--model", (model) => ({ model })],
  ["--depends-on", dependsOnIn],
]);

/** Null also for an option that there is not. */
const namedBy = ({ name, value }: Option): Partial<Terms> | null =>
  value === "" ? null : (options.get(name)?.(value) ?? null);

/** Nobody plans with more in one line. */
const mostReferences = 20;

function dependsOnIn(value: string): Partial<Terms> | null {
  const references = value.split(",");
  const areAll = references.every((one) => /^#[1-9][0-9]{0,8}$/.test(one));
  if (!areAll || references.length > mostReferences) return null;
  return { dependsOn: [...new Set(references)] };
}
