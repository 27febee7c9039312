/** Makes the beginning of a world out of a seed; nobody is told by webhook. */
import { AUTOMATION_LOGIN } from "../acts/boards.ts";
import { QUEUE_LOGIN } from "../acts/merge-queues.ts";
import { commitHistory } from "./git-history.ts";
import { addAccount, addRepository } from "./rows.ts";
import { mint } from "../world/world.ts";
import { plantApp } from "./plant-app.ts";
import { plantIssues } from "./plant-issues.ts";
import { plantProject } from "./plant-project.ts";
import type { Seed } from "./seed.ts";
import type { Sim } from "../sim.ts";

/** Fills an empty world with a seed and an App that has this private key. */
export async function plant(sim: Sim, seed: Seed, privateKeyPem: string): Promise<void> {
  const people = new Map(
    seed.people.map(({ login, name }) => [login, addAccount(sim, "User", login, name)]),
  );
  const owner = people.get(seed.org) ?? addAccount(sim, "Organization", seed.org, seed.org);
  addAccount(sim, "Bot", AUTOMATION_LOGIN, null);
  addAccount(sim, "Bot", QUEUE_LOGIN, null);
  const repository = addRepository(sim, seed, owner);
  const others = seed.otherRepositories.map((name) =>
    addRepository(sim, { ...seed, repository: name, description: null }, owner),
  );
  for (const { login, role } of seed.people) {
    const person = people.get(login);
    if (person === undefined) continue;
    for (const { roles } of [repository, ...others]) roles[person.id] = role;
  }
  plantApp(sim, seed, owner, privateKeyPem);
  for (const label of seed.labels) {
    const ids = mint(sim.world, "labels");
    const row = { ...ids, ...label, repositoryId: repository.id, isDefault: label.name === "bug" };
    sim.world.labels.set(ids.id, row);
  }
  const project = plantProject(sim, seed, people.get(seed.project.owner) ?? owner);
  plantIssues(sim, seed, repository, project);
  const { checks, auto } = seed.ci;
  if (checks.length > 0) {
    for (const { id } of [repository, ...others]) {
      sim.world.ciRules.set(id, { id, checks: [...checks], auto });
    }
  }
  await commitHistory(sim, repository, others, seed);
}
