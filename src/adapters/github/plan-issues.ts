/** A plan's issues one request at a time; what to do with them is decided elsewhere. */
import { z } from "zod";
import type { Client } from "./client.ts";
import { pagesOf } from "./pages.ts";
import type { Place } from "./permission.ts";

/** An issue as the REST API gives it. */
export const PlanIssue = z.object({
  /** Database id: dependencies are made by it. */
  id: z.number(),
  node_id: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  html_url: z.string(),
  labels: z.array(
    z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]),
  ),
});
export type PlanIssue = z.infer<typeof PlanIssue>;

const Listed = PlanIssue.extend({
  pull_request: z.object({}).nullish(),
  user: z.object({ login: z.string() }).nullish(),
});

/** What an issue is to say. */
export type PlanText = { readonly title: string; readonly body: string };

/** The requests about one repository. */
export type PlanIssues = {
  /** All that our App has ever opened, oldest first: anybody can copy a mark, so the author counts. */
  readonly own: (bot: string) => Promise<readonly PlanIssue[]>;
  readonly create: (text: PlanText, labels: readonly string[]) => Promise<PlanIssue>;
  readonly edit: (number: number, text: PlanText) => Promise<PlanIssue>;
  readonly label: (number: number, labels: readonly string[]) => Promise<void>;
  /** Database ids of the issues that it waits for. */
  readonly blockers: (number: number) => Promise<readonly number[]>;
  readonly block: (number: number, blocker: number) => Promise<void>;
  /** Database ids of its sub-issues. */
  readonly parts: (number: number) => Promise<readonly number[]>;
  readonly addPart: (number: number, part: number) => Promise<void>;
  /** Has it ever had this label? */
  readonly wasLabelled: (number: number, label: string) => Promise<boolean>;
};

const issues = "/repos/{owner}/{repo}/issues";
const issue = `${issues}/{issue_number}`;

/** Asks in the name of the installation. */
export function planIssues(client: Client, { owner, name: repo }: Place): PlanIssues {
  const at = (number: number): object => ({ owner, repo, issue_number: number });
  return {
    own: (bot) => ownIssues(client, { owner, name: repo }, bot),
    create: (text, labels) => {
      const what = `opening the issue “${text.title}”`;
      return client.rest(what, `POST ${issues}`, { owner, repo, ...text, labels }, PlanIssue);
    },
    edit: (number, text) =>
      client.rest(`editing #${number}`, `PATCH ${issue}`, { ...at(number), ...text }, PlanIssue),
    label: async (number, labels) => {
      const parameters = { ...at(number), labels };
      await client.rest(`labelling #${number}`, `POST ${issue}/labels`, parameters, z.unknown());
    },
    blockers: (number) => {
      const what = `reading what #${number} waits for`;
      return idsOf(client, what, `GET ${issue}/dependencies/blocked_by`, at(number));
    },
    block: async (number, blocker) => {
      const parameters = { ...at(number), issue_id: blocker };
      const route = `POST ${issue}/dependencies/blocked_by`;
      await client.rest(`making #${number} wait`, route, parameters, z.unknown());
    },
    parts: (number) =>
      idsOf(client, `reading the sub-issues of #${number}`, `GET ${issue}/sub_issues`, at(number)),
    addPart: async (number, part) => {
      const parameters = { ...at(number), sub_issue_id: part };
      const what = `making a sub-issue of #${number}`;
      await client.rest(what, `POST ${issue}/sub_issues`, parameters, z.unknown());
    },
    wasLabelled: (number, label) => wasLabelled(client, at(number), number, label),
  };
}

async function ownIssues(
  client: Client,
  { owner, name: repo }: Place,
  bot: string,
): Promise<readonly PlanIssue[]> {
  const asked = { owner, repo, creator: bot, state: "all", sort: "created", direction: "asc" };
  const found: PlanIssue[] = [];
  const read = (page: object): Promise<readonly z.infer<typeof Listed>[]> =>
    client.rest("reading issues", `GET ${issues}`, { ...asked, ...page }, z.array(Listed));
  for await (const { pull_request: pull, user, ...one } of pagesOf(read)) {
    if (pull == null && user?.login.toLowerCase() === bot.toLowerCase()) found.push(one);
  }
  return found;
}

async function idsOf(
  client: Client,
  what: string,
  route: string,
  at: object,
): Promise<readonly number[]> {
  const ids: number[] = [];
  const read = (page: object): Promise<readonly { readonly id: number }[]> =>
    client.rest(what, route, { ...at, ...page }, z.array(z.object({ id: z.number() })));
  for await (const { id } of pagesOf(read)) ids.push(id);
  return ids;
}

const IssueEvent = z.object({
  event: z.string(),
  label: z.object({ name: z.string() }).nullish(),
});

async function wasLabelled(
  client: Client,
  at: object,
  number: number,
  label: string,
): Promise<boolean> {
  const read = (page: object): Promise<readonly z.infer<typeof IssueEvent>[]> =>
    client.rest(
      `reading what happened to #${number}`,
      `GET ${issue}/events`,
      { ...at, ...page },
      z.array(IssueEvent),
    );
  for await (const { event, label: given } of pagesOf(read)) {
    if (event === "labeled" && given?.name.toLowerCase() === label.toLowerCase()) return true;
  }
  return false;
}
