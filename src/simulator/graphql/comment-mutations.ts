/** Mutations of comments and reactions. */
import { commentsOf, known } from "../world/find.ts";
import { createComment, deleteComment, editComment, minimizeComment } from "../acts/comments.ts";
import { cursorAt } from "./connection.ts";
import { commentWith, rowWith, subjectWith } from "./nodes.ts";
import { demandOn, write } from "./access.ts";
import { mutation } from "./input.ts";
import { findReaction, react, unreact } from "../acts/reactions.ts";
import { Fault, unknownNode } from "./faults.ts";
import { reactable, reactionContent, showReaction } from "./reactions.ts";
import type { Comment, Issue, Reaction } from "../world/issues.ts";
import type { Mutation, Order, Payload } from "./input.ts";
import type { Role } from "../world/accounts.ts";
import type { Shown } from "./graph.ts";

/** Comments written, edited, hidden and deleted; reactions given and taken back. */
export const commentMutations: Readonly<Record<string, Mutation>> = {
  addComment: mutation(["subjectId", "body"], (order) => {
    const { graph, by } = order;
    const subject = subjectWith(graph, order.text("subjectId"));
    demandOn(graph, subject, toComment("read"));
    const comment = createComment(graph.sim, by, subject, order.text("body"));
    const place = commentsOf(graph.sim.world, subject).length - 1;
    return {
      subject: graph.show.issueOrPull(subject),
      commentEdge: { cursor: cursorAt(place), node: graph.show.comment(comment) },
    };
  }),
  updateIssueComment: mutation(["id", "body"], (order) => {
    const comment = writable(order, "id", "write");
    editComment(order.graph.sim, order.by, comment, order.text("body"));
    return { issueComment: order.graph.show.comment(comment) };
  }),
  deleteIssueComment: mutation(["id"], (order) => {
    deleteComment(order.graph.sim, order.by, writable(order, "id", "write"));
    return {};
  }),
  minimizeComment: mutation(["subjectId", "classifier"], (order) => {
    const reason = order.text("classifier").toLowerCase().replaceAll("_", "-");
    return minimized(order, reason);
  }),
  unminimizeComment: mutation(["subjectId"], (order) => minimized(order, null)),
  addReaction: mutation(["subjectId", "content"], (order) => {
    const { graph, by } = order;
    const subject = reactionSubject(order);
    const { reaction } = react(graph.sim, by, subject.key, contentOf(order));
    return shownReaction(order, subject, reaction);
  }),
  removeReaction: mutation(["subjectId", "content"], (order) => {
    const { graph, by } = order;
    const subject = reactionSubject(order);
    const reaction = findReaction(graph.sim, by, subject.key, contentOf(order));
    if (reaction === null) throw new Fault("NOT_FOUND", "Could not resolve to a Reaction.");
    unreact(graph.sim, reaction);
    return shownReaction(order, subject, reaction);
  }),
};

function toComment(role: Role): ReturnType<typeof write> {
  return write(role, "issues", "pull_requests");
}

/** The comment that the input names; its author needs no role to change it. */
function writable<Name extends string>(
  { graph, by, text }: Order<Name>,
  key: Name,
  role: Role,
): Comment {
  const comment = commentWith(graph, text(key));
  const issue = known(graph.sim.world.issues, comment.issueId);
  demandOn(graph, issue, toComment(comment.authorId === by.account.id ? "read" : role));
  return comment;
}

function minimized(order: Order<"subjectId">, reason: string | null): Payload {
  const comment = writable(order, "subjectId", "triage");
  minimizeComment(order.graph.sim, comment, reason);
  const shown = order.graph.show.comment(comment);
  return reason === null ? { unminimizedComment: shown } : { minimizedComment: shown };
}

interface Subject {
  readonly key: Reaction["subject"];
  readonly issue: Issue;
  readonly shown: () => Shown;
}

/** What is reacted to: an issue, a pull request, a comment or a remark of a review. */
function reactionSubject({ graph, text }: Order<"subjectId">): Subject {
  const { world } = graph.sim;
  const subject = subjectOf(text("subjectId"));
  demandOn(graph, subject.issue, toComment("read"));
  return subject;

  function subjectOf(id: string): Subject {
    switch (id.slice(0, id.indexOf("_"))) {
      case "I":
      case "PR": {
        const issue = subjectWith(graph, id);
        const key = { kind: "issue", id: issue.id } as const;
        return { key, issue, shown: () => graph.show.issueOrPull(issue) };
      }
      case "IC": {
        const comment = commentWith(graph, id);
        const key = { kind: "comment", id: comment.id } as const;
        const issue = known(world.issues, comment.issueId);
        return { key, issue, shown: () => graph.show.comment(comment) };
      }
      case "PRRC": {
        const remark = rowWith(world.reviewComments, id);
        const key = { kind: "review-comment", id: remark.id } as const;
        const issue = known(world.issues, known(world.pulls, remark.pullId).issueId);
        return { key, issue, shown: () => graph.show.reviewComment(remark) };
      }
      default:
        throw unknownNode(id);
    }
  }
}

function contentOf({ text }: Order<"content">): Reaction["content"] {
  return reactionContent(text("content"));
}

function shownReaction(
  { graph }: Order<never>,
  { key, shown }: Subject,
  reaction: Reaction,
): Payload {
  const { reactionGroups } = reactable(graph.sim, graph.show, key.kind, key.id);
  return {
    reaction: showReaction(graph.sim, graph.show, reaction),
    reactionGroups,
    subject: shown,
  };
}
