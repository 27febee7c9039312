/** Boards, their fields, cards and values as GraphQL shows them. */
import { canSee } from "../auth/who.ts";
import { connection } from "./connection.ts";
import { fieldsOf, itemsOf, known } from "../world/find.ts";
import { itemFilter } from "./item-query.ts";
import { showField, showValue, valueOf } from "./board-fields.ts";
import type { Actor } from "../auth/who.ts";
import type { Arguments, Show, Shown } from "./graph.ts";
import type { Issue } from "../world/issues.ts";
import type { Project, ProjectItem } from "../world/boards.ts";
import type { Sim } from "../sim.ts";

/** A board. */
export function showProject(sim: Sim, show: Show, project: Project): Shown {
  const owner = known(sim.world.accounts, project.ownerId);
  const kind = owner.kind === "Organization" ? "orgs" : "users";
  const resourcePath = `/${kind}/${owner.login}/projects/${project.number}`;
  return {
    __typename: "ProjectV2",
    id: project.nodeId,
    databaseId: project.id,
    fullDatabaseId: String(project.id),
    number: project.number,
    title: project.title,
    shortDescription: project.shortDescription,
    public: project.public,
    closed: project.closedAt !== null,
    closedAt: project.closedAt,
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    template: false,
    url: `${sim.url}${resourcePath}`,
    resourcePath,
    owner: () => show.account(owner),
    creator: () => show.account(known(sim.world.accounts, project.creatorId)),
    field: (args: Arguments) => {
      const wanted = args["name"];
      const field = fieldsOf(sim.world, project).find(({ name }) => name === wanted);
      return field === undefined ? null : showField(sim, show, field);
    },
    fields: connection(
      () => fieldsOf(sim.world, project),
      (field) => showField(sim, show, field),
    ),
    items: connection((args) => {
      const query = typeof args["query"] === "string" ? args["query"] : "";
      const keeps = itemFilter(sim, project, query);
      return itemsOf(sim.world, project).filter(keeps);
    }, show.item),
  };
}

/** A card; content that the asker may not see makes it REDACTED. */
export function showItem(sim: Sim, actor: Actor, show: Show, item: ProjectItem): Shown {
  const { world } = sim;
  const issue = item.issueId === null ? null : known(world.issues, item.issueId);
  const isHidden = issue !== null && !canSee(actor, known(world.repositories, issue.repositoryId));
  const values = (): typeof item.values => (isHidden ? [] : item.values);
  return {
    __typename: "ProjectV2Item",
    id: item.nodeId,
    databaseId: item.id,
    fullDatabaseId: String(item.id),
    type: isHidden ? "REDACTED" : typeOf(issue),
    isArchived: item.archivedAt !== null,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    creator: () => show.account(known(world.accounts, item.creatorId)),
    project: () => show.project(known(world.projects, item.projectId)),
    content: () => {
      if (isHidden) return null;
      return issue === null ? draft(show, sim, item) : show.issueOrPull(issue);
    },
    fieldValueByName: (args: Arguments) => {
      const name = String(args["name"]);
      const value = isHidden ? undefined : valueOf(sim, item, name);
      return value === undefined ? null : showValue(sim, show, item, value);
    },
    fieldValues: connection(values, (value) => showValue(sim, show, item, value)),
  };
}

function typeOf(issue: Issue | null): string {
  if (issue === null) return "DRAFT_ISSUE";
  return issue.pullId === null ? "ISSUE" : "PULL_REQUEST";
}

function draft(show: Show, sim: Sim, item: ProjectItem): Shown {
  return {
    __typename: "DraftIssue",
    id: item.draft?.nodeId ?? "",
    title: item.draft?.title ?? "",
    body: item.draft?.body ?? "",
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    creator: () => show.account(known(sim.world.accounts, item.creatorId)),
  };
}
