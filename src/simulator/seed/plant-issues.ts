/** The issues that exist at the start, with their cards. */
import { addCard, setCardValue } from "../acts/boards.ts";
import { addIssue } from "../acts/issues.ts";
import { fieldsOf, findLabel, getAccount } from "../world/find.ts";
import type { Project } from "../world/boards.ts";
import type { Repository } from "../world/accounts.ts";
import type { Seed } from "./seed.ts";
import type { Sim } from "../sim.ts";

/** Adds the issues of a seed; labels that do not exist are left out. */
export function plantIssues(sim: Sim, seed: Seed, repository: Repository, project: Project): void {
  const silent: Sim = { ...sim, emit: () => {} };
  const status = fieldsOf(sim.world, project).find(({ name }) => name === "Status");
  for (const { title, body, author, labels, status: wanted } of seed.issues) {
    const by = { account: getAccount(sim.world, author), appId: null };
    const issue = addIssue(silent, by, repository, { title, body });
    issue.labelIds = labels.flatMap((name) => findLabel(sim.world, repository, name)?.id ?? []);
    const option = status?.options.find(({ name }) => name === wanted);
    if (status === undefined || option === undefined) continue;
    setCardValue(silent, by, addCard(silent, by, project, issue), status, option.id);
  }
}
