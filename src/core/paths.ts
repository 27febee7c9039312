/** Paths of a repository as `.gitignore` has them, compared without looking at files: what may be the same counts as the same. */

/** A pattern by what of it is certain. */
type Pattern = {
  /** What comes before the first wildcard, without a slash at the front; of a folder without one at the end. */
  readonly prefix: string;
  readonly isLiteral: boolean;
  /** It begins at the root; a mere name may stand in any folder. */
  readonly isRooted: boolean;
};

const wildcards = ["*", "?", "[", "\\"];

/** The first of the patterns that may mean a path that one of the others means too; null when none does. */
export function sharedPath(patterns: readonly string[], others: readonly string[]): string | null {
  const parsed = others.map(parse);
  const shared = patterns.find((pattern) => {
    const one = parse(pattern);
    return parsed.some((other) => meet(one, other));
  });
  return shared ?? null;
}

/** Files as patterns that mean nothing else. */
export const asPatterns = (files: readonly string[]): readonly string[] =>
  files.map((file) => `/${file.replaceAll(/[*?[\\]/g, "?")}`);

function parse(pattern: string): Pattern {
  const bare = pattern.endsWith("/") ? pattern.slice(0, -1) : pattern;
  const rest = bare.startsWith("/") ? bare.slice(1) : bare;
  const ends = wildcards.map((one) => rest.indexOf(one)).filter((at) => at >= 0);
  const isLiteral = ends.length === 0;
  return {
    prefix: isLiteral ? rest : rest.slice(0, Math.min(...ends)),
    isLiteral,
    isRooted: bare.includes("/"),
  };
}

function meet(one: Pattern, other: Pattern): boolean {
  if (!one.isRooted) return one.isLiteral && other.isLiteral ? isNamed(one, other) : true;
  if (!other.isRooted) return meet(other, one);
  return isAlong(one, other) || isAlong(other, one);
}

/** A name without a folder means every file and folder of that name. */
const isNamed = (name: Pattern, { prefix, isRooted }: Pattern): boolean =>
  isRooted ? prefix.split("/").includes(name.prefix) : prefix === name.prefix;

/** May the second pattern mean something at or below what the first says for certain? */
const isAlong = (one: Pattern, other: Pattern): boolean =>
  one.isLiteral
    ? other.prefix === one.prefix || other.prefix.startsWith(`${one.prefix}/`)
    : other.prefix.startsWith(one.prefix);
