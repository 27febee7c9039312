/** Faults that tests order: the next matching request gets another answer, before or after its effect. */

/** Which requests a fault meets; what is left out matches everything. */
export interface FaultMatch {
  readonly method?: string;
  /** Without `/api/v3` and query; each `*` stands for any characters. */
  readonly path?: string;
  /** A GraphQL operation name or root field. */
  readonly operation?: string;
}

/** What happens instead; without a status the request is only slow. */
export interface FaultResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delayMs?: number;
  /** The request takes effect, and only its answer is replaced. */
  readonly afterEffect?: boolean;
}

/** A fault in waiting. */
export interface Fault {
  readonly id: number;
  readonly match: FaultMatch;
  readonly respond: FaultResponse;
  /** How many requests it will still meet. */
  times: number;
}

/** The faults in waiting. */
export interface FaultBox {
  readonly faults: readonly Fault[];
  readonly add: (match: FaultMatch, respond: FaultResponse, times: number) => Fault;
  readonly clear: () => void;
  /** The first fault that meets a request; it is used up once more by this. */
  readonly take: (method: string, path: string, operations: readonly string[]) => Fault | null;
}

/** Builds an empty box. */
export function openFaultBox(): FaultBox {
  let faults: Fault[] = [];
  let nextId = 1;
  return {
    get faults() {
      return faults;
    },
    add: (match, respond, times) => {
      const fault = { id: nextId, match, respond, times };
      nextId += 1;
      faults.push(fault);
      return fault;
    },
    clear: () => {
      faults = [];
    },
    take: (method, path, operations) => {
      const fault = faults.find(({ match }) => meets(match, method, path, operations));
      if (fault === undefined) return null;
      fault.times -= 1;
      faults = faults.filter(({ times }) => times > 0);
      return fault;
    },
  };
}

function meets(
  match: FaultMatch,
  method: string,
  path: string,
  operations: readonly string[],
): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === method) &&
    (match.path === undefined || fits(match.path, path)) &&
    (match.operation === undefined || operations.includes(match.operation))
  );
}

/** Compares piece by piece between the stars, without making a regular expression of somebody's text. */
function fits(pattern: string, path: string): boolean {
  const [head = "", ...pieces] = pattern.split("*");
  const tail = pieces.pop();
  if (tail === undefined) return path === head;
  if (!path.startsWith(head)) return false;
  let at = head.length;
  for (const piece of pieces) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return path.length - tail.length >= at && path.endsWith(tail);
}
