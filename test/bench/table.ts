/** Figures for people: one line each, aligned. */
import type { Figure, Goal } from "./figure.ts";
import { isMet } from "./figure.ts";

const headings = ["measured", "value", "goal", ""];

/** The table, without the meanings. */
export function table(figures: readonly Figure[]): string {
  const cells = [headings, ...figures.map(cellsOf)];
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? "").length)),
  );
  return cells
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

function cellsOf(figure: Figure): readonly string[] {
  const met = isMet(figure);
  return [
    figure.name,
    `${rounded(figure.value)} ${figure.unit}`.trim(),
    figure.goal === null ? "" : goalText(figure.goal),
    met === null ? "" : met ? "met" : "missed",
  ];
}

/** Three digits are more than such a measurement can promise. */
function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString("en-US");
}

function goalText(goal: Goal): string {
  if ("atLeast" in goal) return `≥ ${rounded(goal.atLeast)}`;
  return "atMost" in goal ? `≤ ${rounded(goal.atMost)}` : `< ${rounded(goal.below)}`;
}
