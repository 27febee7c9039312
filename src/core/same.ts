/** Do two values of plain data say the same? Whatever order their keys have: what was stored as JSONB has lost its own. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isData(one) || !isData(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = keysOf(one);
  return keys.length === keysOf(other).length && keys.every((key) => isSame(one[key], other[key]));
}

type Data = Readonly<Record<string, unknown>>;

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null;

/** What is undefined is not stored either. */
const keysOf = (data: Data): readonly string[] =>
  Object.keys(data).filter((key) => data[key] !== undefined);
