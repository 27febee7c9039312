/** Where an issue stands on which board. Columns are found by name and never created or rewritten. */
import type { BoardStatus, Card } from "../../core/issue.ts";
import type { BoardPolicy } from "../../core/policy.ts";
import type { FieldName } from "../../core/fields.ts";
import { statusNamed } from "./board-names.ts";
import type { Client } from "./client.ts";
import type { IssueNode, ItemNode, ProjectNode } from "./issue-documents.ts";
import { organizationBoard, userBoard } from "./issue-documents.ts";

/** Who is asked about which boards: installations see organisations' boards, a person's token that person's. */
export type BoardClients = { readonly installation: Client; readonly board: Client | null };

/** The issue's card on the board that the policy names; null where there is no such board. */
export async function findCard(
  clients: BoardClients,
  policy: BoardPolicy,
  issue: IssueNode,
): Promise<Card | null> {
  switch (policy.mode) {
    case "labels":
      return null;
    case "organization":
      return findOrganizationCard(clients.installation, policy.number, issue);
    case "user":
      return clients.board === null ? null : findUserCard(clients.board, policy, issue);
  }
}

async function findOrganizationCard(
  client: Client,
  number: number | null,
  issue: IssueNode,
): Promise<Card | null> {
  const { login } = issue.repository.owner;
  const [item] = issue.projectItems
    .filter(({ isArchived, project }) => !isArchived && isUsable(project, login))
    .filter(({ project }) => project.number === (number ?? project.number))
    .toSorted((one, other) => one.project.number - other.project.number);
  if (item !== undefined) return cardOf(item.project, item);
  if (number === null) return null;
  const known = issue.repository.owner.projectsV2?.find((project) => project.number === number);
  if (known !== undefined) return known.closed ? null : cardOf(known, null);
  const what = `reading board ${number} of ${login}`;
  const { answer } = await client.partial(what, organizationBoard, { login, number });
  const project = answer.organization?.projectV2 ?? null;
  return project === null || project.closed ? null : cardOf(project, null);
}

/** With the first board of an issue meant, one without columns or in other hands is not it. */
function isUsable({ owner, closed, field }: ProjectNode, login: string): boolean {
  const isOwners =
    owner.__typename === "Organization" && owner.login?.toLowerCase() === login.toLowerCase();
  return isOwners && !closed && field?.id !== undefined;
}

async function findUserCard(
  client: Client,
  { owner, number }: { readonly owner: string; readonly number: number },
  issue: IssueNode,
): Promise<Card | null> {
  const variables = { login: owner, number, issue: issue.id };
  const what = `reading board ${number} of ${owner}`;
  const { answer } = await client.partial(what, userBoard, variables);
  const project = answer.user?.projectV2 ?? null;
  if (project === null) return null;
  const items = answer.node?.projectItems ?? [];
  return cardOf(project, items.find((item) => item.project.id === project.id) ?? null);
}

function cardOf(project: ProjectNode, item: ItemNode | null): Card {
  return {
    project: project.id,
    projectNumber: project.number,
    item: item?.id ?? null,
    field: project.field?.id ?? null,
    options: columnsOf(project),
    status: item?.fieldValueByName?.name ?? null,
    priority: item?.priority?.name ?? null,
    fields: fieldsOf(project),
  };
}

/** Option ids by our names; of two columns with one name the first is meant. */
export function columnsOf({ field }: ProjectNode): Card["options"] {
  const options: { [status in BoardStatus]?: string } = {};
  for (const { id, name } of field?.options ?? []) {
    const status = statusNamed(name);
    if (status !== null) options[status] ??= id;
  }
  return options;
}

/** Those that exist and are of the type that our values are of. */
const fieldsOf = (project: ProjectNode): Card["fields"] => ({
  ...fieldOf("Verification", project.verification, "SINGLE_SELECT"),
  ...fieldOf("Verified By", project.verifiedBy, "SINGLE_SELECT"),
  ...fieldOf("Criteria Met", project.criteriaMet, "NUMBER"),
  ...fieldOf("Criteria Total", project.criteriaTotal, "NUMBER"),
  ...fieldOf("Last Verified", project.lastVerified, "DATE"),
});

/** Options that a person has named in other letters are ours too. */
function fieldOf(
  name: FieldName,
  node: ProjectNode["verification"],
  type: "SINGLE_SELECT" | "NUMBER" | "DATE",
): Card["fields"] {
  if (node?.id === undefined || node.dataType !== type) return {};
  if (type !== "SINGLE_SELECT") return { [name]: { id: node.id, options: null } };
  const known = optionNames.flatMap((option) => {
    const held = node.options?.find((one) => isNamed(one.name, option));
    return held === undefined ? [] : [[option, held.id] as const];
  });
  return { [name]: { id: node.id, options: Object.fromEntries(known) } };
}

const optionNames = ["Not Verified", "Failing", "Partial", "Passing", "agent", "ci"];

const isNamed = (name: string, option: string): boolean =>
  name.trim().toLowerCase() === option.toLowerCase();
