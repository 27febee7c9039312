/** The one place where values become JSONB, which holds neither U+0000 nor half of a surrogate pair. */

/** JSON text that PostgreSQL accepts; what it cannot hold becomes U+FFFD. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  // Escapes that may be literal backslashes in the text: a second look costs only time.
  return /\\u0000|\\ud[89a-f]/i.test(text) ? JSON.stringify(wellFormed(value)) : text;
}

/** Text that PostgreSQL accepts. */
export const plainText = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [plainText(field), wellFormed(inner)]),
  );
}
