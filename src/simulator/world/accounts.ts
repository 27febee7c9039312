/** Who and where: accounts, repositories, Apps and their installations, as plain state. */

/** What a person may do in a repository, weakest first. */
export type Role = "read" | "triage" | "write" | "maintain" | "admin";

/** How far an App permission reaches. */
export type Access = "read" | "write" | "admin";

/** App permissions by GitHub's names, for example `{ issues: "write" }`. */
export type Permissions = Readonly<Record<string, Access>>;

/** A person, an organisation or the bot of an App. */
export interface Account {
  id: number;
  nodeId: string;
  kind: "User" | "Organization" | "Bot";
  login: string;
  name: string | null;
  email: string | null;
  /** The App this bot belongs to; null for people and organisations. */
  appId: number | null;
  createdAt: string;
  updatedAt: string;
}

/** What must hold before a branch accepts a merge. */
interface BranchProtection {
  requiredChecks: string[];
  requiredApprovals: number;
  /** A head must hold all of its base branch; only where checks are required too. */
  strict: boolean;
}

/** A repository; its git objects live in the data folder under its id. */
export interface Repository {
  id: number;
  nodeId: string;
  ownerId: number;
  name: string;
  /** Earlier `owner/name` pairs that redirect here. */
  formerNames: string[];
  description: string | null;
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
  allowAutoMerge: boolean;
  deleteBranchOnMerge: boolean;
  /** Protection by branch name. */
  protections: Record<string, BranchProtection>;
  /** How the merge queue of a branch merges; a branch that is missing has none. */
  mergeQueues: Record<string, "merge" | "squash">;
  /** Role by account id; whoever is missing has none. */
  roles: Record<string, Role>;
  /** The number the next issue or pull request gets. */
  nextNumber: number;
  createdAt: string;
  updatedAt: string;
  pushedAt: string;
}

/** A GitHub App with its public key; the private key is a file in the data folder. */
export interface App {
  id: number;
  nodeId: string;
  slug: string;
  name: string;
  clientId: string;
  description: string | null;
  externalUrl: string;
  ownerId: number;
  botId: number;
  permissions: Permissions;
  events: string[];
  /** Null for an App that never speaks for itself. */
  publicKeyPem: string | null;
  hookId: number;
  hookUrl: string | null;
  hookSecret: string;
  createdAt: string;
  updatedAt: string;
}

/** An App installed on an account. */
export interface Installation {
  id: number;
  nodeId: string;
  appId: number;
  accountId: number;
  /** The selected repositories, or null when all of the account's are meant. */
  repositoryIds: number[] | null;
  permissions: Permissions;
  events: string[];
  suspendedAt: string | null;
  suspendedById: number | null;
  createdAt: string;
  updatedAt: string;
}

/** One recorded attempt to deliver a webhook; a redelivery is another record with the same guid. */
export interface Delivery {
  id: number;
  guid: string;
  appId: number;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  deliveredAt: string;
  redelivery: boolean;
  durationSeconds: number;
  status: string;
  statusCode: number;
  url: string;
  requestHeaders: Record<string, string>;
  /** The exact bytes that were signed and sent, as text. */
  requestBody: string;
  responseHeaders: Record<string, string>;
  responseBody: string;
}
