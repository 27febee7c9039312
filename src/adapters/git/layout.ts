/** Where everything of a repository lies on disk and among the mirror's refs. Names come from numbers, never from people. */
import { join } from "node:path";

import type { AttemptAddress } from "../../core/effect.ts";
import type { WorkerId } from "../../core/ids.ts";
import type { RepositoryRef } from "../../core/issue.ts";
import type { Workplace } from "../../ports.ts";
import { GitFault } from "./fault.ts";

/** Folders of one repository. */
export type RepositoryLayout = {
  readonly folder: string;
  /** Bare repository of the bot, the only one that talks to GitHub. */
  readonly mirror: string;
  /** Packs and other half-finished things of the bot; whatever is here at a start is garbage. */
  readonly incoming: string;
  readonly issues: string;
  /** Checked-out trees that wait for a worktree. */
  readonly spares: string;
};

/** Folders and refs of one attempt. */
export type AttemptLayout = Workplace & {
  readonly issue: string;
  /** Name of the worktree inside its repository. */
  readonly name: string;
  /** Ref of the commit that the worktree began at. Its presence says that the worktree is complete. */
  readonly startRef: string;
  /** Ref of the last commit of the base branch that the worktree's history contains. */
  readonly upstreamRef: string;
  /** Ref of the imported work. */
  readonly importRef: string;
  /** Ref that keeps what was there when the worktree was removed. */
  readonly savedRef: string;
};

/** The folders of a repository under the data folder. */
export function repositoryLayout(
  root: string,
  repository: Pick<RepositoryRef, "id">,
): RepositoryLayout {
  const folder = join(root, "repositories", numeral(repository.id));
  return {
    folder,
    mirror: join(folder, "mirror.git"),
    incoming: join(folder, "incoming"),
    issues: join(folder, "issues"),
    spares: join(folder, "spares"),
  };
}

/**
 * The folders and refs of an attempt. Each attempt has a private repository of its own: `git worktree add` in one that
 * an agent has written would run that agent's configuration and filters as the bot.
 */
export function attemptLayout(root: string, order: AttemptAddress): AttemptLayout {
  const issueName = numeral(order.issueNumber);
  const name = numeral(order.attempt);
  const issue = issueFolder(root, order);
  // Attempts are counted anew when a closed issue is asked for again; the worker's id is not used twice.
  const attempt = `${issueName}/${name}/${plainName(order.worker)}`;
  return {
    issue,
    ...workplaceOf(root, order),
    name,
    startRef: `${attemptRefs}${attempt}/start`,
    upstreamRef: `${attemptRefs}${attempt}/upstream`,
    importRef: `refs/yardmaster/issues/${issueName}/${name}`,
    savedRef: `refs/yardmaster/saved/${attempt}`,
  };
}

/** Where the refs of all attempts are, by issue, attempt and Worker. */
export const attemptRefs = "refs/yardmaster/attempts/";

/** Attempts that have a worktree, as the refs below `attemptRefs` tell, in the order of their numbers. */
export const keptAt = (
  refs: readonly { readonly ref: string }[],
): readonly Pick<AttemptAddress, "attempt" | "worker">[] =>
  refs
    .map(({ ref }) => ref.slice(attemptRefs.length).split("/"))
    .filter(([, , , kind]) => kind === "start")
    .map(([, attempt, worker = ""]) => ({ attempt: Number(attempt), worker: worker as WorkerId }))
    .toSorted((one, other) => one.attempt - other.attempt);

/** The folder of an issue: its attempts' worktrees and repositories, and the agent's home. */
export const issueFolder = (
  root: string,
  order: Pick<AttemptAddress, "repository" | "issueNumber">,
): string => join(repositoryLayout(root, order.repository).issues, numeral(order.issueNumber));

/** What an attempt's Worker works with. */
export function workplaceOf(
  root: string,
  order: Pick<AttemptAddress, "repository" | "issueNumber" | "attempt">,
): Workplace {
  const issue = issueFolder(root, order);
  const name = numeral(order.attempt);
  return {
    worktree: join(issue, name),
    repository: join(issue, order.attempt === 1 ? "git" : `git-${name}`),
    objects: join(repositoryLayout(root, order.repository).mirror, "objects"),
    home: join(issue, "home"),
  };
}

function numeral(value: number): string {
  if (Number.isSafeInteger(value) && value > 0) return String(value);
  throw new GitFault("refused", `${value} cannot name a folder`, { value });
}

function plainName(value: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,99}$/.test(value)) return value;
  throw new GitFault("refused", `${JSON.stringify(value)} cannot name a ref`, { value });
}
