/** What an issue waits for: GitHub's own dependencies, sub-issues, and what its text refers to. */
import { issueId } from "../../core/ids.ts";
import type { Issue } from "../../core/issue.ts";
import type { Client } from "./client.ts";
import { refusalFault } from "./client.ts";
import { declared } from "./declared.ts";
import type { IssueNode, RelatedNode } from "./issue-documents.ts";
import { referencedIssues } from "./reference-documents.ts";

/** Open ones that it waits for, and those that could not be found. */
export type Dependencies = Pick<Issue, "blockers" | "unknownBlockers">;

/** An issue by its repository's name and its number. */
type Reference = { readonly owner: string; readonly name: string; readonly number: number };

const declarations = ["depends on", "blocked by"];
const referencesPerRequest = 20;
/** Each 20 cost a request, and nobody plans by hand with more. */
const referencesAtMost = 100;

/** `#12` or `owner/name#12`; no number has more digits than GraphQL's integers have room for. */
const referenceForm = /^(?:([A-Za-z0-9-]{1,39})\/([A-Za-z0-9._-]{1,100}))?#([1-9][0-9]{0,8})$/;
const betweenReferences = /[\s,;]+/;

/** Each once. Only what the issue's own answer does not tell costs further requests. */
export async function dependenciesOf(
  client: Client,
  node: IssueNode,
  dependsOn: readonly string[],
): Promise<Dependencies> {
  const { blockedBy, subIssues, repository } = node;
  const related = [...blockedBy, ...subIssues];
  const known = new Set([node, ...related].map((one) => keyOf(referenceTo(one))));
  const wanted = referencesIn(node, dependsOn);
  const isSelf = wanted.some((reference) => keyOf(reference) === keyOf(referenceTo(node)));
  const strange = wanted.filter((reference) => !known.has(keyOf(reference)));
  const found = await readAll(client, strange.slice(0, referencesAtMost));
  const open = [...related, ...(isSelf ? [node] : []), ...found.values()].filter(
    ({ state }) => state === "OPEN",
  );
  const byId = new Map(open.map((one) => [one.id, one]));
  const shown = (reference: Reference): string => shownIn(repository.nameWithOwner, reference);
  return {
    blockers: [...byId.values()].map((one) => ({
      id: issueId(one.id),
      reference: shown(referenceTo(one)),
    })),
    unknownBlockers: strange.filter((reference) => !found.has(reference)).map(shown),
  };
}

/** What the text refers to, and whoever asked, each once. */
function referencesIn(node: IssueNode, dependsOn: readonly string[]): readonly Reference[] {
  const here = referenceTo(node);
  const written = declared(node.body, declarations).flatMap((line) =>
    line.split(betweenReferences),
  );
  const words = [...written, ...dependsOn];
  const references = words.flatMap((word): readonly Reference[] => {
    const [, owner, name, number] = referenceForm.exec(plainWord(word)) ?? [];
    if (number === undefined) return [];
    return [{ owner: owner ?? here.owner, name: name ?? here.name, number: Number(number) }];
  });
  return [...new Map(references.map((one) => [keyOf(one), one])).values()];
}

/** Without emphasis around it and without the full stop of a sentence. */
function plainWord(word: string): string {
  const bare = word.replaceAll("*", "");
  return bare.endsWith(".") ? bare.slice(0, -1) : bare;
}

/** The issues and pull requests that references lead to; those that lead nowhere are left out. */
async function readAll(
  client: Client,
  references: readonly Reference[],
): Promise<ReadonlyMap<Reference, RelatedNode>> {
  const found = new Map<Reference, RelatedNode>();
  for (let from = 0; from < references.length; from += referencesPerRequest) {
    const part = references.slice(from, from + referencesPerRequest);
    for (const [reference, node] of await read(client, part)) found.set(reference, node);
  }
  return found;
}

async function read(
  client: Client,
  references: readonly Reference[],
): Promise<readonly (readonly [Reference, RelatedNode])[]> {
  const what = `reading ${references.map(keyOf).join(", ")}`;
  const variables = references.flatMap(({ owner, name, number }, at) => [
    [`owner${at}`, owner],
    [`name${at}`, name],
    [`number${at}`, number],
  ]);
  const { answer, refusals } = await client.partial(
    what,
    referencedIssues(references.length),
    Object.fromEntries(variables),
  );
  const broken = refusals.find(({ kind }) => kind === "validation");
  if (broken !== undefined) throw refusalFault(what, broken);
  return references.flatMap((reference, at) => {
    const node = answer[`r${at}`]?.issueOrPullRequest;
    return node == null ? [] : [[reference, node] as const];
  });
}

type Addressed = Pick<RelatedNode, "number"> & {
  readonly repository: { readonly nameWithOwner: string };
};

function referenceTo({ number, repository }: Addressed): Reference {
  const [owner = "", name = ""] = repository.nameWithOwner.split("/");
  return { owner, name, number };
}

/** GitHub does not tell upper from lower case in names. */
const keyOf = ({ owner, name, number }: Reference): string =>
  `${owner}/${name}#${number}`.toLowerCase();

/** As it is written in a repository. */
const shownIn = (nameWithOwner: string, { owner, name, number }: Reference): string =>
  `${owner}/${name}`.toLowerCase() === nameWithOwner.toLowerCase()
    ? `#${number}`
    : `${owner}/${name}#${number}`;
