/** Cards of Projects v2 boards as webhooks show them. */
import { accountShape } from "./accounts.ts";
import { known } from "../world/find.ts";
import type { FieldValue, ProjectField, ProjectItem } from "../world/boards.ts";
import type { Shape } from "./accounts.ts";
import type { Sim } from "../sim.ts";

/** A card. */
export function itemShape(sim: Sim, item: ProjectItem): Shape {
  const { world } = sim;
  const issue = item.issueId === null ? null : known(world.issues, item.issueId);
  return {
    id: item.id,
    node_id: item.nodeId,
    project_node_id: known(world.projects, item.projectId).nodeId,
    content_node_id: issue?.nodeId ?? item.draft?.nodeId,
    content_type: contentType(issue),
    creator: accountShape(sim, known(world.accounts, item.creatorId)),
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    archived_at: item.archivedAt,
  };
}

/** The value of a field as `changes.field_value` shows it: an option, a text, a number or a date. */
export function valueShape(field: ProjectField, value: FieldValue["value"] | null): unknown {
  if (field.dataType !== "SINGLE_SELECT") return value;
  const option = field.options.find(({ id }) => id === value);
  return option === undefined ? null : { ...option };
}

function contentType(issue: { readonly pullId: number | null } | null): string {
  if (issue === null) return "DraftIssue";
  return issue.pullId === null ? "Issue" : "PullRequest";
}
