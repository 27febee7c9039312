/** What can go wrong between us and PostgreSQL, in five kinds that callers can tell apart. */

/** `setup` needs the operator; `fenced` says that the job is another's now; `refused` is our own mistake. */
export type StoreFaultKind = "unavailable" | "full" | "fenced" | "refused" | "setup";

/** A failed attempt on the store; the message says what was attempted and what came back. */
export class StoreFault extends Error {
  readonly kind: StoreFaultKind;
  readonly retryable: boolean;

  constructor(kind: StoreFaultKind, attempted: string, answer: string, cause?: unknown) {
    super(`${attempted}: ${answer}`, { cause });
    this.name = "StoreFault";
    this.kind = kind;
    this.retryable = kind === "unavailable" || kind === "full";
  }
}

/** The fault that an error of the driver stands for. */
export function storeFault(attempted: string, error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const answer = error instanceof Error ? error.message : String(error);
  return new StoreFault(kindOf(error), attempted, answer === "" ? "no answer" : answer, error);
}

/** Runs a piece of work on the store and turns what it throws into a fault. */
export async function attempt<T>(attempted: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFault(attempted, error);
  }
}

function kindOf(error: unknown): StoreFaultKind {
  const code = codeOf(error);
  if (code === null) return isLostConnection(error) ? "unavailable" : "refused";
  const known = kindsByCode.find(([prefix]) => code.startsWith(prefix));
  return known === undefined ? "refused" : known[1];
}

/** The SQLSTATE of the server or the errno of the socket; null when there is neither. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/** SQLSTATE classes and errno names, https://www.postgresql.org/docs/18/errcodes-appendix.html. */
const kindsByCode: readonly (readonly [string, StoreFaultKind])[] = [
  ["08", "unavailable"],
  ["57P", "unavailable"],
  ["40", "unavailable"],
  ["53", "full"],
  ["58030", "full"],
  ["ECONN", "unavailable"],
  ["ENOENT", "unavailable"],
  ["EPIPE", "unavailable"],
  ["ETIMEDOUT", "unavailable"],
  ["EAI_AGAIN", "unavailable"],
  ["EHOSTUNREACH", "unavailable"],
  ["ENETUNREACH", "unavailable"],
];

/** pg 8.23 gives these as plain errors without a code; captured by ending the server under a client. */
const lostConnectionTexts: readonly string[] = [
  "Connection terminated unexpectedly",
  "Connection terminated",
  "Connection terminated due to connection timeout",
  "Client has encountered a connection error and is not queryable",
  "timeout exceeded when trying to connect",
  "timeout expired",
];

const isLostConnection = (error: unknown): boolean =>
  error instanceof Error && lostConnectionTexts.includes(error.message);
