/** The fields of boards and the values on cards as GraphQL shows them. */
import { fieldsOf, known } from "../world/find.ts";
import type { Arguments, Show, Shown } from "./graph.ts";
import type { FieldOption, FieldValue, ProjectField, ProjectItem } from "../world/boards.ts";
import type { Sim } from "../sim.ts";

/** A field of a board. */
export function showField(sim: Sim, show: Show, field: ProjectField): Shown {
  const shown = {
    id: field.nodeId,
    databaseId: field.id,
    name: field.name,
    dataType: field.dataType,
    createdAt: field.createdAt,
    updatedAt: field.updatedAt,
    project: () => show.project(known(sim.world.projects, field.projectId)),
  };
  if (field.dataType !== "SINGLE_SELECT") return { __typename: "ProjectV2Field", ...shown };
  return {
    __typename: "ProjectV2SingleSelectField",
    ...shown,
    options: (args: Arguments) => {
      const { names } = args;
      const isWanted = (name: string): boolean => !Array.isArray(names) || names.includes(name);
      return field.options.filter(({ name }) => isWanted(name)).map(showOption);
    },
  };
}

/** The value of the field with this name on a card, or nothing. */
export function valueOf(sim: Sim, item: ProjectItem, name: string): FieldValue | undefined {
  const project = known(sim.world.projects, item.projectId);
  const field = fieldsOf(sim.world, project).find((row) => row.name === name);
  return item.values.find(({ fieldId }) => fieldId === field?.id);
}

/** A value on a card. */
export function showValue(sim: Sim, show: Show, item: ProjectItem, value: FieldValue): Shown {
  const field = known(sim.world.fields, value.fieldId);
  return {
    ...typedValue(field, value),
    id: value.nodeId,
    databaseId: value.id,
    createdAt: value.createdAt,
    updatedAt: value.updatedAt,
    creator: () => show.account(known(sim.world.accounts, value.creatorId)),
    field: () => showField(sim, show, field),
    item: () => show.item(item),
  };
}

function typedValue(field: ProjectField, { value }: FieldValue): Shown {
  switch (field.dataType) {
    case "SINGLE_SELECT":
      return { ...selected(field, value), __typename: "ProjectV2ItemFieldSingleSelectValue" };
    case "NUMBER":
      return { __typename: "ProjectV2ItemFieldNumberValue", number: value };
    case "DATE":
      return { __typename: "ProjectV2ItemFieldDateValue", date: value };
    case "TEXT":
    case "TITLE":
    case "ASSIGNEES":
    case "LABELS":
      return { __typename: "ProjectV2ItemFieldTextValue", text: value };
  }
}

/** An option that is no longer on the field leaves a value without a name. */
function selected(field: ProjectField, value: FieldValue["value"]): Record<string, unknown> {
  const option = field.options.find(({ id }) => id === value);
  return {
    optionId: value,
    name: option?.name ?? null,
    nameHTML: option?.name ?? null,
    color: option?.color ?? "GRAY",
    description: option?.description ?? null,
    descriptionHTML: option?.description ?? null,
  };
}

function showOption(option: FieldOption): Shown {
  return {
    __typename: "ProjectV2SingleSelectFieldOption",
    id: option.id,
    name: option.name,
    nameHTML: option.name,
    color: option.color,
    description: option.description,
    descriptionHTML: option.description,
  };
}
