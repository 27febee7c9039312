/** Fields of boards being changed by hand. */
import { fieldsOf, itemsOf, known } from "../world/find.ts";
import { randomBytes } from "node:crypto";
import { timestamp } from "../sim.ts";
import type { FieldOption, ProjectField } from "../world/boards.ts";
import type { Sim } from "../sim.ts";

/** An option as it is wanted; the id of a present one keeps its cards. */
export type WantedOption = Pick<FieldOption, "name"> & Partial<FieldOption>;

/** Replaces the options of a single select field; cards lose a value whose option is gone, and nobody is told. */
export function setOptions(
  sim: Sim,
  field: ProjectField,
  wanted: readonly WantedOption[],
): ProjectField {
  const present = new Set(field.options.map(({ id }) => id));
  field.options = wanted.map(({ id, name, color, description }) => ({
    id: id !== undefined && present.has(id) ? id : randomBytes(4).toString("hex"),
    name,
    color: color ?? "GRAY",
    description: description ?? "",
  }));
  field.updatedAt = timestamp(sim);
  const project = known(sim.world.projects, field.projectId);
  const left = new Set<unknown>(field.options.map(({ id }) => id));
  for (const item of itemsOf(sim.world, project)) {
    item.values = item.values.filter(
      ({ fieldId, value }) => fieldId !== field.id || left.has(value),
    );
  }
  for (const workflow of ["closedTo", "mergedTo"] as const) {
    const isStatus = fieldsOf(sim.world, project).some(
      (row) => row.id === field.id && row.name === "Status",
    );
    if (isStatus && !left.has(project.workflows[workflow])) project.workflows[workflow] = null;
  }
  sim.touch();
  return field;
}
