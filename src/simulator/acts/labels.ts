/** The labels of a repository coming, changing and going. */
import { announce, refuseArchived } from "./act.ts";
import { characters } from "./text-limits.ts";
import { findLabel, known } from "../world/find.ts";
import { invalid } from "../refusal.ts";
import { labelShape } from "../shapes/issues.ts";
import { mint } from "../world/world.ts";
import type { By, Sim } from "../sim.ts";
import type { Label } from "../world/issues.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";

/** Longest name of a label, in characters. */
const NAME_CHARACTERS = 50;

/** Creates a label; a name that exists already, whatever the case, is refused. */
export function createLabel(
  sim: Sim,
  by: By,
  repository: Repository,
  draft: { readonly name: string; readonly color: string; readonly description?: string | null },
): Label {
  refuseArchived(repository);
  if (findLabel(sim.world, repository, draft.name) !== null) {
    throw invalid({ resource: "Label", field: "name", code: "already_exists" });
  }
  const label: Label = {
    ...mint(sim.world, "labels"),
    repositoryId: repository.id,
    name: checkedName(draft.name),
    color: checkedColor(draft.color),
    description: draft.description ?? null,
    isDefault: false,
  };
  sim.world.labels.set(label.id, label);
  announce(sim, by, repository, "label", { action: "created", label: labelShape(sim, label) });
  return label;
}

/** Renames or recolours a label. */
export function editLabel(
  sim: Sim,
  by: By,
  label: Label,
  wanted: { readonly name?: string; readonly color?: string; readonly description?: string | null },
): Label {
  const repository = known(sim.world.repositories, label.repositoryId);
  refuseArchived(repository);
  const name = checkedName(wanted.name ?? label.name);
  const color = checkedColor(wanted.color ?? label.color);
  const description = wanted.description === undefined ? label.description : wanted.description;
  const same = findLabel(sim.world, repository, name);
  if (same !== null && same.id !== label.id) {
    throw invalid({ resource: "Label", field: "name", code: "already_exists" });
  }
  const changes: Shape = {};
  if (name !== label.name) changes["name"] = { from: label.name };
  if (color !== label.color) changes["color"] = { from: label.color };
  if (description !== label.description) changes["description"] = { from: label.description ?? "" };
  Object.assign(label, { name, color, description });
  announce(sim, by, repository, "label", {
    action: "edited",
    changes,
    label: labelShape(sim, label),
  });
  return label;
}

/** Deletes a label and takes it off every issue. */
export function deleteLabel(sim: Sim, by: By, label: Label): void {
  const repository = known(sim.world.repositories, label.repositoryId);
  refuseArchived(repository);
  for (const issue of sim.world.issues.values()) {
    issue.labelIds = issue.labelIds.filter((id) => id !== label.id);
  }
  sim.world.labels.delete(label.id);
  announce(sim, by, repository, "label", { action: "deleted", label: labelShape(sim, label) });
}

function checkedName(name: string): string {
  if (name.trim() === "")
    throw invalid({ resource: "Label", field: "name", code: "missing_field" });
  if (characters(name) > NAME_CHARACTERS) {
    const message = `name is too long (maximum is ${NAME_CHARACTERS} characters)`;
    throw invalid({ resource: "Label", field: "name", code: "custom", message });
  }
  return name;
}

function checkedColor(color: string): string {
  if (!/^[0-9a-f]{6}$/i.test(color)) {
    throw invalid({ resource: "Label", field: "color", code: "invalid" });
  }
  return color.toLowerCase();
}
