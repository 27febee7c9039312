/** Milestones; GitHub tells subscribers of them, but no App here subscribes. */
import { invalid } from "../refusal.ts";
import { mint } from "../world/world.ts";
import { refuseArchived } from "./act.ts";
import { timestamp } from "../sim.ts";
import { where } from "../world/find.ts";
import type { By, Sim } from "../sim.ts";
import type { Milestone } from "../world/issues.ts";
import type { Repository } from "../world/accounts.ts";

/** Creates a milestone. */
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
