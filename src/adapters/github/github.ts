/** GitHub as the product sees it: the Forge, tokens for git, and the meaning of webhooks. */
import { hkdfSync } from "node:crypto";
import { Octokit as StandardOctokit } from "octokit";
import type { RepositoryRef } from "../../core/issue.ts";
import type { InstallationId } from "../../core/ids.ts";
import type { Clock, Delivery, Forge, Log } from "../../ports.ts";
import { inspectActor } from "./actor.ts";
import { armPull } from "./arm.ts";
import { createCheckRuns } from "./check-run.ts";
import { closeIssue } from "./close-issue.ts";
import type { Client, Octokit } from "./client.ts";
import { createClient } from "./client.ts";
import { addDependencies } from "./add-dependencies.ts";
import type { GitRemote } from "./credential.ts";
import { createCredential } from "./credential.ts";
import { failedDeliveries, redeliver } from "./deliveries.ts";
import { enqueuePull } from "./enqueue.ts";
import { trackFinding } from "./finding-issues.ts";
import { prepareFlow } from "./flow.ts";
import { inspectForeignPull } from "./foreign-pull.ts";
import { inspectIssue } from "./inspect.ts";
import { publish } from "./publish.ts";
import { inspectPull, mergePull, openPull, updatePull } from "./pulls.ts";
import type { Translation } from "./reader.ts";
import { revertPull } from "./revert.ts";
import { openRequests } from "./sweep.ts";
import { answerThreads } from "./threads.ts";
import { translate } from "./translate.ts";

/** What the adapter needs to know; `probot` makes authenticated Octokits. */
export type GitHubParts = {
  readonly probot: { readonly auth: (installation?: number) => Promise<Octokit> };
  readonly identity: { readonly id: number };
  readonly settings: {
    readonly apiUrl: string;
    readonly webhookSecret: string;
    readonly boardToken: string | null;
    readonly policy: { readonly triggerLabel: string };
  };
  readonly clock: Clock;
  readonly log: Log;
  /** Takes secrets out of what programs have printed. */
  readonly redact: (text: string) => string;
};

/** Everything that reaches GitHub, or comes from there. */
export type GitHub = {
  readonly forge: Forge;
  readonly credential: (repository: RepositoryRef) => Promise<GitRemote>;
  readonly translate: (delivery: Delivery) => Translation;
};

/** Reaches GitHub as one App. Makes no request before it is asked for something. */
export function createGitHub(parts: GitHubParts): GitHub {
  const { identity, settings, clock } = parts;
  const app = lazyClient(() => parts.probot.auth(), clock);
  const known = { appId: identity.id, triggerLabel: settings.policy.triggerLabel };
  return {
    forge: createForge(parts, app),
    credential: createCredential(app, settings.apiUrl, clock),
    translate: ({ event, body }) => {
      const payload = parsedBody(body);
      return payload === undefined
        ? { fault: "the body is not JSON" }
        : translate(event, payload, known);
    },
  };
}

function createForge(parts: GitHubParts, app: Client): Forge {
  const { probot, identity, settings, clock, log, redact } = parts;
  const installation = installationClients(probot, clock);
  const board = boardClient(settings, clock);
  const warn = (fields: object, message: string): void => log.warn(fields, message);
  const checkRuns = createCheckRuns(identity.id, warn);
  const secret = recordSecret(settings.webhookSecret);
  const { triggerLabel } = settings.policy;
  return {
    inspectIssue: (order) => {
      const client = installation(order.installation);
      return order.request.via === "pull"
        ? inspectForeignPull(client, order, order.request.comment)
        : inspectIssue({ installation: client, board }, order);
    },
    inspectActor: (order) => inspectActor(installation(order.repository.installation), order),
    publish: (order, again) => {
      const client = installation(order.installation);
      return publish({ installation: client, board, checkRuns, secret, warn }, order, again);
    },
    openPull: (order, again) => openPull(installation(order.repository.installation), order, again),
    inspectPull: (order) =>
      inspectPull(installation(order.repository.installation), order, {
        appId: identity.id,
        redact,
      }),
    mergePull: (order, again) =>
      mergePull(installation(order.repository.installation), order, again),
    answerThreads: (order, again) =>
      answerThreads({ client: installation(order.repository.installation), warn }, order, again),
    updatePull: (order) => updatePull(installation(order.repository.installation), order),
    armPull: (order) => armPull(installation(order.repository.installation), order),
    enqueuePull: (order) => enqueuePull(installation(order.repository.installation), order),
    trackFinding: (order, again) =>
      trackFinding(installation(order.repository.installation), order, again, identity.id),
    addDependencies: (order) => addDependencies(installation(order.repository.installation), order),
    revertPull: (order) => revertPull(installation(order.repository.installation), order),
    prepareFlow: (order) => prepareFlow(installation(order.repository.installation), order),
    closeIssue: (order) => closeIssue(installation(order.repository.installation), order),
    openRequests: () => openRequests({ app, installation, board, triggerLabel, warn }),
    failedDeliveries: () => failedDeliveries(app, clock),
    redeliver: (delivery) => redeliver(app, delivery),
  };
}

/** One client for each installation, so that a pause that GitHub asks for holds for all that we do there. */
function installationClients(
  probot: GitHubParts["probot"],
  clock: Clock,
): (id: InstallationId) => Client {
  const clients = new Map<InstallationId, Client>();
  return (id) => {
    const client = clients.get(id) ?? lazyClient(() => probot.auth(id), clock);
    clients.set(id, client);
    return client;
  };
}

/** Probot makes its Octokits asynchronously, and once is enough. */
function lazyClient(make: () => Promise<Octokit>, clock: Clock): Client {
  let made: Promise<Octokit> | null = null;
  const octokit = async (): Promise<Octokit> => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      made = null;
      throw error;
    }
  };
  return createClient(
    {
      request: async (route, parameters) => (await octokit()).request(route, parameters),
      graphql: async (query, variables) => (await octokit()).graphql(query, variables),
    },
    clock,
  );
}

/** GitHub shows a user's board to that person only, never to an App. */
function boardClient({ boardToken, apiUrl }: GitHubParts["settings"], clock: Clock): Client | null {
  if (boardToken === null) return null;
  const octokit = new StandardOctokit({
    auth: boardToken,
    baseUrl: apiUrl,
    retry: { enabled: false },
    throttle: { enabled: false },
  });
  return createClient(octokit, clock);
}

/** A key of its own, so that a signature says nothing about the secret that webhooks are signed with. */
const recordSecret = (webhookSecret: string): string =>
  Buffer.from(hkdfSync("sha256", webhookSecret, "", "yardmaster records", 32)).toString(
    "base64url",
  );

function parsedBody(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    return undefined;
  }
}
