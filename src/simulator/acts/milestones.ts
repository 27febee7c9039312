/** Milestones, and issues being put into them. */
import { announceSubject } from "./subject.ts";
import { known, where } from "../world/find.ts";
import { milestoneShape } from "../shapes/issues.ts";
import { invalid } from "../refusal.ts";
import { mint } from "../world/world.ts";
import { refuseArchived, repositoryOf } from "./act.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { Issue, Milestone } from "../world/issues.ts";
import type { Repository } from "../world/accounts.ts";

/** Creates a milestone; GitHub tells subscribers of it, but no App here subscribes. */
export function createMilestone(
  sim: Sim,
  by: By,
  repository: Repository,
  title: string,
): Milestone {
  refuseArchived(repository);
  const present = where(sim.world.milestones, (row) => row.repositoryId === repository.id);
  if (present.some((row) => row.title === title)) {
    throw invalid({ resource: "Milestone", field: "title", code: "already_exists" });
  }
  const time = timestamp(sim);
  const milestone: Milestone = {
    ...mint(sim.world, "milestones"),
    repositoryId: repository.id,
    number: present.length + 1,
    title,
    description: null,
    state: "open",
    creatorId: by.account.id,
    dueOn: null,
    createdAt: time,
    updatedAt: time,
    closedAt: null,
  };
  sim.world.milestones.set(milestone.id, milestone);
  sim.touch();
  return milestone;
}

/** Puts an issue or pull request into a milestone, or out of the one it is in. */
export function setMilestone(sim: Sim, by: By, issue: Issue, milestoneId: number | null): Issue {
  refuseArchived(repositoryOf(sim, issue));
  const before = issue.milestoneId;
  if (before === milestoneId) return issue;
  Object.assign(issue, { milestoneId, updatedAt: timestamp(sim) });
  const tell = (action: string, id: number | null): void => {
    if (id === null) return;
    const milestone = milestoneShape(sim, known(sim.world.milestones, id));
    announceSubject(sim, by, issue, action, { milestone });
  };
  tell("demilestoned", before);
  tell("milestoned", milestoneId);
  return issue;
}
