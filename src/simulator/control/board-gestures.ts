/** Gestures on boards: cards are moved and columns are changed. */
import { addCard, archiveCard, deleteCard, placeCard, setCardValue } from "../acts/boards.ts";
import { setOptions } from "../acts/board-fields.ts";
import { fieldsOf, findProject, first, itemsOf, known } from "../world/find.ts";
import { accountNamed, gesture, issueIn, refusedGesture } from "./gesture.ts";
import { itemShape, valueShape } from "../shapes/boards.ts";
import type { FieldValue, Project, ProjectField, ProjectItem } from "../world/boards.ts";
import type { Gesture, GestureCall } from "./gesture.ts";
import type { Shape } from "../shapes/accounts.ts";
import type { WantedOption } from "../acts/board-fields.ts";

/** The gestures of this file by name. */
export const boardGestures: Readonly<Record<string, Gesture>> = {
  "move-card": gesture(
    {
      number: "number",
      to: "text?",
      field: "text?",
      value: "value?",
      after: "number?",
      top: "flag?",
      archived: "flag?",
      removed: "flag?",
      project: "number?",
      owner: "text?",
    },
    (call, given) => {
      const { sim, by } = call;
      const project = projectOf(call, given.owner, given.project);
      const item = addCard(sim, by, project, issueIn(call, given.number));
      if (given.removed === true) {
        deleteCard(sim, by, item);
        return { removed: itemShape(sim, item) };
      }
      if (given.to !== undefined) setField(call, item, "Status", given.to);
      if (given.field !== undefined) setField(call, item, given.field, given.value ?? null);
      if (given.top === true) placeCard(sim, by, item, null);
      if (given.after !== undefined) {
        const other = issueIn(call, given.after);
        const before = itemsOf(sim.world, project).find(({ issueId }) => issueId === other.id);
        if (before === undefined) throw refusedGesture(`issue ${given.after} has no card`);
        placeCard(sim, by, item, before);
      }
      if (given.archived !== undefined) archiveCard(sim, by, item, given.archived);
      return cardShown(call, item);
    },
  ),
  "set-board-options": gesture(
    { options: "texts?", renamed: "record?", field: "text?", project: "number?", owner: "text?" },
    (call, given) => {
      const project = projectOf(call, given.owner, given.project);
      const field = fieldNamed(call, project, given.field ?? "Status");
      const options = given.options ?? field.options.map(({ name }) => name);
      setOptions(call.sim, field, wanted(field, options, given.renamed ?? {}));
      return { field: field.name, options: field.options };
    },
  ),
};

/** A present option keeps its id by its name, or by the new name it is given. */
function wanted(
  field: ProjectField,
  names: readonly string[],
  renamed: Readonly<Record<string, unknown>>,
): WantedOption[] {
  return names.map((name) => {
    const present = field.options.find((option) => option.name === name);
    const next = renamed[name];
    return { ...present, name: typeof next === "string" ? next : name };
  });
}

function setField(call: GestureCall, item: ProjectItem, name: string, value: unknown): void {
  const field = fieldNamed(call, known(call.sim.world.projects, item.projectId), name);
  setCardValue(call.sim, call.by, item, field, valueFor(field, value));
}

function valueFor(field: ProjectField, value: unknown): FieldValue["value"] | null {
  if (value === null || typeof value === "number") return value;
  if (typeof value !== "string") throw refusedGesture("value must be a text, a number or null");
  if (field.dataType !== "SINGLE_SELECT") return value;
  const option = field.options.find(({ name }) => name === value);
  if (option !== undefined) return option.id;
  const names = field.options.map(({ name }) => name).join(", ");
  throw refusedGesture(`${field.name} has no option ${JSON.stringify(value)}, only: ${names}`);
}

function cardShown({ sim }: GestureCall, item: ProjectItem): Shape {
  const values = item.values.map(({ fieldId, value }) => {
    const field = known(sim.world.fields, fieldId);
    return [field.name, valueShape(field, value)];
  });
  return { ...itemShape(sim, item), values: Object.fromEntries(values) };
}

/** The board with an owner and a number; the first one of the world when neither is given. */
function projectOf(call: GestureCall, owner?: string, number?: number): Project {
  const { world } = call.sim;
  const project =
    owner === undefined
      ? first(world.projects, (row) => number === undefined || row.number === number)
      : findProject(world, accountNamed(call.sim, owner), number ?? 1);
  if (project === null) throw refusedGesture("there is no such board");
  return project;
}

function fieldNamed(call: GestureCall, project: Project, name: string): ProjectField {
  const field = fieldsOf(call.sim.world, project).find((row) => row.name === name);
  if (field === undefined) throw refusedGesture(`the board has no field ${JSON.stringify(name)}`);
  return field;
}
