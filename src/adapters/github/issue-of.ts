/** An issue in our words: what people wrote as a reader of the page sees it, and what it waits for. */
import { issueId, issueNumber } from "../../core/ids.ts";
import type { Card, Claim, Issue, RepositoryRef, SubIssue } from "../../core/issue.ts";
import { criteriaIn } from "./criteria.ts";
import { declared } from "./declared.ts";
import type { Dependencies } from "./dependencies.ts";
import type { IssueNode, RelatedNode } from "./issue-documents.ts";
import { readable, readableLine } from "./readable/readable.ts";
import { hashOf } from "./snapshot.ts";

/** What is found out about an issue besides its own node. */
export type Surroundings = {
  readonly repository: RepositoryRef;
  readonly card: Card | null;
  readonly remarks: Pick<Issue, "comments" | "handover">;
  readonly claim: Claim | null;
  readonly triggerLabel: string;
  readonly dependencies: Dependencies;
};

/** The issue as decisions and briefs need it. */
export function issueOf(
  node: IssueNode,
  { repository, card, remarks, claim, triggerLabel, dependencies }: Surroundings,
): Issue {
  const wanted = triggerLabel.toLowerCase();
  const trigger = node.labels.find(({ name }) => name.toLowerCase() === wanted);
  return {
    id: issueId(node.id),
    number: issueNumber(node.number),
    repository,
    ...wordsOf(node),
    ...remarks,
    claim,
    url: node.url,
    labels: node.labels.map(({ name }) => name),
    milestone: node.milestone?.title ?? null,
    scope: scopeIn(node.body),
    triggerLabelId: trigger?.id ?? null,
    base: node.repository.defaultBranchRef?.name ?? "main",
    card,
    ...dependencies,
    criteria: criteriaIn(node.body),
    touches: pathsIn(node.body),
    parent: node.parent == null ? null : issueId(node.parent.id),
    subIssues: node.subIssues.map((one) => subIssueOf(node, one)),
  };
}

/** What its author wrote as a reader of the page sees it, what such a reader does not see, and what an approval is bound to. */
export function wordsOf(
  node: Pick<IssueNode, "title" | "body">,
): Pick<Issue, "title" | "body" | "hidden" | "hash"> {
  const title = readableLine(node.title);
  const body = readable(node.body);
  return {
    title: title.text,
    body: body.text,
    hidden: [...title.hidden.map((what) => `in the title: ${what}`), ...body.hidden],
    hash: hashOf(node.title, node.body),
  };
}

/** Of several lines the first counts; with code marks and emphasis or without. */
const scopeIn = (body: string): string | null =>
  declared(body, ["scope"])[0]?.replaceAll("*", "").replaceAll("`", "").trim() ?? null;

const subIssueOf = (
  { repository: { nameWithOwner: here } }: IssueNode,
  { id, number, state, repository: { nameWithOwner: there } }: RelatedNode,
): SubIssue => ({
  id: issueId(id),
  number,
  reference: here === there ? `#${number}` : `${there}#${number}`,
  isOpen: state === "OPEN",
  isHere: here === there,
});

const pathsAtMost = 50;
const longestPath = 200;
const betweenPaths = /[\s,;]+/;

/** From lines such as `Touches: src/x/**, docs`; with code marks or without. */
const pathsIn = (body: string): readonly string[] =>
  declared(body, ["touches"])
    .flatMap((line) => line.split(betweenPaths))
    .map((word) => word.replaceAll("`", ""))
    .filter((word) => word.length > 0 && word.length <= longestPath)
    .slice(0, pathsAtMost);
