/** Who has put a label on a pull request, where that person may have wishes. */
import { mayDispatch } from "../../core/issue.ts";
import { personOf } from "./doer.ts";
import type { Permissions } from "./permission.ts";
import type { PullNode } from "./pull-documents.ts";

/** The last one who put it on; null when it is not there, or when they have no write access: who may only sort issues can put labels on too. */
export async function labeller(
  { labels, timelineItems }: Pick<PullNode, "labels" | "timelineItems">,
  label: string,
  permissions: Permissions,
): Promise<string | null> {
  const isIt = (name: string): boolean => name.toLowerCase() === label.toLowerCase();
  if (!labels.some(({ name }) => isIt(name))) return null;
  const last = timelineItems.findLast((item) => item.label !== undefined && isIt(item.label.name));
  const person = personOf(last?.actor);
  if (person === null || !mayDispatch(await permissions(person))) return null;
  return person.login;
}
