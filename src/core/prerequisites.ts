/** Issues that one waits for because whoever asked for it said so: handed over to GitHub, and kept with the assignment until then. */
import type { Assignment } from "./assignment.ts";
import type { Effect } from "./effect.ts";
import type { IssueId } from "./ids.ts";
import type { Issue, RepositoryRef } from "./issue.ts";

/** What GitHub does not tell by itself. */
export type Prerequisites = {
  /** As `#12`; GitHub is asked about each of them whenever it is asked about the issue. */
  readonly kept: readonly string[];
  /** GitHub has not refused them. */
  readonly isNew: boolean;
};

/** Have GitHub itself know what an issue waits for. */
export type DependencyOrder = {
  readonly repository: RepositoryRef;
  readonly issue: IssueId;
  readonly blockers: Issue["blockers"];
};

/** Those that somebody has just named, besides what was kept before. */
export const named = ({ kept }: Prerequisites, dependsOn: readonly string[]): Prerequisites => ({
  kept: [...new Set([...kept, ...dependsOn])],
  isNew: true,
});

/** Whoever asked may have that by now, and those that are open are known to GitHub. */
export function handedOver(assignment: Assignment, issue: Issue): readonly Effect[] {
  const { id, phase, prerequisites } = assignment;
  if (phase.name !== "queued" || !prerequisites.isNew) return [];
  const blockers = issue.blockers.filter(({ reference }) => prerequisites.kept.includes(reference));
  if (blockers.length === 0) return [];
  return [
    {
      key: `${id}/dependencies/${prerequisites.kept.join("+")}`,
      assignment: id,
      type: "dependencies.add",
      repository: issue.repository,
      issue: issue.id,
      blockers,
    },
  ];
}

/** GitHub tells of these itself, so that whoever takes one away there is heeded. */
export function takenOver(assignment: Assignment, references: readonly string[]): Assignment {
  const kept = assignment.prerequisites.kept.filter((one) => !references.includes(one));
  return { ...assignment, prerequisites: { kept, isNew: false } };
}
