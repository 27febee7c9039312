/** Questions to the world; each `find…` gives null where there is nothing, each `get…` throws 404. */
import { notFound } from "../refusal.ts";
import type { Account, Repository, Role } from "./accounts.ts";
import type { Comment, Issue, Label } from "./issues.ts";
import type { Project, ProjectField, ProjectItem } from "./boards.ts";
import type { PullRequest } from "./pulls.ts";
import type { World } from "./world.ts";

/** Roles from the weakest to the strongest. */
export const ROLES: readonly Role[] = ["read", "triage", "write", "maintain", "admin"];

/** The first row that answers a question, or null. */
export function first<T>(rows: Map<number, T>, matches: (row: T) => boolean): T | null {
  for (const row of rows.values()) if (matches(row)) return row;
  return null;
}

/** All rows that answer a question, oldest first. */
export function where<T>(rows: Map<number, T>, matches: (row: T) => boolean): T[] {
  return [...rows.values()].filter(matches);
}

/** The row behind an id that another row holds; its absence is a fault of the simulator itself. */
export function known<T>(rows: Map<number, T>, id: number): T {
  const row = rows.get(id);
  if (row === undefined) throw new Error(`the world has no row ${id}`);
  return row;
}

/** The account with a login, whatever the case. */
export function findAccount(world: World, login: string): Account | null {
  const wanted = login.toLowerCase();
  return first(world.accounts, (account) => account.login.toLowerCase() === wanted);
}

/** The repository with a name, whatever the case; former names do not count. */
export function findRepository(world: World, owner: string, name: string): Repository | null {
  const account = findAccount(world, owner);
  const wanted = name.toLowerCase();
  return first(
    world.repositories,
    (repository) => repository.ownerId === account?.id && repository.name.toLowerCase() === wanted,
  );
}

/** `owner/name` of a repository. */
export function fullName(world: World, repository: Repository): string {
  return `${known(world.accounts, repository.ownerId).login}/${repository.name}`;
}

/** The issue (or pull request's issue) with a number, also one that is gone. */
export function findIssue(world: World, repository: Repository, number: number): Issue | null {
  return first(
    world.issues,
    (issue) => issue.repositoryId === repository.id && issue.number === number,
  );
}

/** The pull request with a number. */
export function findPull(world: World, repository: Repository, number: number): PullRequest | null {
  return first(
    world.pulls,
    (pull) => pull.repositoryId === repository.id && pull.number === number,
  );
}

/** The label with a name, whatever the case. */
export function findLabel(world: World, repository: Repository, name: string): Label | null {
  const wanted = name.toLowerCase();
  return first(
    world.labels,
    (label) => label.repositoryId === repository.id && label.name.toLowerCase() === wanted,
  );
}

/** The comments of an issue, oldest first. */
export function commentsOf(world: World, issue: Issue): Comment[] {
  return where(world.comments, (comment) => comment.issueId === issue.id);
}

/** The board with a number. */
export function findProject(world: World, owner: Account, number: number): Project | null {
  return first(
    world.projects,
    (project) => project.ownerId === owner.id && project.number === number,
  );
}

/** The fields of a board. */
export function fieldsOf(world: World, project: Project): ProjectField[] {
  return where(world.fields, (field) => field.projectId === project.id);
}

/** The cards of a board in board order, archived ones included. */
export function itemsOf(world: World, project: Project): ProjectItem[] {
  return where(world.items, (item) => item.projectId === project.id).toSorted(
    (one, other) => one.position - other.position,
  );
}

/** What an account may do in a repository; null when it may not even see it. */
export function roleOf(repository: Repository, account: Account): Role | null {
  if (repository.ownerId === account.id) return "admin";
  return repository.roles[account.id] ?? (repository.private ? null : "read");
}

/** Whether a role reaches at least another one. */
export function reaches(role: Role | null, wanted: Role): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

/** The account with a login, or 404. */
export function getAccount(world: World, login: string): Account {
  const account = findAccount(world, login);
  if (account === null) throw notFound();
  return account;
}
