/** Numbers of the scripted agent's language, with their units. */

/** Milliseconds of a duration such as `200ms` or `2s`. */
export const durationMs = (text: string): number =>
  Number.parseInt(text, 10) * (text.endsWith("ms") ? 1 : 1_000);

/** Bytes of a size such as `10MB`. */
export const sizeBytes = (text: string): number =>
  Number.parseInt(text, 10) * (text.endsWith("MB") ? 1_000_000 : 1_000);
