/** What is made of an open pull request. */
import type { ChecksVerdict } from "./event.ts";

/** Why the pull request is not merged yet. */
export type Verdict =
  /** GitHub is being asked; `hasNews` when the answer under way may be older than the last hint. */
  | { readonly kind: "inspecting"; readonly closing: Closing | null; readonly hasNews: boolean }
  | { readonly kind: "waiting-for-person" }
  | { readonly kind: "checks"; readonly checks: ChecksVerdict }
  | { readonly kind: "conflict" }
  | { readonly kind: "on-hold"; readonly by: string }
  | { readonly kind: "foreign-head" }
  | { readonly kind: "refused"; readonly why: string };

/** Somebody closed the pull request or the issue; which of the two, and whether it was by merging, GitHub is being asked. */
export type Closing = { readonly of: "pull" | "issue"; readonly by: string };
