/** What keeps the gateway from opening a door. What goes wrong with a request is an answer and never a fault. */

/** The message holds no key, token or request. */
export class GatewayFault extends Error {
  override readonly name = "GatewayFault";
  readonly kind: GatewayFaultKind;
  readonly retryable: boolean;

  constructor(kind: GatewayFaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.retryable = kind === "listen";
  }
}

/** `settings` needs the operator; `listen`: the socket or port could not be opened. */
export type GatewayFaultKind = "settings" | "listen";

/** The system's code of an error, for messages. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown error";
}
