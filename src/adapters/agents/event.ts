/** What an agent tells while it works, in the same words for every agent. */

/** One thing that an agent told; the raw line stays in the run's events file. */
export type AgentEvent =
  /** The agent's own session, with which its work can be resumed; may be told several times. */
  | {
      readonly type: "session";
      readonly id: string;
      readonly model: string | null;
      readonly version: string | null;
    }
  | { readonly type: "text"; readonly text: string; readonly parent: string | null }
  | { readonly type: "thinking"; readonly text: string }
  | {
      readonly type: "tool-started";
      readonly id: string;
      readonly name: string;
      readonly kind: ToolKind;
      readonly parent: string | null;
    }
  | { readonly type: "tool-ended"; readonly id: string; readonly isOk: boolean }
  | { readonly type: "denied"; readonly tool: string; readonly why: string }
  /** The model provider is asked again; the status is null when there was no answer. */
  | { readonly type: "retried"; readonly attempt: number; readonly status: number | null }
  /** What was used since the last such event. */
  | {
      readonly type: "usage";
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly cachedTokens: number;
      readonly usd: number | null;
    }
  /** The agent came to a stop; it may go on, and only the end of its process is the end of the run. */
  | { readonly type: "turn-ended"; readonly isOk: boolean; readonly reason: string }
  /** A line that we do not know, by its type. */
  | { readonly type: "unknown"; readonly line: string };

/** What a tool touches. */
export type ToolKind = "exec" | "edit" | "read" | "net" | "mcp" | "agent" | "other";
