/** Failures of the machine under an agent. What an agent does wrong is an outcome and never a fault. */

/** An agent could not be started. The message holds no argument, environment or brief. */
export class AgentFault extends Error {
  override readonly name = "AgentFault";
  readonly kind: AgentFaultKind;
  readonly retryable: boolean;

  constructor(kind: AgentFaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.retryable = kind !== "unknown-agent";
  }
}

/** `unknown-agent`: no such agent here. `spawn`: the system refused a process. `folder`: the run's files cannot be written. */
export type AgentFaultKind = "unknown-agent" | "spawn" | "folder";

/** The system's code of an error, for messages: the error's own text may quote arguments. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown error";
}
