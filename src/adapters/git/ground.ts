/** What orders of the Git port are carried out with. */
import type { AttemptAddress } from "../../core/effect.ts";
import type { RepositoryRef } from "../../core/issue.ts";
import type { CollectRunner } from "./collect.ts";
import { attemptLayout } from "./layout.ts";
import type { RepositoryLayout } from "./layout.ts";
import type { GitLog } from "./log.ts";
import type { Credential } from "./network.ts";
import type { Spares } from "./spares.ts";
import type { SpareLimits } from "./tend-spares.ts";
import type { Turns } from "./turns.ts";
import type { Collection } from "./work.ts";
import type { Author } from "./worktree.ts";

/** What the adapter needs of its surroundings. */
export type GitSurroundings = {
  /** Absolute path of the data folder; everything is below its `repositories`. */
  readonly root: string;
  readonly credential: Credential;
  readonly author?: Author;
  readonly collect?: CollectRunner;
  /** Values that must never be published, as of now. */
  readonly secrets?: () => readonly string[];
  readonly log?: GitLog;
  readonly spares?: Partial<SpareLimits>;
};

/** All that an order is carried out with. */
export type Ground = Required<Omit<GitSurroundings, "spares">> & {
  readonly turns: Turns;
  readonly spares: Spares;
  /** The repository's folders, with a mirror in them. */
  readonly mirror: (repository: RepositoryRef) => Promise<RepositoryLayout>;
};

/** Which issue an order is about. */
export type IssueAddress = Pick<AttemptAddress, "repository" | "issueNumber">;

/** An attempt's work, to be brought into the mirror. */
export async function collectionOf(
  ground: Ground,
  order: AttemptAddress,
  message: string,
): Promise<Omit<Collection, "known" | "scope">> {
  const { root, author } = ground;
  const repository = await ground.mirror(order.repository);
  const attempt = attemptLayout(root, order);
  return { repository, attempt, collect: ground.collect, message, author };
}
