/** What an asker may see and do through GraphQL, in the terms of App permissions and roles. */
import { canSee, demand, grants, may } from "../auth/who.ts";
import { Fault, unknownNode } from "./faults.ts";
import { known, reaches, where } from "../world/find.ts";
import { notAccessible } from "../refusal.ts";
import type { Access, Account, Repository, Role } from "../world/accounts.ts";
import type { Actor, Need } from "../auth/who.ts";
import type { Graph } from "./graph.ts";
import type { Issue } from "../world/issues.ts";
import type { Project } from "../world/boards.ts";
import type { Sim } from "../sim.ts";

/** Reading an issue or its parts. */
export const readIssues: Need = { permissions: ["issues"], access: "read", role: "read" };
/** Reading a pull request or its parts. */
export const readPulls: Need = { permissions: ["pull_requests"], access: "read", role: "read" };
/** Reading files, branches and commits. */
export const readContents: Need = { permissions: ["contents"], access: "read", role: "read" };
/** Reading check runs and suites. */
export const readChecks: Need = { permissions: ["checks"], access: "read", role: "read" };
/** Reading old-style statuses. */
export const readStatuses: Need = { permissions: ["statuses"], access: "read", role: "read" };

/** A need to write, with the role that a person must have for it. */
export function write(role: Role, ...permissions: readonly string[]): Need {
  return { permissions, access: "write", role };
}

/** Labels, assignees and the like on an issue or pull request. */
export const TRIAGE = write("triage", "issues", "pull_requests");

/** Throws FORBIDDEN when an actor sees a repository but not this part of it. */
export function demandRead(actor: Actor, repository: Repository, need: Need): void {
  if (canSee(actor, repository) && !may(actor, repository, need)) throw notAccessible();
}

/** Throws what GitHub answers to a mutation that an actor may not make; the node it names is unknown when the repository is. */
export function demandWrite(actor: Actor, repository: Repository, need: Need, id: string): void {
  if (!canSee(actor, repository)) throw unknownNode(id);
  demand(actor, repository, need);
}

/** The same for what an asker does to an issue or pull request that he sees. */
export function demandOn({ sim, actor }: Graph, issue: Issue, need: Need): void {
  demandWrite(actor, known(sim.world.repositories, issue.repositoryId), need, issue.nodeId);
}

/** Whether it is the asker who has written something. */
export function isAuthor(actor: Actor, author: Account): boolean {
  return "account" in actor && actor.account.id === author.id;
}

/** Whether an actor sees a board: Apps see only those of organisations, with the permission for them. */
export function seesProject(sim: Sim, actor: Actor, project: Project): boolean {
  return mayProject(sim, actor, project, "read");
}

/** Throws what GitHub answers to a change of a board that an actor may not make. */
export function demandProject(sim: Sim, actor: Actor, project: Project): void {
  if (!seesProject(sim, actor, project)) throw unknownNode(project.nodeId);
  if (mayProject(sim, actor, project, "write")) return;
  throw actor.kind === "installation"
    ? notAccessible()
    : new Fault(
        "FORBIDDEN",
        `${actor.kind === "person" ? actor.account.login : "You"} does not have the correct permissions to execute this mutation`,
      );
}

function mayProject(sim: Sim, actor: Actor, project: Project, access: Access): boolean {
  const owner = known(sim.world.accounts, project.ownerId);
  switch (actor.kind) {
    case "installation":
      return (
        owner.kind === "Organization" &&
        actor.installation.accountId === owner.id &&
        grants(actor.permissions["organization_projects"], access)
      );
    case "person":
      if (owner.id === actor.account.id || (access === "read" && project.public)) return true;
      return (
        owner.kind === "Organization" &&
        where(sim.world.repositories, (repository) => repository.ownerId === owner.id).some(
          ({ roles }) =>
            reaches(roles[actor.account.id] ?? null, access === "read" ? "read" : "write"),
        )
      );
    case "app":
    case "anonymous":
      return false;
  }
}
