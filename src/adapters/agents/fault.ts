/** Failures of the machine under an agent. What an agent does wrong is an outcome and never a fault. */

/** An agent could not be started. The message holds no argument, environment or brief. */
export class AgentFault extends Error {
  override readonly name = "AgentFault";
  readonly kind: AgentFaultKind;
  readonly retryable: boolean;

  constructor(kind: AgentFaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.retryable = !lasting.has(kind);
  }
}

/**
 * `unknown-agent`: no such agent here. `spawn`: the system refused a process. `folder`: files cannot be written.
 * `occupied`: another Worker lives in the worktree. `sandbox`: no sandbox could be made. `gateway`: no way to the
 * models could be opened. `ports`: no block of ports is free.
 */
export type AgentFaultKind =
  | "unknown-agent"
  | "spawn"
  | "folder"
  | "occupied"
  | "sandbox"
  | "gateway"
  | "ports";

const lasting: ReadonlySet<AgentFaultKind> = new Set<AgentFaultKind>(["unknown-agent"]);

/** The system's code of an error, for messages: the error's own text may quote arguments. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown error";
}
