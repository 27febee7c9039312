/** What passes over the control socket, for both of its ends. Names are those that operators' scripts see with `--json`. */
import { z } from "zod";

/** One live assignment as an operator sees it. */
export const AssignmentView = z.object({
  /** `owner/name#12`; null until GitHub has answered for the first time. */
  task_id: z.string().nullable(),
  assignment: z.string(),
  repository_id: z.number().nullable(),
  title: z.string(),
  url: z.string().nullable(),
  requester: z.string(),
  requested_at: z.string(),
  phase: z.string(),
  /** What it waits for, in a few words; null while something is under way. */
  waiting: z.string().nullable(),
  attempt: z.number().nullable(),
  max_attempts: z.number(),
  worker: z.string().nullable(),
  agent: z.string().nullable(),
  model: z.string().nullable(),
  /** Number of the Worker's run in this attempt. */
  run: z.number().nullable(),
  /** A process of the Worker lives, or is about to. */
  is_running: z.boolean(),
  session_id: z.string().nullable(),
  worktree_path: z.string().nullable(),
  run_path: z.string().nullable(),
  home_path: z.string().nullable(),
  pull: z.object({ number: z.number(), url: z.string() }).nullable(),
  /** Messages that wait for the Worker. */
  queued_count: z.number(),
  usd: z.number(),
});
export type AssignmentView = z.infer<typeof AssignmentView>;

/** Answer to `GET /assignments`, oldest request first. */
export const AssignmentList = z.object({ assignments: z.array(AssignmentView) });

/** What is posted to write to a Worker. */
export const NewMessage = z.object({
  text: z.string().trim().min(1, "is empty").max(20_000, "has more than 20,000 characters"),
  /** The same key again is the same message; without one each request is another message. */
  key: z.string().min(1).max(200).optional(),
});

/** Whether a message has gone into a run, or waits for the end of the one that lives. */
export const Dispatch = z.object({
  task_id: z.string().nullable(),
  dispatched: z.boolean(),
  queued_count: z.number(),
});
export type Dispatch = z.infer<typeof Dispatch>;

/** Answer to a message to one Worker. */
export const Sent = Dispatch.extend({ task: AssignmentView });

/** Answer to a message to all. */
export const Broadcast = z.object({ total: z.number(), results: z.array(Dispatch) });

/** What is posted to ask for an issue whose trigger label our own App has set, which as a webhook asks for nothing. */
export const NewRequest = z.strictObject({
  /** GraphQL node id. */
  issue: z.string().min(1).max(200),
  installation: z.number().int().positive(),
  /** The person on whose behalf, as GitHub knows them. */
  by: z.strictObject({ login: z.string().min(1).max(100), id: z.number().int().positive() }),
  /** Hash of the title and body that the operator stands for. */
  seen: z.string().regex(/^[0-9a-f]{64}$/u, "is no SHA-256 in hex"),
});

/** Answer to a request; it is not new where the issue has a live assignment, which stays as it is. */
export const Requested = z.object({ is_new: z.boolean() });

/** What one issue's use of one model cost on one day (UTC). */
export const SpendingRow = z.object({
  day: z.string(),
  repository: z.string(),
  issue: z.string(),
  model: z.string(),
  requests: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  usd: z.number(),
  /** Some price was not known, so that the dearest known one was taken. */
  is_estimate: z.boolean(),
});
export type SpendingRow = z.infer<typeof SpendingRow>;

/** Answer to `GET /spending`. */
export const Spending = z.object({ since: z.string(), rows: z.array(SpendingRow) });

/** Any refusal; the candidates are what an ambiguous reference may have meant. */
export const Refused = z.object({
  message: z.string(),
  candidates: z.array(z.string()).optional(),
});
