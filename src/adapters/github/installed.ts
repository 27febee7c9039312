/** What a look at everything that is installed works with. */
import type { InstallationId } from "../../core/ids.ts";
import type { RepositoryPolicy } from "../../core/policy.ts";
import type { Client } from "./client.ts";

/** With whom the look is taken. */
export type Sweeper = {
  readonly app: Client;
  readonly installation: (id: InstallationId) => Client;
  /** Null without a person's token. */
  readonly board: Client | null;
  readonly triggerLabel: string;
  readonly warn: (fields: { readonly [name: string]: unknown }, message: string) => void;
};

/** What a repository's file says, by the repository's database id. */
type Policies = ReadonlyMap<number, RepositoryPolicy>;
/** An account whose repositories the App may see, with those that may have work done. */
export type Installed = {
  readonly id: InstallationId;
  readonly client: Client;
  readonly organizations: ReadonlySet<string>;
  readonly policies: Policies;
};
