/** The page as it is written out: blocks one under the other, with the marks of what they stand in. */

/** Takes the text of one page, piece by piece. */
export type Sheet = {
  /** Text of the block that is being written; the first of a block begins it. Its line breaks stay. */
  readonly write: (text: string) => void;
  /** Goes on in the next line of the same block. */
  readonly breakLine: () => void;
  /** The next text begins a block, after an empty line unless it is close to the last one. */
  readonly endBlock: (isClose?: boolean) => void;
  /** Blocks from now on stand in something: its mark before the first line, and before each further one. */
  readonly enter: (first: string, rest: string) => void;
  readonly leave: () => void;
  /** A place in what has been written, and what was written since. */
  readonly place: () => number;
  readonly since: (place: number) => string;
  readonly text: () => string;
};

type Container = { readonly first: string; readonly rest: string; isBegun: boolean };

/** A line's marks repeat on each line; more of them would make a small text a huge one. */
const markedContainers = 6;

/** An empty page. */
export function createSheet(): Sheet {
  const pieces: string[] = [];
  const containers: Container[] = [];
  let isLineEmpty = true;
  let gap = "";
  const begin = (): void => {
    if (!isLineEmpty) return;
    if (pieces.length > 0) pieces.push(gap);
    pieces.push(marks(containers));
    gap = "";
    isLineEmpty = false;
  };
  return {
    write: (text) => {
      if (text === "") return;
      begin();
      pieces.push(text.includes("\n") ? text.replaceAll("\n", `\n${marks(containers)}`) : text);
    },
    breakLine: () => {
      if (isLineEmpty) return;
      isLineEmpty = true;
      gap = "\n";
    },
    endBlock: (isClose = false) => {
      if (!isLineEmpty || gap === "\n") gap = isClose ? "\n" : "\n\n";
      isLineEmpty = true;
    },
    enter: (first, rest) => containers.push({ first, rest, isBegun: false }),
    leave: () => containers.pop(),
    place: () => pieces.length,
    since: (place) => pieces.slice(place).join(""),
    text: () => pieces.join(""),
  };
}

function marks(containers: readonly Container[]): string {
  const shown = containers.slice(0, markedContainers).map((container) => {
    const mark = container.isBegun ? container.rest : container.first;
    container.isBegun = true;
    return mark;
  });
  return shown.join("");
}
