/** Cards on Projects v2 boards: added, filled in, moved, archived and deleted. */
import { accountShape, organizationShape } from "../shapes/accounts.ts";
import { fieldsOf, findAccount, itemsOf, known, where } from "../world/find.ts";
import { invalid } from "../refusal.ts";
import { itemShape, valueShape } from "../shapes/boards.ts";
import { mint } from "../world/world.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { FieldValue, Project, ProjectField, ProjectItem } from "../world/boards.ts";
import type { Issue } from "../world/issues.ts";
import type { Shape } from "../shapes/accounts.ts";

/** The account in whose name GitHub's default board workflows act. */
export const AUTOMATION_LOGIN = "github-project-automation[bot]";

/** Puts an issue (or a pull request's issue) on a board; the card that is there already is the answer. */
export function addCard(sim: Sim, by: By, project: Project, issue: Issue): ProjectItem {
  const cards = itemsOf(sim.world, project);
  const present = cards.find((item) => item.issueId === issue.id);
  if (present !== undefined) return present;
  const time = timestamp(sim);
  const item: ProjectItem = {
    ...mint(sim.world, "items"),
    projectId: project.id,
    issueId: issue.id,
    draft: null,
    position: (cards.at(-1)?.position ?? 0) + 1,
    values: [],
    creatorId: by.account.id,
    archivedAt: null,
    createdAt: time,
    updatedAt: time,
  };
  sim.world.items.set(item.id, item);
  announceCard(sim, by, item, "created");
  return item;
}

/** Sets a field of a card; null clears it. */
export function setCardValue(
  sim: Sim,
  by: By,
  item: ProjectItem,
  field: ProjectField,
  value: FieldValue["value"] | null,
): ProjectItem {
  refuseWrongValue(field, value);
  const present = item.values.find(({ fieldId }) => fieldId === field.id);
  const before = present?.value ?? null;
  if (before === value) return item;
  const time = timestamp(sim);
  item.values = item.values.filter(({ fieldId }) => fieldId !== field.id);
  if (value !== null) {
    const ids = present ?? { ...mint(sim.world, "values"), createdAt: time };
    item.values.push({
      id: ids.id,
      nodeId: ids.nodeId,
      fieldId: field.id,
      value,
      creatorId: by.account.id,
      createdAt: ids.createdAt,
      updatedAt: time,
    });
  }
  item.updatedAt = time;
  announceCard(sim, by, item, "edited", {
    changes: { field_value: change(sim, item, field, before, value) },
  });
  return item;
}

/** Moves a card behind another one, or to the top. */
export function placeCard(
  sim: Sim,
  by: By,
  item: ProjectItem,
  after: ProjectItem | null,
): ProjectItem {
  const project = known(sim.world.projects, item.projectId);
  const others = itemsOf(sim.world, project).filter(({ id }) => id !== item.id);
  const index = after === null ? 0 : others.findIndex(({ id }) => id === after.id) + 1;
  const before = others[index - 1]?.nodeId ?? null;
  others.splice(index, 0, item);
  others.forEach((card, place) => {
    card.position = place + 1;
  });
  item.updatedAt = timestamp(sim);
  announceCard(sim, by, item, "reordered", {
    changes: { previous_projects_v2_item_node_id: { from: null, to: before } },
  });
  return item;
}

/** Archives a card, or brings it back. */
export function archiveCard(sim: Sim, by: By, item: ProjectItem, archived: boolean): ProjectItem {
  const before = item.archivedAt;
  if ((before !== null) === archived) return item;
  item.archivedAt = archived ? timestamp(sim) : null;
  item.updatedAt = timestamp(sim);
  announceCard(sim, by, item, archived ? "archived" : "restored", {
    changes: { archived_at: { from: before, to: item.archivedAt } },
  });
  return item;
}

/** Takes a card off its board. */
export function deleteCard(sim: Sim, by: By, item: ProjectItem): void {
  announceCard(sim, by, item, "deleted");
  sim.world.items.delete(item.id);
}

/** Takes every card of an issue off its board. */
export function dropCards(sim: Sim, by: By, issue: Issue): void {
  for (const item of cardsOf(sim, issue)) deleteCard(sim, by, item);
}

/** What GitHub's default board workflows do when an issue is closed or a pull request merged. */
export function applyWorkflow(sim: Sim, issue: Issue, workflow: keyof Project["workflows"]): void {
  const bot = findAccount(sim.world, AUTOMATION_LOGIN);
  if (bot === null) return;
  for (const item of cardsOf(sim, issue)) {
    const project = known(sim.world.projects, item.projectId);
    const option = project.workflows[workflow];
    const status = fieldsOf(sim.world, project).find(({ name }) => name === "Status");
    if (option === null || status?.options.every(({ id }) => id !== option) !== false) continue;
    setCardValue(sim, { account: bot, appId: null }, item, status, option);
  }
}

function cardsOf(sim: Sim, issue: Issue): ProjectItem[] {
  return where(sim.world.items, (item) => item.issueId === issue.id);
}

function refuseWrongValue(field: ProjectField, value: FieldValue["value"] | null): void {
  if (value === null) return;
  const fits =
    field.dataType === "SINGLE_SELECT"
      ? field.options.some(({ id }) => id === value)
      : typeof value === (field.dataType === "NUMBER" ? "number" : "string");
  if (!fits) throw invalid("The single select option Id does not belong to the field");
}

function change(
  sim: Sim,
  item: ProjectItem,
  field: ProjectField,
  from: FieldValue["value"] | null,
  to: FieldValue["value"] | null,
): Shape {
  return {
    field_node_id: field.nodeId,
    field_type: field.dataType.toLowerCase(),
    field_name: field.name,
    project_number: known(sim.world.projects, item.projectId).number,
    from: valueShape(field, from),
    to: valueShape(field, to),
  };
}

/** Only organisations have board webhooks; a person's board is silent, as on GitHub. */
function announceCard(sim: Sim, by: By, item: ProjectItem, action: string, more: Shape = {}): void {
  sim.touch();
  const project = known(sim.world.projects, item.projectId);
  const owner = known(sim.world.accounts, project.ownerId);
  if (owner.kind !== "Organization") return;
  sim.emit({
    event: "projects_v2_item",
    ownerId: owner.id,
    repository: null,
    payload: {
      action,
      ...more,
      projects_v2_item: itemShape(sim, item),
      organization: organizationShape(sim, owner),
      sender: accountShape(sim, by.account),
    },
  });
}
