/** The parts of GitHub's webhook payloads that we read, and nothing more. */
import { z } from "zod";

/** Who did it. Ghosts and Apps have a type other than `User`. */
const Sender = z.object({ login: z.string().min(1), id: z.number(), type: z.string() });
const Installation = z.object({ id: z.number() });
const Repository = z.object({ id: z.number() });
const NodeId = z.string().min(1);

/** `pull_request` is there when the issue is the conversation of a pull request. */
const Issue = z.object({ node_id: NodeId, pull_request: z.unknown().optional() });

/** An issue with its words as far as they are told; a body that was never written is null. */
const Written = Issue.extend({ title: z.string().optional(), body: z.string().nullish() });

export type Sender = z.infer<typeof Sender>;

/** What all payloads that have an action have. */
export const Acted = z.object({ action: z.string() });

export const IssueLabel = z.object({
  issue: Written,
  label: z.object({ name: z.string() }),
  sender: Sender,
  installation: Installation,
});

export const IssueEdited = z.object({ issue: Issue });

export const IssueEnded = z.object({ issue: Issue, sender: Sender });

export const CommentPosted = z.object({
  issue: Written.extend({ number: z.number() }),
  comment: z.object({
    node_id: NodeId,
    body: z.string(),
    user: Sender,
    performed_via_github_app: z.object({ id: z.number() }).nullish(),
  }),
  sender: Sender,
  repository: Repository,
  installation: Installation,
});

const Item = z.object({
  project_node_id: NodeId,
  content_node_id: NodeId,
  content_type: z.string(),
});

export const CardEdited = z.object({
  projects_v2_item: Item,
  changes: z
    .object({
      field_value: z
        .object({
          field_type: z.string(),
          field_name: z.string().optional(),
          // A text, number or iteration in fields of other types.
          to: z.unknown(),
        })
        .optional(),
    })
    .optional(),
  sender: Sender,
  installation: Installation,
});

export const Option = z.object({ name: z.string() });

export const CardRemoved = z.object({ projects_v2_item: Item, sender: Sender });

export const Dependency = z.object({ blocked_issue: Issue });

export const SubIssue = z.object({ parent_issue: Issue });

export const Pull = z.object({
  pull_request: z.object({
    number: z.number(),
    merged: z.boolean().nullish(),
    head: z.object({ sha: z.string().min(1) }),
  }),
  repository: Repository,
  sender: Sender,
});

export const PullLabel = Pull.extend({ label: z.object({ name: z.string() }) });

export const Reviewed = z.object({
  pull_request: z.object({ number: z.number() }),
  repository: Repository,
  sender: Sender,
  review: z.object({ state: z.string() }).nullish(),
});

const ByApp = z.object({
  head_sha: z.string().min(1),
  app: z.object({ id: z.number() }).nullish(),
});

export const MergeGroup = z.object({
  merge_group: z.object({ head_ref: z.string() }),
  repository: Repository,
});

export const CheckSuite = z.object({ check_suite: ByApp, repository: Repository });

export const CommitStatus = z.object({
  sha: z.string().min(1),
  state: z.string(),
  repository: Repository,
});

export const InstallationEnded = z.object({ installation: Installation });
