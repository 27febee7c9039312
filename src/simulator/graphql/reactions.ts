/** Reactions in GraphQL's words. */
import { connection } from "./connection.ts";
import { known, where } from "../world/find.ts";
import type { Reaction, ReactionContent } from "../world/issues.ts";
import type { Show, Shown } from "./graph.ts";
import type { Sim } from "../sim.ts";

const names: Readonly<Record<ReactionContent, string>> = {
  "+1": "THUMBS_UP",
  "-1": "THUMBS_DOWN",
  laugh: "LAUGH",
  hooray: "HOORAY",
  confused: "CONFUSED",
  heart: "HEART",
  rocket: "ROCKET",
  eyes: "EYES",
};

/** The world's word for a `ReactionContent`. */
export function reactionContent(name: string): ReactionContent {
  for (const content of [
    "+1",
    "-1",
    "laugh",
    "hooray",
    "confused",
    "heart",
    "rocket",
    "eyes",
  ] as const)
    if (names[content] === name) return content;
  throw new Error(`GitHub has no reaction ${name}`);
}

/** The fields of everything that one can react to. */
export function reactable(
  sim: Sim,
  show: Show,
  kind: Reaction["subject"]["kind"],
  id: number,
): Omit<Shown, "__typename"> {
  const given = (): Reaction[] =>
    where(sim.world.reactions, ({ subject }) => subject.kind === kind && subject.id === id);
  return {
    reactions: connection(
      ({ content }) =>
        given().filter((row) => content === undefined || names[row.content] === content),
      (row) => showReaction(sim, show, row),
    ),
    reactionGroups: () =>
      Object.entries(names).map(([content, name]) => ({
        __typename: "ReactionGroup",
        content: name,
        reactors: connection(
          () => given().filter((row) => row.content === content),
          (row) => show.account(known(sim.world.accounts, row.authorId)),
        ),
        users: connection(
          () => given().filter((row) => row.content === content),
          (row) => show.account(known(sim.world.accounts, row.authorId)),
        ),
      })),
  };
}

/** One reaction. */
export function showReaction(sim: Sim, show: Show, reaction: Reaction): Shown {
  return {
    __typename: "Reaction",
    id: reaction.nodeId,
    databaseId: reaction.id,
    content: names[reaction.content],
    createdAt: reaction.createdAt,
    user: () => show.account(known(sim.world.accounts, reaction.authorId)),
  };
}
