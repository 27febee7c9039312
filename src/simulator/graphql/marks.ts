/** The inputs that issues and pull requests share: title and body, and the marks put on them. */
import { editIssue } from "../acts/issues.ts";
import { labelWith, rowWith } from "./nodes.ts";
import { repositoryOf } from "../acts/act.ts";
import { setAssignees } from "../acts/assignees.ts";
import { setLabels } from "../acts/issue-labels.ts";
import { setMilestone } from "../acts/milestones.ts";
import { unknownNode } from "./faults.ts";
import type { Account, Repository } from "../world/accounts.ts";
import type { Issue } from "../world/issues.ts";
import type { Order } from "./input.ts";

/** What is written. */
export const TEXTS = ["title", "body"] as const;
/** What is put on: labels, people, a milestone. */
export const MARKS = ["labelIds", "assigneeIds", "milestoneId"] as const;
/** One of the written inputs. */
export type Text = (typeof TEXTS)[number];
/** One of the inputs that are put on. */
export type Mark = (typeof MARKS)[number];

/** Changes title and body where they are given. */
export function editText({ graph, by, optionalText }: Order<Text>, issue: Issue): void {
  const title = optionalText("title");
  const body = optionalText("body");
  editIssue(graph.sim, by, issue, {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
  });
}

/** Makes what is given the labels, assignees and milestone of an issue or pull request. */
export function setMarks(order: Order<Mark>, issue: Issue): void {
  const { sim } = order.graph;
  const [labels, assignees] = [labelNames(order), people(order)];
  const milestoneId = milestone(order, repositoryOf(sim, issue));
  if (labels !== undefined) setLabels(sim, order.by, issue, labels);
  if (assignees !== undefined) setAssignees(sim, order.by, issue, assignees);
  if (milestoneId !== undefined) setMilestone(sim, order.by, issue, milestoneId);
}

/** The names of the labels that `labelIds` means. */
export function labelNames({ graph, optionalTexts }: Order<"labelIds">): string[] | undefined {
  return optionalTexts("labelIds")?.map((id) => labelWith(graph, id).name);
}

/** The people that `assigneeIds` means. */
export function people({ graph, optionalTexts }: Order<"assigneeIds">): Account[] | undefined {
  return optionalTexts("assigneeIds")?.map((id) => rowWith(graph.sim.world.accounts, id));
}

/** The milestone of the repository that `milestoneId` means; null takes the present one away. */
export function milestone(
  { graph, clearableText }: Order<"milestoneId">,
  repository: Repository,
): number | null | undefined {
  const id = clearableText("milestoneId");
  if (id === undefined || id === null) return id;
  const row = rowWith(graph.sim.world.milestones, id);
  if (row.repositoryId !== repository.id) throw unknownNode(id);
  return row.id;
}
