/** Mutations of Projects v2 boards. */
import { addCard, archiveCard, deleteCard, setCardValue } from "../acts/boards.ts";
import { demandProject } from "./access.ts";
import { Fault } from "./faults.ts";
import { mutation } from "./input.ts";
import { NotModelled } from "../refusal.ts";
import { fieldWith, itemWith, projectWith, subjectWith } from "./nodes.ts";
import type { FieldValue, ProjectField, ProjectItem } from "../world/boards.ts";
import type { Mutation, Order } from "./input.ts";

/** Cards added, filled in, archived and taken away. */
export const boardMutations: Readonly<Record<string, Mutation>> = {
  addProjectV2ItemById: mutation(["projectId", "contentId"], (order) => {
    const { graph, by } = order;
    const project = projectWith(graph, order.text("projectId"));
    demandProject(graph.sim, graph.actor, project);
    const item = addCard(graph.sim, by, project, subjectWith(graph, order.text("contentId")));
    return { item: graph.show.item(item) };
  }),
  updateProjectV2ItemFieldValue: mutation(["projectId", "itemId", "fieldId", "value"], (order) => {
    const { item, field } = cell(order);
    const value = valueIn(field, order.fields("value"));
    setCardValue(order.graph.sim, order.by, item, field, value);
    return { projectV2Item: order.graph.show.item(item) };
  }),
  clearProjectV2ItemFieldValue: mutation(["projectId", "itemId", "fieldId"], (order) => {
    const { item, field } = cell(order);
    setCardValue(order.graph.sim, order.by, item, field, null);
    return { projectV2Item: order.graph.show.item(item) };
  }),
  archiveProjectV2Item: mutation(["projectId", "itemId"], (order) => {
    const item = archiveCard(order.graph.sim, order.by, card(order), true);
    return { item: order.graph.show.item(item) };
  }),
  unarchiveProjectV2Item: mutation(["projectId", "itemId"], (order) => {
    const item = archiveCard(order.graph.sim, order.by, card(order), false);
    return { item: order.graph.show.item(item) };
  }),
  deleteProjectV2Item: mutation(["projectId", "itemId"], (order) => {
    const item = card(order);
    deleteCard(order.graph.sim, order.by, item);
    return { deletedItemId: item.nodeId };
  }),
};

/** The card that `projectId` and `itemId` name together. */
function card({ graph, text }: Order<"projectId" | "itemId">): ProjectItem {
  const project = projectWith(graph, text("projectId"));
  demandProject(graph.sim, graph.actor, project);
  const item = itemWith(graph, text("itemId"));
  if (item.projectId === project.id) return item;
  throw new Fault("NOT_FOUND", "The item does not exist in the project.");
}

function cell(order: Order<"projectId" | "itemId" | "fieldId">): {
  readonly item: ProjectItem;
  readonly field: ProjectField;
} {
  const item = card(order);
  const field = fieldWith(order.graph, order.text("fieldId"));
  if (field.projectId !== item.projectId)
    throw new Fault("NOT_FOUND", "The field does not exist in the project.");
  if (item.archivedAt !== null)
    throw new Fault("UNPROCESSABLE", "The item is archived and cannot be updated");
  return { item, field };
}

const inputKeys: Readonly<Partial<Record<ProjectField["dataType"], string>>> = {
  SINGLE_SELECT: "singleSelectOptionId",
  TEXT: "text",
  NUMBER: "number",
  DATE: "date",
};

/** The value for a field of this type; the input names it by its type. */
function valueIn(
  field: ProjectField,
  input: Readonly<Record<string, unknown>>,
): FieldValue["value"] {
  const key = inputKeys[field.dataType];
  const ignored = Object.keys(input).filter((name) => name !== key);
  if (key !== undefined && key in input && ignored.length > 0)
    throw new NotModelled(`a value with ${ignored.join(", ")} beside ${key}`);
  const value = key === undefined ? undefined : input[key];
  if (typeof value === "string" || typeof value === "number") return value;
  throw new Fault(
    "UNPROCESSABLE",
    `Did not receive a ${wording[key ?? ""] ?? "supported"} value to update a field of type ${field.dataType.toLowerCase()}`,
  );
}

const wording: Readonly<Record<string, string>> = {
  singleSelectOptionId: "single select option Id",
  text: "text",
  number: "number",
  date: "date",
};
