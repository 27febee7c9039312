/** Reactions to issues and comments; GitHub has no webhook for them. */
import { first } from "../world/find.ts";
import { invalid } from "../refusal.ts";
import { mint } from "../world/world.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { Reaction, ReactionContent } from "../world/issues.ts";

const CONTENTS: readonly ReactionContent[] = [
  "+1",
  "-1",
  "laugh",
  "confused",
  "heart",
  "hooray",
  "rocket",
  "eyes",
];

/** Reacts; the same reaction a second time answers with the first one. */
export function react(
  sim: Sim,
  by: By,
  subject: Reaction["subject"],
  content: ReactionContent,
): { readonly reaction: Reaction; readonly isFresh: boolean } {
  const present = findReaction(sim, by, subject, content);
  if (present !== null) return { reaction: present, isFresh: false };
  const reaction: Reaction = {
    ...mint(sim.world, "reactions"),
    subject,
    authorId: by.account.id,
    content,
    createdAt: timestamp(sim),
  };
  sim.world.reactions.set(reaction.id, reaction);
  sim.touch();
  return { reaction, isFresh: true };
}

/** Takes a reaction back. */
export function unreact(sim: Sim, reaction: Reaction): void {
  sim.world.reactions.delete(reaction.id);
  sim.touch();
}

/** The reaction of somebody to something, or null. */
export function findReaction(
  sim: Sim,
  by: By,
  subject: Reaction["subject"],
  content: ReactionContent,
): Reaction | null {
  return first(
    sim.world.reactions,
    (row) =>
      row.subject.kind === subject.kind &&
      row.subject.id === subject.id &&
      row.content === content &&
      row.authorId === by.account.id,
  );
}

/** A reaction by the name REST gives it; 422 for any other. */
export function reactionNamed(name: string): ReactionContent {
  const content = CONTENTS.find((known) => known === name);
  if (content === undefined)
    throw invalid({ resource: "Reaction", field: "content", code: "invalid" });
  return content;
}
