/** Looks for requests that webhooks may have missed: labelled issues and Ready cards of every installed repository. */
import { z } from "zod";
import { integrateLabel } from "../../core/choice.ts";
import type { GitHubEvent } from "../../core/event.ts";
import type { InstallationId } from "../../core/ids.ts";
import { installationId, issueId } from "../../core/ids.ts";
import type { RepositoryPolicy } from "../../core/policy.ts";
import type { Client } from "./client.ts";
import type { Sweeper } from "./installed.ts";
import { personOf } from "./doer.ts";
import { pagesOf } from "./pages.ts";
import { readyCards } from "./ready-cards.ts";
import { readRepositoryFile, repositoryFile } from "./repository-file.ts";
import type { RepositoryNode } from "./sweep-documents.ts";
import { labelledIssues } from "./sweep-documents.ts";

/** Requests as hints, in no order. One installation that cannot be read does not hide the others. */
export async function* openRequests(sweeper: Sweeper): AsyncGenerator<GitHubEvent> {
  for await (const installation of installations(sweeper.app)) {
    if (installation.suspended_at != null) continue;
    const id = installationId(installation.id);
    try {
      yield* requestsOf(sweeper, id, sweeper.installation(id));
    } catch (error) {
      sweeper.warn({ installation: id, err: error }, "installation could not be looked at");
    }
  }
}

const Installation = z.object({ id: z.number(), suspended_at: z.string().nullish() });

const installations = (app: Client): AsyncGenerator<z.infer<typeof Installation>> =>
  pagesOf((page) =>
    app.rest("reading installations", "GET /app/installations", page, z.array(Installation)),
  );

async function* requestsOf(
  sweeper: Sweeper,
  id: InstallationId,
  client: Client,
): AsyncGenerator<GitHubEvent> {
  const policies = new Map<number, RepositoryPolicy>();
  const organizations = new Set<string>();
  for await (const nodes of inChunks(repositories(client))) {
    for (const repository of await readRepositories(sweeper, client, nodes)) {
      const policy = policyOf(repository);
      if (!policy.isEnabled) continue;
      policies.set(repository.databaseId, policy);
      if (repository.owner.__typename === "Organization") {
        organizations.add(repository.owner.login);
      }
      yield* labelRequests(sweeper, id, repository);
    }
  }
  yield* readyCards(sweeper, { id, client, organizations, policies });
}

const repositoriesAtOnce = 20;

async function* inChunks(entries: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let chunk: string[] = [];
  for await (const entry of entries) {
    chunk.push(entry);
    if (chunk.length < repositoriesAtOnce) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

const Repositories = z
  .object({ repositories: z.array(z.object({ node_id: z.string(), archived: z.boolean() })) })
  .transform(({ repositories: found }) => found);

async function* repositories(client: Client): AsyncGenerator<string> {
  const route = "GET /installation/repositories";
  const found = pagesOf((page) => client.rest("reading repositories", route, page, Repositories));
  for await (const { node_id: node, archived } of found) if (!archived) yield node;
}

/** Without those that vanished since they were listed. */
async function readRepositories(
  { triggerLabel, warn }: Sweeper,
  client: Client,
  ids: readonly string[],
): Promise<readonly RepositoryNode[]> {
  const plan = integrateLabel({ triggerLabel });
  const variables = { ids, label: triggerLabel, plan, file: repositoryFile };
  const { answer, refusals } = await client.partial(
    "looking for labels",
    labelledIssues,
    variables,
  );
  for (const { words } of refusals) warn({ why: words }, "repository could not be looked at");
  return answer.nodes.filter((node) => node?.databaseId !== undefined);
}

function policyOf({ isArchived, object }: RepositoryNode): RepositoryPolicy {
  const policy = readRepositoryFile(object == null ? null : (object.text ?? "\0"));
  return isArchived ? { ...policy, isEnabled: false } : policy;
}

function* labelRequests(
  { triggerLabel }: Sweeper,
  installation: InstallationId,
  { issues, plans }: RepositoryNode,
): Generator<GitHubEvent> {
  // Plans first, so that the work of their parts knows of them.
  const plan = integrateLabel({ triggerLabel });
  yield* requestsBy({ label: plan, via: "integration", installation }, plans.nodes);
  yield* requestsBy({ label: triggerLabel, via: "label", installation }, issues.nodes);
}

type Sought = {
  readonly label: string;
  readonly via: "label" | "integration";
  readonly installation: InstallationId;
};

function* requestsBy(
  { label, via, installation }: Sought,
  issues: RepositoryNode["issues"]["nodes"],
): Generator<GitHubEvent> {
  const wanted = label.toLowerCase();
  for (const { id, timelineItems } of issues) {
    const labelled = timelineItems.findLast((item) => item.label?.name.toLowerCase() === wanted);
    const by = personOf(labelled?.actor);
    if (by === null) continue;
    yield {
      type: "issue.requested",
      issue: issueId(id),
      installation,
      by,
      request: { via },
      seen: null,
    };
  }
}
