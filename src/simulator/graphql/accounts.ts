/** People, organisations and bots as GraphQL shows them, and the board that an account owns. */
import { connection } from "./connection.ts";
import { Fault } from "./faults.ts";
import { findProject, findRepository, where } from "../world/find.ts";
import { canSee } from "../auth/who.ts";
import { seesProject } from "./access.ts";
import type { Account } from "../world/accounts.ts";
import type { Actor } from "../auth/who.ts";
import type { Arguments, Show, Shown } from "./graph.ts";
import type { Project } from "../world/boards.ts";
import type { Sim } from "../sim.ts";

/** A person, an organisation or a bot; a bot's login has no `[bot]` here, unlike in REST. */
export function showAccount(sim: Sim, actor: Actor, show: Show, account: Account): Shown {
  const isBot = account.kind === "Bot";
  const login = isBot ? account.login.replace("[bot]", "") : account.login;
  const resourcePath = isBot ? `/apps/${login}` : `/${login}`;
  const shown = {
    __typename: account.kind,
    id: account.nodeId,
    databaseId: account.id,
    login,
    url: `${sim.url}${resourcePath}`,
    resourcePath,
    avatarUrl: `${sim.url}/avatars/u/${account.id}?v=4`,
    createdAt: account.createdAt,
    updatedAt: account.updatedAt,
  };
  if (isBot) return shown;
  return {
    ...shown,
    name: account.name,
    email: account.email ?? "",
    repository: (args: Arguments) => {
      const repository = findRepository(sim.world, account.login, String(args["name"]));
      return repository !== null && canSee(actor, repository) ? show.repository(repository) : null;
    },
    projectV2: ({ number }: Arguments) => {
      const project = projectNumbered(sim, actor, account, Number(number));
      return project === null ? null : show.project(project);
    },
    projectsV2: connection(
      () =>
        where(sim.world.projects, (row) => row.ownerId === account.id)
          .filter((row) => seesProject(sim, actor, row))
          .toReversed(),
      show.project,
    ),
  };
}

function projectNumbered(sim: Sim, actor: Actor, account: Account, number: number): Project | null {
  const project = findProject(sim.world, account, number);
  if (project !== null && seesProject(sim, actor, project)) return project;
  // a person's board is simply not there for an App
  if (project !== null && account.kind === "User" && actor.kind === "installation") return null;
  throw new Fault("NOT_FOUND", `Could not resolve to a ProjectV2 with the number ${number}.`);
}

/** The `viewer`: a person, or the bot of an App, which is a `User` with its REST login here. */
export function showViewer(sim: Sim, actor: Actor, show: Show, account: Account): Shown {
  const shown = showAccount(sim, actor, show, account);
  return { ...shown, __typename: "User", login: account.login, name: account.name, email: "" };
}
