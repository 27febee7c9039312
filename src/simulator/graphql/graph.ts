/** What the GraphQL types are shown with: who asks, and a way to each type that does not tie the files of the types together. */
import type { Account, Repository } from "../world/accounts.ts";
import type { Actor } from "../auth/who.ts";
import type { CheckRun, CheckSuite, CommitStatus, PullRequest, Review } from "../world/pulls.ts";
import type { Comment, Issue, Label, Milestone } from "../world/issues.ts";
import type { Price } from "./cost.ts";
import type { Project, ProjectItem } from "../world/boards.ts";
import type { Quota } from "../http/limits.ts";
import type { ReviewComment, ReviewThread } from "../world/pulls.ts";
import type { Sim } from "../sim.ts";

/** The arguments of a field, checked against the schema by then; a field reads all that it obeys, whatever it finds. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A value of some GraphQL type: its plain fields, and a function for each field that needs arguments or leads on. */
export type Shown = Readonly<Record<string, unknown>> & { readonly __typename: string };

/** How a row of the world is shown as a GraphQL type; null where the asker may not see it. */
export interface Show {
  readonly account: (account: Account) => Shown;
  readonly checkRun: (run: CheckRun) => Shown;
  readonly checkSuite: (suite: CheckSuite) => Shown;
  readonly comment: (comment: Comment) => Shown;
  readonly commit: (repository: Repository, sha: string) => Promise<Shown>;
  readonly issue: (issue: Issue) => Shown;
  readonly issueOrPull: (issue: Issue) => Shown;
  readonly item: (item: ProjectItem) => Shown;
  readonly label: (label: Label) => Shown;
  readonly milestone: (milestone: Milestone) => Shown;
  readonly project: (project: Project) => Shown;
  readonly pull: (pull: PullRequest) => Shown;
  readonly repository: (repository: Repository) => Shown;
  readonly review: (review: Review) => Shown;
  readonly reviewComment: (comment: ReviewComment) => Shown;
  readonly status: (status: CommitStatus) => Shown;
  readonly thread: (thread: ReviewThread) => Shown;
}

/** What one request's query and mutations work with. */
export interface Graph {
  readonly sim: Sim;
  readonly actor: Actor;
  readonly show: Show;
  /** The state of the asker's hour before this request. */
  readonly quota: Quota;
  readonly price: Price;
}
