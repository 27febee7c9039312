/** Lines of a unified diff: where a remark may stand, and the piece of diff shown above it. */

/** A place in a changed file. */
export interface DiffPlace {
  readonly line: number;
  readonly side: "LEFT" | "RIGHT";
}

/** The hunk down to a line of a patch, or undefined when the line is not part of the diff. */
export function hunkDownTo(patch: string, place: DiffPlace): string | undefined {
  let shown: string[] = [];
  let left = 0;
  let right = 0;
  for (const text of patch.split("\n")) {
    const start = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(text);
    if (start !== null) {
      shown = [text];
      left = Number(start[1]) - 1;
      right = Number(start[2]) - 1;
      continue;
    }
    shown.push(text);
    if (text.startsWith("\\")) continue;
    const isOnLeft = !text.startsWith("+");
    const isOnRight = !text.startsWith("-");
    if (isOnLeft) left += 1;
    if (isOnRight) right += 1;
    const isThere =
      place.side === "LEFT" ? isOnLeft && left === place.line : isOnRight && right === place.line;
    if (isThere) return shown.join("\n");
  }
  return undefined;
}
