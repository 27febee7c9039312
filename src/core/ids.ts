/** The identities of our world. Each is branded, so that a pull number cannot be passed where an issue number is meant. */

declare const brand: unique symbol;
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };

/** GitHub's GraphQL node id of an issue; it survives renames of the repository. */
export type IssueId = Branded<string, "IssueId">;
/** The number that people see: `#12`. Unique within a repository only. */
export type IssueNumber = Branded<number, "IssueNumber">;
/** The number of a pull request, from the same sequence as issue numbers. */
export type PullNumber = Branded<number, "PullNumber">;
/** GitHub's database id of a repository; it survives renames and transfers. */
export type RepositoryId = Branded<number, "RepositoryId">;
/** GitHub's database id of our App's installation on an account. */
export type InstallationId = Branded<number, "InstallationId">;
/** GitHub's GraphQL node id of a comment. */
export type CommentId = Branded<string, "CommentId">;
/** A full object name, 40 or 64 lower-case hexadecimal digits. */
export type Sha = Branded<string, "Sha">;
/** `worker-<seconds since epoch>-<issue number>`. */
export type WorkerId = Branded<string, "WorkerId">;
/** One commitment to one issue: `<issue node id>@<milliseconds since epoch>`. */
export type AssignmentId = Branded<string, "AssignmentId">;
/** Milliseconds since the Unix epoch. */
export type Millis = Branded<number, "Millis">;

export const issueId = (value: string): IssueId => value as IssueId;
export const issueNumber = (value: number): IssueNumber => value as IssueNumber;
export const pullNumber = (value: number): PullNumber => value as PullNumber;
export const repositoryId = (value: number): RepositoryId => value as RepositoryId;
export const installationId = (value: number): InstallationId => value as InstallationId;
export const commentId = (value: string): CommentId => value as CommentId;
export const sha = (value: string): Sha => value as Sha;
export const millis = (value: number): Millis => value as Millis;

/** The id of the commitment that a request at this moment begins. */
export const assignmentId = (issue: IssueId, at: Millis): AssignmentId =>
  `${issue}@${at}` as AssignmentId;

/** The seed's worker id; two attempts of one issue in the same second differ by the second that `at` is pushed on by. */
export const workerId = (issue: IssueNumber, at: Millis): WorkerId =>
  `worker-${Math.floor(at / 1000)}-${issue}` as WorkerId;
