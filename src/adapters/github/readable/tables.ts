/** Tables, row by row. */
import type { Token } from "./parser.ts";
import type { Writer } from "./writer.ts";

/** Writes a block of a table; false for any other block. `lines` are those of the page's source. */
export function createTables(writer: Writer, lines: readonly string[]): (block: Token) => boolean {
  let columns = 0;
  return (block) => {
    switch (block.type) {
      case "thead_open":
        columns = 0;
        return true;
      case "tr_open":
        tellSurplus(writer, lines[block.map?.[0] ?? -1] ?? "", columns);
        writer.mark("|");
        return true;
      case "th_open":
        columns += 1;
        writer.mark(" ");
        return true;
      case "td_open":
        writer.mark(" ");
        return true;
      case "th_close":
      case "td_close":
        writer.mark(" |");
        return true;
      case "tr_close":
        writer.breakLine();
        return true;
      case "thead_close":
        writer.mark(`|${" --- |".repeat(columns)}`);
        writer.breakLine();
        return true;
      case "table_close":
        writer.sheet.endBlock();
        return true;
      default:
        return false;
    }
  };
}

/** Cells beyond the head's last column are shown to nobody. */
function tellSurplus(writer: Writer, line: string, columns: number): void {
  if (columns === 0) return;
  const cells = cellsOf(line);
  const surplus = cells.slice(columns).join(" ").trim();
  if (surplus !== "") writer.hidden.part("cells beyond the last column of a table", surplus);
}

function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let start = 0;
  for (let bar = line.indexOf("|"); bar !== -1; bar = line.indexOf("|", bar + 1)) {
    if (line.charAt(bar - 1) === "\\") continue;
    cells.push(line.slice(start, bar));
    start = bar + 1;
  }
  cells.push(line.slice(start));
  return cells[0]?.replaceAll(">", "").trim() === "" ? cells.slice(1) : cells;
}
