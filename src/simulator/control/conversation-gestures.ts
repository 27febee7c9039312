/** Gestures of conversation: comments, reactions, and how issues hang together. */
import { addBlocker, addSubIssue, removeBlocker, removeSubIssue } from "../acts/relations.ts";
import { commentShape, issueShape, reactionShape } from "../shapes/issues.ts";
import { createComment, deleteComment, editComment } from "../acts/comments.ts";
import { gesture, issueIn, refusedGesture } from "./gesture.ts";
import { react, reactionNamed } from "../acts/reactions.ts";
import type { Comment } from "../world/issues.ts";
import type { Gesture, GestureCall } from "./gesture.ts";

/** The gestures of this file by name. */
export const conversationGestures: Readonly<Record<string, Gesture>> = {
  comment: gesture({ number: "number", body: "text" }, (call, given) =>
    commentShape(
      call.sim,
      createComment(call.sim, call.by, issueIn(call, given.number), given.body),
    ),
  ),
  "edit-comment": gesture({ id: "number", body: "text" }, (call, given) =>
    commentShape(
      call.sim,
      editComment(call.sim, call.by, commentWithId(call, given.id), given.body),
    ),
  ),
  "delete-comment": gesture({ id: "number" }, (call, given) => {
    const comment = commentWithId(call, given.id);
    const deleted = commentShape(call.sim, comment);
    deleteComment(call.sim, call.by, comment);
    return { deleted };
  }),
  react: gesture({ number: "number?", id: "number?", content: "text" }, (call, given) => {
    const subject =
      given.id === undefined
        ? ({ kind: "issue", id: issueIn(call, given.number ?? 0).id } as const)
        : ({ kind: "comment", id: commentWithId(call, given.id).id } as const);
    const content = reactionNamed(given.content);
    return reactionShape(call.sim, react(call.sim, call.by, subject, content).reaction);
  }),
  "add-blocker": gesture({ number: "number", blocker: "number" }, (call, given) => {
    const [issue, blocker] = [issueIn(call, given.number), issueIn(call, given.blocker)];
    return issueShape(call.sim, addBlocker(call.sim, call.by, issue, blocker));
  }),
  "remove-blocker": gesture({ number: "number", blocker: "number" }, (call, given) => {
    const [issue, blocker] = [issueIn(call, given.number), issueIn(call, given.blocker)];
    return issueShape(call.sim, removeBlocker(call.sim, call.by, issue, blocker));
  }),
  "add-sub-issue": gesture({ number: "number", child: "number" }, (call, given) => {
    const [issue, child] = [issueIn(call, given.number), issueIn(call, given.child)];
    return issueShape(call.sim, addSubIssue(call.sim, call.by, issue, child, false));
  }),
  "remove-sub-issue": gesture({ number: "number", child: "number" }, (call, given) => {
    const [issue, child] = [issueIn(call, given.number), issueIn(call, given.child)];
    return issueShape(call.sim, removeSubIssue(call.sim, call.by, issue, child));
  }),
};

function commentWithId(call: GestureCall, id: number): Comment {
  const comment = call.sim.world.comments.get(id);
  if (comment === undefined) throw refusedGesture(`there is no comment ${id}`);
  return comment;
}
