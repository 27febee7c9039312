/** Which of a repository's issues a tracking issue is about: all, a milestone's, or those with the label of an epic. */
import type { Assignment } from "./assignment.ts";
import type { Issue } from "./issue.ts";

/** Names are compared in any case. */
export type Scope =
  | { readonly kind: "all" }
  | { readonly kind: "milestone"; readonly title: string }
  | { readonly kind: "epic"; readonly label: string }
  /** What the text says that it is, and is none. */
  | { readonly kind: "unknown"; readonly typed: string };

const milestoneStart = "milestone ";
const epicStart = "epic-";

/** As a line `Scope: …` of the tracking issue's text says; all where there is none. */
export function scopeOf({ scope }: Pick<Issue, "scope">): Scope {
  const typed = (scope ?? "").trim();
  const lowered = typed.toLowerCase();
  if (lowered === "" || lowered === "all") return { kind: "all" };
  if (lowered.startsWith(epicStart) && lowered.length > epicStart.length) {
    return { kind: "epic", label: typed };
  }
  const title = lowered.startsWith(milestoneStart) ? typed.slice(milestoneStart.length).trim() : "";
  return title === "" ? { kind: "unknown", typed } : { kind: "milestone", title };
}

/** What is no scope limits nothing. */
export function isInScope(scope: Scope, { issue }: Assignment): boolean {
  switch (scope.kind) {
    case "all":
    case "unknown":
      return true;
    case "milestone":
      return isNamed(issue?.milestone ?? "", scope.title);
    case "epic":
      return issue?.labels.some((label) => isNamed(label, scope.label)) ?? false;
  }
}

const isNamed = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** In the seed's words. */
export function scopeName(scope: Scope): string {
  switch (scope.kind) {
    case "all":
    case "unknown":
      return "all";
    case "milestone":
      return `milestone ${scope.title}`;
    case "epic":
      return scope.label;
  }
}
