/** Footnotes as GitHub has them; the parser knows none. */
import type { StateBlock, StateInline } from "markdown-it";

const longestLabel = 200;

/** `[^label]: text`, with what is indented under it. */
export function footnoteDefinition(
  state: StateBlock,
  startLine: number,
  endLine: number,
  silent: boolean,
): boolean {
  if (indentOf(state, startLine) - state.blkIndent >= 4) return false;
  const start = startOf(state, startLine);
  const label = labelAt(state.src, start, state.eMarks[startLine] ?? 0);
  if (label === null || !state.src.startsWith("]:", start + 2 + label.length)) return false;
  if (silent) return true;
  const open = state.push("footnote_open", "", 1);
  open.meta = { label };
  within(state, startLine, start + label.length + "[^]:".length, endLine);
  state.push("footnote_close", "", -1);
  return true;
}

const startOf = ({ bMarks, tShift }: StateBlock, line: number): number =>
  (bMarks[line] ?? 0) + (tShift[line] ?? 0);

const indentOf = ({ sCount }: StateBlock, line: number): number => sCount[line] ?? 0;

/** The text begins on the definition's line, behind the colon; further blocks of it are indented by four. */
function within(state: StateBlock, line: number, textStart: number, endLine: number): void {
  const { bMarks, tShift, sCount, blkIndent, parentType } = state;
  const before = { mark: bMarks[line] ?? 0, shift: tShift[line] ?? 0, count: sCount[line] ?? 0 };
  const textAt = state.skipSpaces(textStart);
  state.blkIndent += 4;
  state.parentType = "footnote";
  bMarks[line] = textStart;
  tShift[line] = textAt - textStart;
  sCount[line] = state.blkIndent;
  state.md.block.tokenize(state, line, endLine);
  bMarks[line] = before.mark;
  tShift[line] = before.shift;
  sCount[line] = before.count;
  state.blkIndent = blkIndent;
  state.parentType = parentType;
  if (state.line <= line) state.line = line + 1;
}

/** `[^label]` in a text. Labels of other characters are left to be text: then their note counts as one that nobody sees. */
export function footnoteReference(state: StateInline, silent: boolean): boolean {
  const label = labelAt(state.src, state.pos, state.posMax);
  if (label === null || !isPlain(label)) return false;
  if (!silent) {
    const token = state.push("footnote_reference", "", 0);
    token.meta = { label };
    token.content = `[^${label}]`;
  }
  state.pos += label.length + "[^]".length;
  return true;
}

function labelAt(text: string, start: number, max: number): string | null {
  if (!text.startsWith("[^", start)) return null;
  let end = start + 2;
  const last = Math.min(max, end + longestLabel);
  while (end < last && !" \t\n[]".includes(text.charAt(end))) end += 1;
  return end > start + 2 && text.charAt(end) === "]" ? text.slice(start + 2, end) : null;
}

const isPlain = (label: string): boolean => /^[\w-]+$/u.test(label);
