/** What broke when a sandbox was to be made. */

/** A box cannot be made. The message holds no argument and no environment. */
export class SandboxFault extends Error {
  override readonly name = "SandboxFault";
  readonly kind: SandboxFaultKind;
  readonly retryable: boolean;

  constructor(kind: SandboxFaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.retryable = kind === "system";
  }
}

/** `unavailable`: this machine lacks what a box needs. `refused`: the box would not be safe. `system`: the machine failed. */
export type SandboxFaultKind = "unavailable" | "refused" | "system";

/** The system's code of an error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown error";
}
