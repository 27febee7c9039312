/** An operator's command for an agent, with places for what differs from run to run. No shell ever reads it. */
import type { Environment, RunSpec } from "./adapter.ts";

/** An argument, or several that are left out together where a placeholder among them has no value. */
export type Part = string | readonly string[];

/** What stands for a placeholder; null where this run has nothing of the kind. */
type Values = Readonly<Record<Placeholder, string | null>>;
type Placeholder = "{model}" | "{turns}" | "{session}" | "{brief-file}" | "{gateway}";

/** The arguments of one run. A placeholder is a whole argument: within one it is only text. */
export function filledArguments(parts: readonly Part[], run: RunSpec): readonly string[] {
  const values = valuesOf(run);
  return parts.flatMap((part) => {
    const words = typeof part === "string" ? [part] : part;
    const filled = words.map((word) => (isPlaceholder(word) ? values[word] : word));
    return filled.includes(null) ? [] : filled.filter((word) => word !== null);
  });
}

/** The words that the operator wrote, whatever the run. */
export const ownWords = (parts: readonly Part[]): readonly string[] =>
  parts.flat().filter((word) => !isPlaceholder(word));

/** The variables of one run, in which `{gateway}`, `{token}` and `{model}` may stand anywhere. */
export function filledVariables(template: Environment, run: RunSpec): Environment {
  const { gateway, model } = run;
  const values = { "{gateway}": gateway?.url, "{token}": gateway?.token, "{model}": model };
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, text]) => {
      const used = Object.entries(values).filter(([placeholder]) => text.includes(placeholder));
      if (used.some(([, value]) => value == null)) return [];
      return [[name, used.reduce((old, [from, to]) => old.replaceAll(from, () => to ?? ""), text)]];
    }),
  );
}

/** Arguments that look like placeholders and are none: they would reach the program as they are. */
export const strangePlaceholders = (parts: readonly Part[]): readonly string[] =>
  parts.flat().filter((word) => word.startsWith("{") && word.endsWith("}") && !isPlaceholder(word));

const placeholders: readonly string[] = [
  "{model}",
  "{turns}",
  "{session}",
  "{brief-file}",
  "{gateway}",
] satisfies readonly Placeholder[];

const isPlaceholder = (word: string): word is Placeholder => placeholders.includes(word);

const valuesOf = ({ model, turns, session, gateway }: RunSpec): Values => ({
  "{model}": model,
  "{turns}": String(turns),
  "{session}": session.id,
  // Standard input is a file that is open for it; by its own path it could not be seen in a sandbox.
  "{brief-file}": "/dev/stdin",
  "{gateway}": gateway?.url ?? null,
});
