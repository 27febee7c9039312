/** What people see on the local GitHub: comments, cards, labels, reactions, pull requests, checks and branches. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { gitDirOf } from "../../src/simulator/acts/git-place.ts";
import { homeApp, homeRepository } from "../../src/simulator/card.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { fieldsOf, first, getAccount, known, where } from "../../src/simulator/world/find.ts";
import type { Issue } from "../../src/simulator/world/issues.ts";
import type { CheckRun, PullRequest } from "../../src/simulator/world/pulls.ts";

const run = promisify(execFile);

/** A comment with its author; the ids are those of REST and of GraphQL. */
export type SeenComment = {
  readonly id: number;
  readonly node: string;
  readonly by: string;
  readonly body: string;
};

/** A pull request as its page shows it. */
export type SeenPull = {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly branch: string;
  readonly head: string;
  readonly state: "open" | "closed" | "merged";
  readonly by: string;
};

export type SeenThread = { readonly isResolved: boolean; readonly said: readonly string[] };

/** The home repository as a person sees it. Numbers are those of issues unless a name says otherwise. */
export type Seen = {
  readonly issue: (number: number) => Issue;
  readonly comments: (number: number) => readonly SeenComment[];
  /** Comments of the App only. */
  readonly ours: (number: number) => readonly SeenComment[];
  /** Column of the card; null without a card or a column. */
  readonly column: (number: number) => string | null;
  /** What GitHub itself knows that the issue waits for. */
  readonly blockers: (number: number) => readonly number[];
  readonly labels: (number: number) => readonly string[];
  /** Reactions on a comment by its REST id. */
  readonly reactions: (comment: number) => readonly string[];
  readonly pulls: () => readonly SeenPull[];
  /** The App's check runs on the head of a pull request: conclusion and title. */
  readonly checks: (pull: number) => readonly string[];
  /** Conversations on lines of a pull request, each with all that was said in it. */
  readonly threads: (pull: number) => readonly SeenThread[];
  readonly branches: () => Promise<readonly string[]>;
  /** A file on a branch, `main` unless it is named; null when it is not there. */
  readonly file: (path: string, branch?: string) => Promise<string | null>;
};

/** Looks at a simulator's first repository. */
export function seenOn(simulator: Simulator): Seen {
  const { sim } = simulator;
  const { world } = sim;
  const home = homeRepository(world);
  const login = (id: number): string => known(world.accounts, id).login;
  const issue = (number: number): Issue => {
    const found = first(
      world.issues,
      (one) => one.repositoryId === home.id && one.number === number,
    );
    if (found === null) throw new Error(`there is no issue ${number}`);
    return found;
  };
  const comments = (number: number): readonly SeenComment[] =>
    where(world.comments, ({ issueId }) => issueId === issue(number).id).map(
      ({ id, nodeId, authorId, body }) => ({ id, node: nodeId, by: login(authorId), body }),
    );
  const git = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run("git", ["--git-dir", gitDirOf(sim, home), ...args]);
    return stdout;
  };
  return {
    issue,
    comments,
    ours: (number) =>
      comments(number).filter(({ by }) => by === getAccount(world, botOf(simulator)).login),
    column: (number) => columnOf(simulator, issue(number)),
    blockers: (number) => issue(number).blockedByIds.map((id) => known(world.issues, id).number),
    labels: (number) => issue(number).labelIds.map((id) => known(world.labels, id).name),
    reactions: (comment) =>
      where(world.reactions, ({ subject }) => subject.id === comment).map(({ content }) => content),
    pulls: () =>
      where(world.pulls, ({ repositoryId }) => repositoryId === home.id).map((pull) => {
        const { title, body, state, authorId } = known(world.issues, pull.issueId);
        return {
          ...shown(pull),
          title,
          body: body ?? "",
          by: login(authorId),
          state: pull.merged ? "merged" : state,
        };
      }),
    checks: (pull) => {
      const head = first(world.pulls, (one) => one.number === pull && one.repositoryId === home.id);
      return where(
        world.checkRuns,
        (one) => one.headSha === head?.headSha && one.appId === homeApp(world).id,
      ).map(inWords);
    },
    threads: (pull) => {
      const of = first(world.pulls, (one) => one.number === pull && one.repositoryId === home.id);
      return where(world.threads, ({ pullId }) => pullId === of?.id).map((thread) => ({
        isResolved: thread.resolvedById !== null,
        said: thread.commentIds.map((id) => known(world.reviewComments, id).body),
      }));
    },
    branches: async () =>
      (await git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"))
        .split("\n")
        .filter(Boolean),
    file: async (path, branch = "main") =>
      git("show", `refs/heads/${branch}:${path}`).catch(() => null),
  };
}

const botOf = ({ sim: { world } }: Simulator): string => `${homeApp(world).slug}[bot]`;

const shown = ({
  number,
  headRef,
  headSha,
}: PullRequest): Pick<SeenPull, "number" | "branch" | "head"> => ({
  number,
  branch: headRef,
  head: headSha,
});

const inWords = ({ status, conclusion, output }: CheckRun): string =>
  `${conclusion ?? status}: ${output.title ?? ""}`;

function columnOf({ sim: { world } }: Simulator, issue: Issue): string | null {
  const item = first(
    world.items,
    ({ issueId, archivedAt }) => issueId === issue.id && archivedAt === null,
  );
  if (item === null) return null;
  const project = known(world.projects, item.projectId);
  const status = fieldsOf(world, project).find(({ name }) => name === "Status");
  const value = item.values.find(({ fieldId }) => fieldId === status?.id)?.value;
  return status?.options.find(({ id }) => id === value)?.name ?? null;
}
