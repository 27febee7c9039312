/** The composition root's other half: what only the one leader of a database constructs. */
import type { Probot } from "probot";

import { createAgents } from "./adapters/agents/agents.ts";
import type { LocalAgents } from "./adapters/agents/agents.ts";
import { runFolder } from "./adapters/agents/run-folder.ts";
import { createGateway } from "./adapters/gateway/create-gateway.ts";
import { upstreamsOf } from "./adapters/gateway/upstream.ts";
import { collectInSandbox } from "./adapters/git/collect-in-sandbox.ts";
import { createGit } from "./adapters/git/create-git.ts";
import type { LocalGit } from "./adapters/git/create-git.ts";
import { createGitHub } from "./adapters/github/github.ts";
import type { OpenLedger } from "./adapters/store/ledger.ts";
import type { OpenStore } from "./adapters/store/store.ts";
import type { AppIdentity } from "./app.ts";
import type { Board } from "./core/board.ts";
import type { Millis } from "./core/ids.ts";
import type { Policy } from "./core/policy.ts";
import { openControl } from "./http/control.ts";
import type { ControlParts } from "./http/control.ts";
import type { SpendingRow } from "./http/control-shapes.ts";
import { adaptersOf, sandboxFault, sandboxOf, unavailableAgents } from "./local-agents.ts";
import type { Log } from "./ports.ts";
import { redactor } from "./redact.ts";
import { systemClock } from "./runtime/clock.ts";
import { startYard } from "./runtime/yard.ts";
import type { Yard } from "./runtime/yard.ts";
import { secretsOf } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** What the leader is made of. */
export type LeaderParts = {
  readonly settings: Settings;
  readonly probot: Probot;
  readonly identity: AppIdentity;
  readonly store: OpenStore;
  readonly health: ControlParts["health"];
};

/** Takes up the work where the store says that it stands; the answer ends it. */
export async function startLeader(parts: LeaderParts): Promise<() => Promise<void>> {
  const { settings, probot, identity, store } = parts;
  const { log } = probot;
  const clock = systemClock;
  const secrets = (): readonly string[] => secretsOf(settings);
  const redact = redactor(secrets);
  const github = createGitHub({ probot, identity, settings, clock, log, redact });
  const sandbox = sandboxOf(settings.policy);
  const git = createGit({
    root: settings.dataFolder,
    credential: github.credential,
    ...(identity.author === null ? {} : { author: identity.author }),
    collect: collectInSandbox(sandbox),
    secrets,
    spares: { perRepository: settings.spares },
    log,
  });
  const agents = agentsOf(settings, sandbox, store.ledger, log);
  const yard = await startYard({
    store,
    forge: github.forge,
    git,
    agents,
    ledger: store.ledger,
    redact,
    translate: github.translate,
    clock,
    policy: await policyHere(settings, sandbox, log),
    reconcileMs: settings.reconcileMs,
    log,
  });
  const stop = async (): Promise<void> => {
    await yard.stop();
    await agents.close();
    await git.close();
  };
  try {
    const control = await openControl(controlParts(parts, yard, git));
    return async () => {
      await control.close();
      await stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function agentsOf(
  settings: Settings,
  sandbox: ReturnType<typeof sandboxOf>,
  ledger: OpenLedger,
  log: Log,
): LocalAgents {
  const { agents, box, dataFolder: root, registries } = settings;
  return createAgents({
    root,
    clock: systemClock,
    log,
    adapters: adaptersOf(agents),
    sandbox,
    gateway: createGateway({ upstreams: upstreamsOf(agents), ledger, clock: systemClock, log }),
    agentVariables: agents.variables,
    registryHosts: registries,
    boxLimits: box,
  });
}

/** Agents that cannot be started here are refused on the issue, with the reason in the log from the beginning. */
async function policyHere(
  { policy, agents }: Settings,
  sandbox: ReturnType<typeof sandboxOf>,
  log: Log,
): Promise<Policy> {
  const fault = await sandboxFault(sandbox);
  if (fault !== null) log.error({ why: fault }, "no worker can be started here");
  const unavailable = await unavailableAgents(policy.agents, adaptersOf(agents), fault);
  for (const [agent, why] of Object.entries(unavailable)) {
    log.warn({ agent, why }, "agent cannot be started here");
  }
  const usable = policy.agents.filter((name) => unavailable[name] === undefined);
  return { ...policy, agents: usable, unavailable };
}

function controlParts(
  { settings, probot, store, health }: LeaderParts,
  yard: Yard,
  git: LocalGit,
): ControlParts {
  const { dataFolder: root } = settings;
  return {
    root,
    board: yard.board,
    tell: yard.tell,
    spending: (since) => spendingSince(store.ledger, yard.board(), since),
    health,
    places: {
      worktree: (attempt) => git.workplace(attempt).worktree,
      home: (attempt) => git.workplace(attempt).home,
      run: ({ repository, worker }, run) =>
        runFolder(root, { repository: repository.id, worker, run }).path,
    },
    clock: systemClock,
    log: probot.log,
  };
}

/** The ledger knows repositories by their numbers; those that have live issues are told by name. */
async function spendingSince(
  ledger: OpenLedger,
  board: Board,
  since: Millis,
): Promise<readonly SpendingRow[]> {
  const names = new Map(
    [...board.values()].flatMap(({ issue }) =>
      issue === null
        ? []
        : [
            [
              Number(issue.repository.id),
              `${issue.repository.owner}/${issue.repository.name}`,
            ] as const,
          ],
    ),
  );
  return (await ledger.report({ since })).map((row) => {
    const repository = names.get(row.repository) ?? `repository ${row.repository}`;
    return {
      day: row.day,
      repository,
      issue: `${repository}#${row.issueNumber}`,
      model: row.model,
      requests: row.requests,
      input_tokens: row.inputTokens,
      output_tokens: row.outputTokens,
      usd: row.usd,
      is_estimate: row.isEstimate,
    };
  });
}
