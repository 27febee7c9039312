/** Git paths of the simulated GitHub: who may fetch and push, and which pushed refs are turned down. */
import { byOf, canSee, may, whoIs } from "../auth/who.ts";
import { findRepository, first, fullName } from "../world/find.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { gitRoute, serveGit } from "./backend.ts";
import { Refusal } from "../refusal.ts";
import { refusedRefs } from "./push-rules.ts";
import { writeRefs } from "../acts/ref-writes.ts";
import type { Actor, Need } from "../auth/who.ts";
import type { GitAdmission, GitHost, GitKnock } from "./backend.ts";
import type { GitFace } from "../http/desk.ts";
import type { Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

const FETCH: Need = { permissions: ["contents"], access: "read", role: "read" };
const PUSH: Need = { permissions: ["contents"], access: "write", role: "write" };

/** Answers git requests; false when a path is none of git's. */
export const serveGitPath: GitFace = async (sim, request, response) => {
  const url = new URL(request.url ?? "/", sim.url);
  if (gitRoute(url.pathname) === undefined) return false;
  await serveGit(hostOf(sim), request, response, url);
  return true;
};

/** Somebody at work in a repository. */
interface Client {
  readonly actor: Actor;
  readonly repository: Repository;
}

function hostOf(sim: Sim): GitHost<Client> {
  return {
    admit: (knock) => admit(sim, knock),
    judge: async (gitDir, changes, { actor, repository }) =>
      await refusedRefs(gitDir, repository, actor, changes),
    write: async (_gitDir, { actor, repository }, work) =>
      await writeRefs(sim, byOf(actor), repository, work),
  };
}

function admit(sim: Sim, knock: GitKnock): GitAdmission<Client> {
  const actor = readActor(sim, knock.authorization);
  if (actor === null) {
    return refused(
      401,
      "Invalid username or token. Password authentication is not supported for Git operations.",
    );
  }
  const repository = repositoryAt(sim, knock);
  // To strangers a private repository looks like one that is not there, and both ask for a name first.
  if (repository === null || !canSee(actor, repository)) {
    return refused(actor.kind === "anonymous" ? 401 : 404, "Repository not found.");
  }
  if (knock.wants === "push") {
    const refusal = pushRefusal(sim, actor, repository);
    if (refusal !== null) return refusal;
  } else if (repository.private && !may(actor, repository, FETCH)) {
    return refused(404, "Repository not found.");
  }
  return {
    kind: "granted",
    gitDir: gitDirOf(sim, repository),
    login:
      actor.kind === "person" || actor.kind === "installation" ? actor.account.login : "anonymous",
    actor: { actor, repository },
  };
}

function pushRefusal(
  sim: Sim,
  actor: Actor,
  repository: Repository,
): Extract<GitAdmission<Client>, { kind: "refused" }> | null {
  const name = fullName(sim.world, repository);
  switch (actor.kind) {
    case "anonymous":
      return refused(401, "No anonymous write access.");
    case "app":
      return refused(403, "Write access to repository not granted.");
    case "person":
    case "installation":
      break;
  }
  if (!may(actor, repository, PUSH)) {
    return refused(403, `Permission to ${name}.git denied to ${actor.account.login}.`);
  }
  return repository.archived
    ? refused(403, "This repository was archived so it is read-only.")
    : null;
}

function refused(
  status: 401 | 403 | 404,
  text: string,
): Extract<GitAdmission<Client>, { kind: "refused" }> {
  return { kind: "refused", status, text };
}

function readActor(sim: Sim, authorization: string | undefined): Actor | null {
  try {
    return whoIs(sim, authorization);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Git follows a renamed repository without being told, as on GitHub. */
function repositoryAt(sim: Sim, { owner, name }: GitKnock): Repository | null {
  const former = `${owner}/${name}`.toLowerCase();
  return (
    findRepository(sim.world, owner, name) ??
    first(sim.world.repositories, (row) =>
      row.formerNames.some((text) => text.toLowerCase() === former),
    )
  );
}
