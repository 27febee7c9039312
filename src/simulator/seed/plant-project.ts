/** The board with its fields. */
import { mint } from "../world/world.ts";
import { randomBytes } from "node:crypto";
import { timestamp } from "../sim.ts";
import type { Account } from "../world/accounts.ts";
import type { FieldOption, Project, ProjectField } from "../world/boards.ts";
import type { Seed } from "./seed.ts";
import type { Sim } from "../sim.ts";

const COLORS = ["GRAY", "GREEN", "YELLOW", "BLUE", "RED", "PURPLE", "ORANGE", "PINK"] as const;

const PRIORITIES = ["P0", "P1", "P2"];

/** Adds the board with number 1 and its fields: Status, Priority, Notes, Estimate and Due beside the built-in ones. */
export function plantProject(sim: Sim, seed: Seed, owner: Account): Project {
  const time = timestamp(sim);
  const status = options(seed.project.options);
  const idOf = (name: string | null): string | null =>
    status.find((option) => option.name === name)?.id ?? null;
  const project: Project = {
    ...mint(sim.world, "projects"),
    ownerId: owner.id,
    number: 1,
    title: seed.project.title,
    shortDescription: null,
    public: false,
    creatorId: owner.id,
    workflows: { closedTo: idOf(seed.project.closedTo), mergedTo: idOf(seed.project.mergedTo) },
    closedAt: null,
    createdAt: time,
    updatedAt: time,
  };
  sim.world.projects.set(project.id, project);
  addField(sim, project, "Title", "TITLE");
  addField(sim, project, "Assignees", "ASSIGNEES");
  addField(sim, project, "Labels", "LABELS");
  addField(sim, project, "Status", "SINGLE_SELECT", status);
  addField(sim, project, "Priority", "SINGLE_SELECT", options(PRIORITIES));
  addField(sim, project, "Notes", "TEXT");
  addField(sim, project, "Estimate", "NUMBER");
  addField(sim, project, "Due", "DATE");
  for (const [name, kind] of Object.entries(seed.project.fields)) {
    if (typeof kind === "string") addField(sim, project, name, kind);
    else addField(sim, project, name, "SINGLE_SELECT", options(kind));
  }
  return project;
}

/** Single select options with fresh ids and colours in turn. */
function options(names: readonly string[]): FieldOption[] {
  return names.map((name, index) => ({
    id: randomBytes(4).toString("hex"),
    name,
    color: COLORS[index % COLORS.length] ?? "GRAY",
    description: "",
  }));
}

function addField(
  sim: Sim,
  project: Project,
  name: string,
  dataType: ProjectField["dataType"],
  choices: FieldOption[] = [],
): void {
  const ids = mint(sim.world, dataType === "SINGLE_SELECT" ? "selectFields" : "fields");
  const time = timestamp(sim);
  sim.world.fields.set(ids.id, {
    ...ids,
    projectId: project.id,
    name,
    dataType,
    options: choices,
    createdAt: time,
    updatedAt: time,
  });
}
