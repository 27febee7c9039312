/** What was asked of the API, in order; tests read it as the record of what a program did. */

/** One API request and how it ended. */
export interface RequestLine {
  readonly id: number;
  readonly time: string;
  /** A login, `app:<slug>` for an App's JWT, or `anonymous`. */
  readonly actor: string;
  readonly method: string;
  /** Without `/api/v3`, with the query. */
  readonly path: string;
  /** The operation name and root fields of a GraphQL request. */
  readonly operation: string | null;
  readonly status: number;
  /** What it cost of the rate limit. */
  readonly points: number;
  /** Numbers of the issues and pull requests that it names. */
  readonly issues: readonly number[];
  /** True when the simulator has nothing there; such a request fails the test that made it. */
  readonly notModelled: boolean;
}

/** The requests so far, oldest first. */
export interface RequestLog {
  readonly lines: readonly RequestLine[];
  /** Those for which the simulator had nothing. */
  readonly notModelled: readonly RequestLine[];
  readonly add: (line: Omit<RequestLine, "id">) => void;
}

/** The log forgets the oldest requests beyond this many. */
const KEPT_LINES = 100_000;

/** Builds an empty log; `onLine` sees each line when its request has taken effect and is not answered yet. */
export function openRequestLog(onLine: (line: RequestLine) => void = () => {}): RequestLog {
  const lines: RequestLine[] = [];
  const notModelled: RequestLine[] = [];
  let nextId = 1;
  return {
    lines,
    notModelled,
    add: (line) => {
      const numbered = { id: nextId, ...line };
      nextId += 1;
      lines.push(numbered);
      if (line.notModelled) notModelled.push(numbered);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine(numbered);
    },
  };
}
