/** The adapter against a local GitHub, reached as the service reaches it. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { createGitHub } from "../../../src/adapters/github/github.ts";
import type { GitHub } from "../../../src/adapters/github/github.ts";
import { createApp } from "../../../src/app.ts";
import type { InspectionOrder, Publication } from "../../../src/core/effect.ts";
import { installationId, issueId } from "../../../src/core/ids.ts";
import type { Inspection, Issue } from "../../../src/core/issue.ts";
import type { Forge } from "../../../src/ports.ts";
import { redactor } from "../../../src/redact.ts";
import { readSettings } from "../../../src/settings.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { handClock } from "../../support/clock.ts";
import type { HandClock } from "../../support/clock.ts";
import { simulatorForTest } from "../../support/simulator.ts";
import type { TestedOptions } from "../../support/simulator.ts";

export type Bench = {
  readonly simulator: Simulator;
  readonly github: GitHub;
  readonly forge: Forge;
  readonly clock: HandClock;
  readonly warnings: readonly string[];
  /** Requests since the last call, without those for tokens: method, and path or operation. */
  readonly asked: () => readonly string[];
  /** Sends another answer to the next request that matches. */
  readonly fault: (match: object, respond: object, times?: number) => Promise<void>;
  readonly as: (person: string, gesture: string, more?: object) => Promise<unknown>;
  /** Opens an issue and gives its node id. */
  readonly issue: (more?: object) => Promise<string>;
  readonly inspection: (issue: string, more?: Partial<InspectionOrder>) => InspectionOrder;
  /** What the adapter makes of an issue. */
  readonly known: (issue: string) => Promise<Issue>;
};

export async function bench(
  t: TestContext,
  options: TestedOptions = {},
  environment: { readonly boardOf?: string } = {},
): Promise<Bench> {
  const simulator = await simulatorForTest(t, options);
  const { card } = simulator;
  const settings = readSettings({
    APP_ID: String(card.appId),
    PRIVATE_KEY_PATH: card.privateKeyPath,
    WEBHOOK_SECRET: card.webhookSecret,
    GITHUB_API_URL: card.url,
    YARDMASTER_BOARD_TOKEN: card.tokens[environment.boardOf ?? ""],
    LOG_LEVEL: "fatal",
  });
  const clock = handClock();
  const warnings: string[] = [];
  const log = {
    info: () => {},
    warn: (fields: object, message: string) =>
      warnings.push(`${message}: ${JSON.stringify(fields)}`),
    error: () => {},
  };
  const identity = { id: card.appId };
  const github = createGitHub({
    probot: createApp(settings),
    ...{ identity, settings, clock, log },
    redact: redactor(() => [card.webhookSecret]),
  });
  const inspection: Bench["inspection"] = (issue, more) => ({
    issue: issueId(issue),
    installation: installationId(card.installationId),
    requester: account(simulator, "mona"),
    request: { via: "label" },
    dependsOn: [],
    triggerLabel: "agent:go",
    isAuthorAsked: false,
    ...more,
  });
  const as: Bench["as"] = (person, gesture, more) =>
    simulator.gesture({ as: person, do: gesture, ...more });
  return {
    simulator,
    github,
    forge: github.forge,
    clock,
    warnings,
    asked: askedOf(simulator),
    fault: (match, respond, times = 1) => order(simulator, { match, respond, times }),
    as,
    issue: async (more) => {
      const opened = await as("mona", "open-issue", { title: "Tank leaks", ...more });
      return (opened as { node_id: string }).node_id;
    },
    inspection,
    known: async (issue) => found(await github.forge.inspectIssue(inspection(issue))).issue,
  };
}

/** Somebody's login and id. */
export function account(simulator: Simulator, login: string): { login: string; id: number } {
  const row = [...simulator.sim.world.accounts.values()].find((one) => one.login === login);
  assert.ok(row);
  return { login, id: row.id };
}

/** An inspection that must have found its issue. */
export function found(inspection: Inspection): Extract<Inspection, { found: true }> {
  assert.ok(inspection.found);
  return inspection;
}

/** A publication on an issue that changes nothing but what the test says. */
export function publication(issue: Issue, more: Partial<Publication>): Publication {
  return {
    publication: 1,
    isRepeat: false,
    repository: issue.repository,
    installation: issue.repository.installation,
    issue: issue.id,
    issueNumber: issue.number,
    board: { mode: "organization", number: null },
    card: issue.card,
    moveTo: null,
    fields: [],
    comments: [],
    removeLabel: null,
    reactions: null,
    check: null,
    ...more,
  };
}

function askedOf(simulator: Simulator): Bench["asked"] {
  let seen = simulator.requests.length;
  return () => {
    const lines = simulator.requests.slice(seen);
    seen = simulator.requests.length;
    return lines
      .filter(({ path }) => !path.endsWith("/access_tokens"))
      .map(({ method, path, operation }) => `${method} ${operation ?? path}`);
  };
}

async function order(simulator: Simulator, body: object): Promise<void> {
  const { status } = await fetch(`${simulator.url}/_sim/faults`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.equal(status, 200);
}
