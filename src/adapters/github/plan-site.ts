/** The repository that a plan is for, and the person who stands for it. */
import { z } from "zod";
import type { InstallationId } from "../../core/ids.ts";
import { installationId } from "../../core/ids.ts";
import type { Actor, Permission } from "../../core/issue.ts";
import type { Clock } from "../../ports.ts";
import type { Octokit } from "./client.ts";
import { createClient } from "./client.ts";
import { ForgeFault } from "./fault.ts";
import type { Place } from "./permission.ts";
import { permissionOf } from "./permission.ts";
import type { PlanIssues } from "./plan-issues.ts";
import { planIssues } from "./plan-issues.ts";

/** Where a plan is applied. */
export type PlanSite = {
  readonly installation: InstallationId;
  readonly base: string;
  readonly issues: PlanIssues;
  /** Who has this login and what that person may do here; null when it is nobody's, or an App's. */
  readonly person: (login: string) => Promise<Person | null>;
};

/** Somebody on whose behalf work may be asked for. */
type Person = { readonly actor: Actor; readonly permission: Permission };

const Id = z.object({ id: z.number() });
const Repository = z.object({ default_branch: z.string(), archived: z.boolean() });
const User = z.object({ login: z.string(), id: z.number(), type: z.string() });

/** Finds our installation there. Throws ForgeFault. */
export async function openPlanSite(
  probot: { readonly auth: (installation?: number) => Promise<Octokit> },
  place: Place,
  clock: Clock,
): Promise<PlanSite> {
  const { owner, name: repo } = place;
  const app = createClient(await probot.auth(), clock);
  const what = `looking for the App on ${owner}/${repo}`;
  const found = await app.rest(what, "GET /repos/{owner}/{repo}/installation", { owner, repo }, Id);
  const client = createClient(await probot.auth(found.id), clock);
  const read = `reading ${owner}/${repo}`;
  const route = "GET /repos/{owner}/{repo}";
  const repository = await client.rest(read, route, { owner, repo }, Repository);
  if (repository.archived) throw new ForgeFault("gone", `${read}: it is archived`);
  return {
    installation: installationId(found.id),
    base: repository.default_branch,
    issues: planIssues(client, place),
    person: async (login) => {
      const user = await orNull(
        client.rest(`reading who ${login} is`, "GET /users/{username}", { username: login }, User),
      );
      if (user?.type !== "User") return null;
      const actor = { login: user.login, id: user.id };
      return { actor, permission: await permissionOf(client, place, actor) };
    },
  };
}

async function orNull<Answer>(asking: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ForgeFault && error.kind === "not-found") return null;
    throw error;
  }
}
