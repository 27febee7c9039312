/** How many checkboxes an issue's text has, and how many are ticked. Nothing is decided by them, so looking at lines is enough. */
import type { Issue } from "../../core/issue.ts";

const bullets = ["-", "*", "+"];
const fences = ["```", "~~~"];

/** Those in code do not count. */
export function criteriaIn(body: string): Issue["criteria"] {
  let isCode = false;
  let met = 0;
  let total = 0;
  for (const line of body.split("\n").map((text) => text.trim())) {
    if (fences.some((fence) => line.startsWith(fence))) isCode = !isCode;
    const ticked = isCode ? null : tick(line);
    if (ticked === null) continue;
    total += 1;
    if (ticked) met += 1;
  }
  return { met, total };
}

/** Null for a line that is no checkbox. */
function tick(line: string): boolean | null {
  if (!bullets.includes(line.charAt(0))) return null;
  const box = line.slice(1).trimStart().slice(0, 4).toLowerCase();
  if (box === "[ ] ") return false;
  return box === "[x] " ? true : null;
}
