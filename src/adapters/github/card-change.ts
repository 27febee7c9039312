/** Moves a card: in the common case one change among others, else what a board that people have changed needs. */
import type { Publication } from "../../core/effect.ts";
import type { BoardStatus, Card, CardField } from "../../core/issue.ts";
import { columnsOf } from "./board.ts";
import type { Client, Refusal } from "./client.ts";
import { boardColumns } from "./issue-documents.ts";
import type { Change, Changed, Changes } from "./mutation.ts";
import { make } from "./mutation.ts";

/** Where the card is: its item, null when it is on no board, and the column that the board lacks. */
export type Placed = { readonly item: string | null; readonly missingStatus: BoardStatus | null };
type Attempted = Placed & { readonly refused?: string };

const moving = "card";
const adding = "card added";

/** The first change towards the column; null when nothing is to be moved or the board has no such column. */
export function cardChange({ issue, card, moveTo }: Publication): Change | null {
  if (card === null || moveTo === null) return null;
  if (columnIn(card, moveTo) === null) return null;
  if (card.item !== null) return move(card, card.item, moveTo);
  const input = { projectId: card.project, contentId: issue };
  return { name: adding, kind: "addProjectV2ItemById", input };
}

type Column = { readonly field: string; readonly option: string };

function columnIn({ field, options }: Card, status: BoardStatus): Column | null {
  const option = options[status];
  return field === null || option === undefined ? null : { field, option };
}

function move(card: Card, item: string, status: BoardStatus): Change | null {
  const column = columnIn(card, status);
  if (column === null) return null;
  const input = {
    projectId: card.project,
    itemId: item,
    fieldId: column.field,
    value: { singleSelectOptionId: column.option },
  };
  return { name: moving, kind: "updateProjectV2ItemFieldValue", input };
}

/** What its other fields are to say, in one go with the rest; what GitHub refuses of it is left. */
export function fieldChanges(
  { card, fields }: Pick<Publication, "card" | "fields">,
  item: string | null,
): readonly Change[] {
  if (card === null || item === null) return [];
  return fields.flatMap(({ name, value }) => {
    const field = card.fields[name];
    if (field === undefined) return [];
    const input = {
      projectId: card.project,
      itemId: item,
      fieldId: field.id,
      value: valueOf(field, value),
    };
    return [{ name: `field ${name}`, kind: "updateProjectV2ItemFieldValue", input }];
  });
}

const valueOf = ({ options }: CardField, value: string | number): object => {
  if (options !== null) return { singleSelectOptionId: options[String(value)] };
  return typeof value === "number" ? { number: value } : { date: value };
};

/** Where the first change has put the card, or that it cannot go there; null when there is more to do. */
export function cardPlaced({ card, moveTo }: Publication, made: Changes): Attempted | null {
  const item = card?.item ?? null;
  const moved = made.get(moving);
  if (moved !== undefined) {
    if (!("refused" in moved)) return { item, missingStatus: null };
    return ended(moved.refused, item);
  }
  const added = made.get(adding);
  if (added !== undefined && "refused" in added) return ended(added.refused, null);
  if (added !== undefined) return null;
  return { item, missingStatus: moveTo };
}

/** A card that a person has taken off the board stays off; columns that are not as they were are looked up. */
function ended({ kind, words }: Refusal, item: string | null): Attempted | null {
  switch (kind) {
    case "not-found":
      return { item: null, missingStatus: null, refused: words };
    case "forbidden":
      return { item, missingStatus: null, refused: words };
    case "validation":
      return null;
  }
}

/** The second step: sets the column of a card just added, or one whose column has got another id. */
export async function place(
  client: Client,
  { card, moveTo, issue, fields }: Publication,
  made: Changes,
): Promise<Attempted> {
  if (card === null || moveTo === null) return { item: null, missingStatus: null };
  const added = made.get(adding);
  const item = idOf(added) ?? card.item;
  if (item === null) return { item, missingStatus: null };
  const current = added === undefined ? await withColumns(client, card) : card;
  const change = move(current, item, moveTo);
  if (change === null) return { item, missingStatus: moveTo };
  // Those of a card that was on the board are set with the first change.
  const rest = added === undefined ? [] : fieldChanges({ card, fields }, item);
  const again = await make(client, `moving the card of issue ${issue}`, [change, ...rest]);
  const moved = again.get(moving);
  const refused = moved !== undefined && "refused" in moved ? { refused: moved.refused.words } : {};
  return { item, missingStatus: null, ...refused };
}

const idOf = (changed: Changed | undefined): string | null =>
  changed === undefined || "refused" in changed ? null : changed.id;

async function withColumns(client: Client, card: Card): Promise<Card> {
  const what = `reading the columns of board ${card.projectNumber}`;
  const { node } = await client.graphql(what, boardColumns, { project: card.project });
  if (node?.id === undefined) return { ...card, field: null };
  return { ...card, field: node.field?.id ?? null, options: columnsOf(node) };
}
