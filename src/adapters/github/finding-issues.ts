/** Issues of deferred findings: each opened once, and found again by its mark where an earlier try may have opened it. */
import { z } from "zod";
import type { FindingOrder } from "../../core/finding-issue.ts";
import { issueNumber } from "../../core/ids.ts";
import type { IssueNumber } from "../../core/ids.ts";
import type { Client } from "./client.ts";
import { pagesOf } from "./pages.ts";
import { hasMark } from "./plan-mark.ts";
import { planIssues } from "./plan-issues.ts";
import { cappedBody, cappedLine, storable, withoutMarkers } from "./published-text.ts";
import { markerOf } from "./records.ts";

/** GitHub's limit is 256. */
const longestTitle = 250;

const Listed = z.object({
  number: z.number(),
  body: z.string().nullish(),
  performed_via_github_app: z.object({ id: z.number() }).nullish(),
});

/** Opens the issue, or finds the one that is there. */
export async function trackFinding(
  client: Client,
  order: FindingOrder,
  again: boolean,
  appId: number,
): Promise<IssueNumber> {
  const found = again ? await findTracked(client, order, appId) : null;
  if (found !== null) return found;
  const body = cappedBody(withoutMarkers(storable(order.body)));
  const text = {
    title: cappedLine(storable(order.title), longestTitle),
    body: [markerOf(order.mark), "", body].join("\n"),
  };
  const { number } = await planIssues(client, order.repository).create(text, order.labels);
  return issueNumber(number);
}

/** Anybody can copy a mark, so it counts only where our App has opened the issue. */
async function findTracked(
  client: Client,
  { repository, parent, mark, finding }: FindingOrder,
  appId: number,
): Promise<IssueNumber | null> {
  const { owner, name: repo } = repository;
  const asked = { owner, repo, labels: `spawned-from:#${parent}`, state: "all" };
  const route = "GET /repos/{owner}/{repo}/issues";
  const what = `looking for the issue of ${finding}`;
  const read = (page: object): Promise<readonly z.infer<typeof Listed>[]> =>
    client.rest(what, route, { ...asked, ...page }, z.array(Listed));
  for await (const { number, body, performed_via_github_app: app } of pagesOf(read)) {
    if (app?.id === appId && hasMark(body ?? "", markerOf(mark))) return issueNumber(number);
  }
  return null;
}
