/** Labels being put on and taken off an issue or pull request. */
import { announceSubject } from "./subject.ts";
import { createLabel } from "./labels.ts";
import { findLabel, known } from "../world/find.ts";
import { invalid, Refusal } from "../refusal.ts";
import { labelShape } from "../shapes/issues.ts";
import { noteOn, refuseArchived, repositoryOf } from "./act.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { Issue, Label } from "../world/issues.ts";

/** GitHub refuses more labels than this on one issue. */
const MOST_LABELS = 100;

/** The colour GitHub gives to a label that comes into being by being used. */
const PLAIN_COLOR = "ededed";

/** Puts labels on an issue; one that does not exist yet is created, as GitHub's REST API does. */
export function addLabels(sim: Sim, by: By, issue: Issue, names: readonly string[]): Issue {
  const repository = repositoryOf(sim, issue);
  refuseArchived(repository);
  if (names.some((name) => name.trim() === "")) {
    throw invalid({ resource: "Label", field: "name", code: "missing_field" });
  }
  if (issue.labelIds.length + names.length > MOST_LABELS) {
    throw invalid(`Only ${MOST_LABELS} labels are allowed on an issue`);
  }
  for (const name of names) {
    const label =
      findLabel(sim.world, repository, name) ??
      createLabel(sim, by, repository, { name, color: PLAIN_COLOR });
    if (!issue.labelIds.includes(label.id)) put(sim, by, issue, label);
  }
  return issue;
}

/** Takes a label off an issue; 404 when it is not on it. */
export function removeLabel(sim: Sim, by: By, issue: Issue, name: string): Issue {
  const repository = repositoryOf(sim, issue);
  refuseArchived(repository);
  const label = findLabel(sim.world, repository, name);
  if (label === null || !issue.labelIds.includes(label.id)) {
    throw new Refusal(404, "Label does not exist");
  }
  take(sim, by, issue, label);
  return issue;
}

/** Makes these the labels of an issue, and no others. */
export function setLabels(sim: Sim, by: By, issue: Issue, names: readonly string[]): Issue {
  refuseArchived(repositoryOf(sim, issue));
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const present = issue.labelIds.map((id) => known(sim.world.labels, id));
  for (const label of present) {
    if (!wanted.has(label.name.toLowerCase())) take(sim, by, issue, label);
  }
  return addLabels(sim, by, issue, names);
}

function put(sim: Sim, by: By, issue: Issue, label: Label): void {
  issue.labelIds.push(label.id);
  tell(sim, by, issue, label, "labeled");
}

function take(sim: Sim, by: By, issue: Issue, label: Label): void {
  issue.labelIds = issue.labelIds.filter((id) => id !== label.id);
  tell(sim, by, issue, label, "unlabeled");
}

function tell(sim: Sim, by: By, issue: Issue, label: Label, event: "labeled" | "unlabeled"): void {
  issue.updatedAt = timestamp(sim);
  noteOn(sim, by, issue, event, { label: { name: label.name, color: label.color } });
  announceSubject(sim, by, issue, event, { label: labelShape(sim, label) });
}
