/** An answer to a comment that begins nothing: a reaction, and one sentence where the answer is no. */
import type { Ending } from "./assignment.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import type { CommentId } from "./ids.ts";
import type { Asked } from "./begin.ts";
import { begun } from "./begin.ts";

/** The answer as an assignment that has ended and only waits for its last words to be shown. */
export function reply(
  board: Board,
  asked: Asked & { readonly comment: CommentId },
  why: string | null,
): Board {
  const ending: Ending = why === null ? { kind: "granted" } : { kind: "denied", why };
  const request = { via: "command", comment: asked.comment } as const;
  const answer = begun(board, asked, { request });
  return withAssignment(board, { ...answer, phase: { name: "withdrawn", ending, saved: [] } });
}
