/** REST: reactions to issues and comments. */
import { commentAt, issueAt } from "./issue-at.ts";
import { needs, repositoryRoute } from "./route.ts";
import { needsRights, notFound } from "../refusal.ts";
import { noContent, numberParam, queryOf, textOf } from "./call.ts";
import { paged } from "./pages.ts";
import { react, reactionNamed, unreact } from "../acts/reactions.ts";
import { reactionShape } from "../shapes/issues.ts";
import { where } from "../world/find.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Reaction } from "../world/issues.ts";
import type { Route } from "./route.ts";

type Subject = Reaction["subject"];

const READ = needs(["issues", "pull_requests"], "read", "read");
const WRITE = needs(["issues", "pull_requests"], "write", "read");

/** The routes of this file. */
export const reactionRoutes: readonly Route[] = [
  ...routesUnder("/repos/{owner}/{repo}/issues/{issue_number}/reactions", (call) => ({
    kind: "issue",
    id: issueAt(call).id,
  })),
  ...routesUnder("/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", (call) => ({
    kind: "comment",
    id: commentAt(call).id,
  })),
];

function routesUnder(
  path: `/${string}`,
  subjectOf: (call: RepositoryCall) => Subject,
): readonly Route[] {
  return [
    repositoryRoute(`GET ${path}`, READ, (call) => list(call, subjectOf(call)), ["content"]),
    repositoryRoute(`POST ${path}`, WRITE, (call) => add(call, subjectOf(call)), ["content"]),
    repositoryRoute(`DELETE ${path}/{reaction_id}`, WRITE, (call) => remove(call, subjectOf(call))),
  ];
}

function list(call: RepositoryCall, subject: Subject): Answer {
  const content = queryOf(call, "content");
  const rows = where(
    call.sim.world.reactions,
    (row) => isOn(row, subject) && (content === null || row.content === content),
  );
  return paged(call, rows, (row) => reactionShape(call.sim, row));
}

function add(call: RepositoryCall, subject: Subject): Answer {
  const content = reactionNamed(textOf(call, "content"));
  const { reaction, isFresh } = react(call.sim, call.by, subject, content);
  return { status: isFresh ? 201 : 200, body: reactionShape(call.sim, reaction) };
}

function remove(call: RepositoryCall, subject: Subject): Answer {
  const reaction = call.sim.world.reactions.get(numberParam(call, "reaction_id"));
  if (reaction === undefined || !isOn(reaction, subject)) throw notFound();
  if (reaction.authorId !== call.by.account.id) throw needsRights();
  unreact(call.sim, reaction);
  return noContent();
}

function isOn(reaction: Reaction, subject: Subject): boolean {
  return reaction.subject.kind === subject.kind && reaction.subject.id === subject.id;
}
