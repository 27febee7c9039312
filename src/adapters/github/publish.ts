/** Makes GitHub show what it should: comments, card, label and reactions in one request, the check run in another. */
import { z } from "zod";
import type { Publication } from "../../core/effect.ts";
import type { CommentId } from "../../core/ids.ts";
import { commentId } from "../../core/ids.ts";
import type { Published } from "../../ports.ts";
import type { Placed } from "./card-change.ts";
import { cardChange, cardPlaced, fieldChanges, place } from "./card-change.ts";
import type { CheckRuns } from "./check-run.ts";
import type { Client } from "./client.ts";
import { ForgeFault } from "./fault.ts";
import type { Change, Changes } from "./mutation.ts";
import { madeId, make } from "./mutation.ts";
import { findOwnComments } from "./own-comments.ts";
import { commentBody } from "./records.ts";

/** With whom and what publications are made. */
export type Publisher = {
  readonly installation: Client;
  /** For cards on a user's board; null without that person's token. */
  readonly board: Client | null;
  readonly checkRuns: CheckRuns;
  readonly secret: string;
  readonly warn: (fields: { readonly [name: string]: unknown }, message: string) => void;
};

/** Repeating it is harmless; with `again`, comments and check runs of an earlier try are looked for first. */
export async function publish(
  publisher: Publisher,
  order: Publication,
  again: boolean,
): Promise<Published> {
  const { installation } = publisher;
  const what = `publishing on issue ${order.issue}`;
  const known = await knownComments(installation, order, again);
  const boardClient = order.board.mode === "user" ? publisher.board : installation;
  const card = boardClient === null ? [] : cardChanges(order);
  const isOneRequest = boardClient === installation;
  const changes = [
    ...commentChanges(publisher, order, known),
    ...(isOneRequest ? card : []),
    ...labelChange(order),
    ...reactionChanges(order),
  ];
  const made = await make(installation, what, changes);
  const comments = await settleComments(publisher, order, known, made);
  const cardMade =
    boardClient !== null && !isOneRequest ? await make(boardClient, what, card) : made;
  const placed = await settleCard(publisher, boardClient, order, cardMade);
  await settleLabel(publisher, order, made);
  await publisher.checkRuns.show(installation, order, again);
  return { comments, ...placed };
}

const cardChanges = (order: Publication): readonly Change[] => {
  const moved = cardChange(order);
  return [...(moved === null ? [] : [moved]), ...fieldChanges(order, order.card?.item ?? null)];
};

type Known = ReadonlyMap<string, CommentId>;

async function knownComments(client: Client, order: Publication, again: boolean): Promise<Known> {
  const stored = order.comments.flatMap(({ key, id }) => (id === null ? [] : [[key, id] as const]));
  const unknown = order.comments.filter(({ id }) => id === null).map(({ key }) => key);
  const found =
    again && unknown.length > 0 ? await findOwnComments(client, order.issue, unknown) : [];
  return new Map([...stored, ...found]);
}

function commentChanges(
  { secret }: Publisher,
  { issue, comments }: Publication,
  known: Known,
): readonly Change[] {
  return comments.map((comment) => {
    const id = known.get(comment.key);
    const body = commentBody(comment, issue, secret);
    return id === undefined
      ? { name: nameOf(comment), kind: "addComment", input: { subjectId: issue, body } }
      : { name: nameOf(comment), kind: "updateIssueComment", input: { id, body } };
  });
}

const nameOf = ({ key }: { readonly key: string }): string => `comment ${key}`;

/** A comment that a person has deleted is written anew. */
async function settleComments(
  publisher: Publisher,
  order: Publication,
  known: Known,
  made: Changes,
): Promise<Published["comments"]> {
  const what = `commenting on issue ${order.issue}`;
  const isDeleted = (comment: { readonly key: string }): boolean => {
    const changed = made.get(nameOf(comment));
    return (
      known.has(comment.key) &&
      changed !== undefined &&
      "refused" in changed &&
      changed.refused.kind === "not-found"
    );
  };
  const deleted = order.comments.filter(isDeleted);
  const anew = commentChanges(publisher, { ...order, comments: deleted }, new Map());
  const remade = await make(publisher.installation, what, anew);
  return Object.fromEntries(
    order.comments.map((comment) => {
      const name = nameOf(comment);
      return [comment.key, commentId(madeId(what, remade.get(name) ?? made.get(name)))];
    }),
  );
}

async function settleCard(
  publisher: Publisher,
  client: Client | null,
  order: Publication,
  made: Changes,
): Promise<Placed> {
  const item = order.card?.item ?? null;
  if (order.card === null || order.moveTo === null) return { item, missingStatus: null };
  if (client === null) {
    publisher.warn({ issue: order.issue }, "card stays: there is no token for the user's board");
    return { item, missingStatus: null };
  }
  const placed = cardPlaced(order, made) ?? (await place(client, order, made));
  if (placed.refused !== undefined) {
    publisher.warn({ issue: order.issue, why: placed.refused }, "card could not be moved");
  }
  return { item: placed.item, missingStatus: placed.missingStatus };
}

function labelChange({ removeLabel, issue }: Publication): readonly Change[] {
  if (removeLabel?.id == null) return [];
  const input = { labelableId: issue, labelIds: [removeLabel.id] };
  return [{ name: "label", kind: "removeLabelsFromLabelable", input }];
}

/** By name, where the id is not known or no longer the label's. A label that is not there needs no removal. */
async function settleLabel(
  { installation, warn }: Publisher,
  { removeLabel, issue, repository, issueNumber }: Publication,
  made: Changes,
): Promise<void> {
  if (removeLabel === null || repository === null || issueNumber === null) return;
  const changed = made.get("label");
  if (changed !== undefined && !("refused" in changed)) return;
  const route = "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}";
  const { owner, name: repo } = repository;
  const parameters = { owner, repo, issue_number: issueNumber, name: removeLabel.name };
  try {
    await installation.rest(`taking a label off issue ${issue}`, route, parameters, z.unknown());
  } catch (error) {
    if (!(error instanceof ForgeFault) || error.retryable) throw error;
    if (error.kind !== "not-found") warn({ issue, why: error.message }, "label stays");
  }
}

function reactionChanges({ reactions }: Publication): readonly Change[] {
  if (reactions === null) return [];
  return reactions.add.map((content) => ({
    name: `reaction ${content}`,
    kind: "addReaction",
    input: { subjectId: reactions.on, content },
  }));
}
