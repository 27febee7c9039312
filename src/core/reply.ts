/** An answer to a comment that begins nothing: a reaction, and words where somebody asked for them or the answer is no. */
import type { Ending } from "./assignment.ts";
import { begun } from "./begin.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import type { Turn } from "./turn.ts";

type Comment = Pick<Turn, "installation" | "by" | "at" | "place" | "comment">;

/** What its author is told: answers, and why the last command was refused; null when none was. */
type Words = {
  readonly said: readonly string[];
  readonly denied: { readonly why: string; readonly isAlone: boolean } | null;
};

/** The answer as an assignment that has ended and only waits for its last words to be shown. */
export const reply = (board: Board, comment: Comment, { said, denied }: Words): Board =>
  lastWords(
    board,
    comment,
    denied === null ? { kind: "granted", said } : { kind: "denied", said, ...denied },
  );

/** A request that is turned down at once. */
export const refuse = (board: Board, comment: Comment, why: string): Board =>
  lastWords(board, comment, { kind: "refused", why });

function lastWords(board: Board, comment: Comment, ending: Ending): Board {
  const request = { via: "command", comment: comment.comment } as const;
  const answer = begun(board, { ...comment, issue: comment.place }, { request });
  return withAssignment(board, { ...answer, phase: { name: "withdrawn", ending, saved: [] } });
}
