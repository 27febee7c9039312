/**
 * The filter of board items, the part of it that the simulator knows: `status:"In Progress"`, `-status:Done,Ready`, `is:open`,
 * `is:issue`, `label:bug`, `assignee:ada`, `repo:acme/widgets`, `no:status`, `has:label`, and words of the title.
 * https://docs.github.com/en/issues/planning-and-tracking-with-projects/customizing-views-in-your-project/filtering-projects
 */
import { fieldsOf, fullName, known } from "../world/find.ts";
import { NotModelled } from "../refusal.ts";
import type { Issue } from "../world/issues.ts";
import type { Project, ProjectField, ProjectItem } from "../world/boards.ts";
import type { Sim } from "../sim.ts";

interface Term {
  readonly isNegated: boolean;
  /** Null for words of the title. */
  readonly key: string | null;
  readonly values: readonly string[];
}

/** Whether a card is kept by a query; an empty query keeps every card, any other leaves archived cards out unless it asks for them. */
export function itemFilter(
  sim: Sim,
  project: Project,
  query: string,
): (item: ProjectItem) => boolean {
  const terms = termsIn(query);
  if (terms.length === 0) return () => true;
  const fields = fieldsOf(sim.world, project);
  const tests = terms.map((term) => {
    const test = testOf(sim, fields, term);
    if (test === null) throw unmodelled(term);
    return (item: ProjectItem): boolean => test(item) !== term.isNegated;
  });
  const wantsArchived = terms.some(
    ({ key, values }) => key === "is" && values.includes("archived"),
  );
  return (item) => (wantsArchived || item.archivedAt === null) && tests.every((test) => test(item));
}

type Test = (item: ProjectItem) => boolean;

function testOf(sim: Sim, fields: readonly ProjectField[], term: Term): Test | null {
  const { key, values } = term;
  const issueOf = (item: ProjectItem): Issue | null =>
    item.issueId === null ? null : known(sim.world.issues, item.issueId);
  const anyOf = (found: readonly string[]): boolean =>
    found.some((text) => values.includes(text.toLowerCase()));
  switch (key) {
    case null:
      return (item) => includesWords(issueOf(item)?.title ?? item.draft?.title ?? "", values);
    case "is":
    case "state":
    case "type":
      return values.every((value) => value in states)
        ? (item) => values.some((value) => states[value]?.(sim, item, issueOf(item)) ?? false)
        : null;
    case "no":
    case "has":
      return (item) => values.some((name) => isFilled(sim, fields, item, name) === (key === "has"));
    case "repo":
      return (item) => anyOf(repositoryNames(sim, issueOf(item)));
    case "label":
    case "assignee":
      return (item) => anyOf(namesOn(sim, issueOf(item), key));
    default: {
      const field = fields.find(({ name }) => slug(name) === key);
      return field === undefined ? null : (item) => anyOf(textsOf(field, item));
    }
  }
}

const states: Readonly<
  Record<string, (sim: Sim, item: ProjectItem, issue: Issue | null) => boolean>
> = {
  open: (_sim, _item, issue) => issue?.state === "open",
  closed: (_sim, _item, issue) => issue?.state === "closed",
  issue: (_sim, _item, issue) => issue !== null && issue.pullId === null,
  pr: (_sim, _item, issue) => issue !== null && issue.pullId !== null,
  draft: (_sim, item) => item.draft !== null,
  archived: (_sim, item) => item.archivedAt !== null,
  merged: (sim, _item, issue) =>
    issue !== null && issue.pullId !== null && known(sim.world.pulls, issue.pullId).merged,
};

function isFilled(
  sim: Sim,
  fields: readonly ProjectField[],
  item: ProjectItem,
  name: string,
): boolean {
  const issue = item.issueId === null ? null : known(sim.world.issues, item.issueId);
  if (name === "label" || name === "assignee") return namesOn(sim, issue, name).length > 0;
  const field = fields.find((row) => slug(row.name) === name);
  return field !== undefined && textsOf(field, item).length > 0;
}

function namesOn(sim: Sim, issue: Issue | null, kind: "label" | "assignee"): string[] {
  if (issue === null) return [];
  return kind === "label"
    ? issue.labelIds.map((id) => known(sim.world.labels, id).name)
    : issue.assigneeIds.map((id) => known(sim.world.accounts, id).login);
}

function repositoryNames(sim: Sim, issue: Issue | null): string[] {
  if (issue === null) return [];
  const repository = known(sim.world.repositories, issue.repositoryId);
  return [fullName(sim.world, repository), repository.name];
}

function textsOf(field: ProjectField, item: ProjectItem): string[] {
  const value = item.values.find(({ fieldId }) => fieldId === field.id)?.value;
  if (value === undefined) return [];
  if (field.dataType !== "SINGLE_SELECT") return [String(value)];
  return field.options.filter(({ id }) => id === value).map(({ name }) => name);
}

function includesWords(title: string, words: readonly string[]): boolean {
  return words.every((word) => title.toLowerCase().includes(word));
}

/** A field is named in a query with hyphens for its spaces. */
function slug(name: string): string {
  return name.toLowerCase().replaceAll(" ", "-");
}

function termsIn(query: string): Term[] {
  return [
    ...query.matchAll(
      /(-)?(?:("[^"]+"|[\w-]+):)?((?:"[^"]*"|[^\s",]+)(?:,(?:"[^"]*"|[^\s",]+))*)/g,
    ),
  ].map(([, minus, key, values = ""]) => ({
    isNegated: minus !== undefined,
    key: key === undefined ? null : slug(key.replaceAll('"', "")),
    values: (values.match(/"[^"]*"|[^\s",]+/g) ?? []).map((value) =>
      value.replaceAll('"', "").toLowerCase(),
    ),
  }));
}

function unmodelled({ key, values }: Term): NotModelled {
  return new NotModelled(`ProjectV2.items(query: "${key ?? ""}:${values.join(",")}")`);
}
