/** What the world begins with, as data; a seed file may say something else. */
import type { CheckConclusion } from "../world/pulls.ts";
import type { Permissions, Role } from "../world/accounts.ts";

/** Types of fields that have no options. */
export type FieldType = "TEXT" | "NUMBER" | "DATE";

/** A person who exists at the start. */
export interface SeedPerson {
  readonly login: string;
  readonly name: string;
  /** The role in the repository. */
  readonly role: Role;
}

/** A label that exists at the start. */
export interface SeedLabel {
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

/** An issue that exists at the start, without any webhook. */
export interface SeedIssue {
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly labels: readonly string[];
  /** The Status option of its card; null puts it on no board. */
  readonly status: string | null;
}

/** A commit of the repository's history; content by path, null removes. */
export interface SeedCommit {
  readonly author: string;
  readonly message: string;
  readonly files: Readonly<Record<string, string | null>>;
}

/** The whole beginning. */
export interface Seed {
  /** The owner: an organisation, or one of the people when it is their login. */
  readonly org: string;
  readonly repository: string;
  /** Further repositories of the same owner, with the same history and people. */
  readonly otherRepositories: readonly string[];
  readonly description: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly people: readonly SeedPerson[];
  readonly app: {
    readonly slug: string;
    readonly permissions: Permissions;
    readonly events: readonly string[];
  };
  readonly project: {
    readonly title: string;
    /** The organisation or a person. */
    readonly owner: string;
    readonly options: readonly string[];
    /** Further fields by name: the options of a single select, or another type. */
    readonly fields: Readonly<Record<string, readonly string[] | FieldType>>;
    /** The options that GitHub's default workflows set; null switches one off. */
    readonly closedTo: string | null;
    readonly mergedTo: string | null;
  };
  /** What CI does with each new head of a pull request; no checks, no CI. */
  readonly ci: {
    readonly checks: readonly string[];
    /** How the checks end by themselves; null waits for a gesture. */
    readonly auto: { readonly conclusion: CheckConclusion; readonly afterMs: number } | null;
  };
  readonly labels: readonly SeedLabel[];
  readonly commits: readonly SeedCommit[];
  readonly issues: readonly SeedIssue[];
}
