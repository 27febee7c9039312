/** Source that GitHub draws: a reader sees the drawing and not the words that it is made from. */

import { isHidingFormula } from "./formulas.ts";
import { showsItsWords } from "./mermaid.ts";

/** What is drawn from a code block, where its source can say what the drawing does not show; null where it is shown as code. */
export function drawnFrom(
  language: string,
  content: string,
): "diagram" | "map" | "model" | "formula" | null {
  switch (language.toLowerCase()) {
    case "mermaid":
      return showsItsWords(content) ? null : "diagram";
    case "geojson":
    case "topojson":
      return "map";
    case "stl":
      return "model";
    case "math":
      return isHidingFormula(content) ? "formula" : null;
    default:
      return null;
  }
}
