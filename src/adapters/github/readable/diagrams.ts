/** Source that GitHub draws: a reader sees the drawing and not the words that it is made from. */

/** What is drawn from a code block, where its source can say what the drawing does not show; null where it is shown as code. */
export function drawnFrom(
  language: string,
  content: string,
): "diagram" | "map" | "model" | "formula" | null {
  switch (language.toLowerCase()) {
    case "mermaid":
      return hidingInDiagrams.some((word) => content.includes(word)) ? "diagram" : null;
    case "geojson":
    case "topojson":
      return "map";
    case "stl":
      return "model";
    case "math":
      return content.includes("%") || hasHidingCommand(content) ? "formula" : null;
    default:
      return null;
  }
}

/** Remarks, colours, descriptions for screen readers, settings and links. */
const hidingInDiagrams: readonly string[] = [
  "%%",
  "style",
  "Style",
  "classDef",
  "accTitle",
  "accDescr",
  "click",
  "href",
  "---",
  "<",
];

/** Whether a text has a formula with commands that colour, shrink, move or leave out words. */
export const hasHidingFormula = (text: string): boolean =>
  text.includes("$") && (hasHidingCommand(text) || (text.includes("$$") && text.includes("%")));

const hasHidingCommand = (text: string): boolean =>
  hidingCommands.some((command) => text.includes(`\\${command}`));

const hidingCommands: readonly string[] = [
  "color",
  "colorbox",
  "cssId",
  "fcolorbox",
  "gdef",
  "hphantom",
  "href",
  "hskip",
  "hspace",
  "kern",
  "llap",
  "mathllap",
  "mathrlap",
  "mkern",
  "mmlToken",
  "mskip",
  "newcommand",
  "phantom",
  "require",
  "rlap",
  "scriptscriptstyle",
  "smash",
  "style",
  "textcolor",
  "tiny",
  "unicode",
  "vphantom",
];
