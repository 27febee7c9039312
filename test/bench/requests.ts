/** What a merged issue costs of GitHub's limits. */
import { setTimeout as pause } from "node:timers/promises";
import { askFor, openIssue, untilDone } from "./issues.ts";
import type { Figure, Found, Measurement } from "./figure.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import type { Running, Stage } from "./scene.ts";
import { setStage, startService } from "./scene.ts";
import { untilTrue } from "./waiting.ts";

export const requests: Measurement = {
  name: "requests",
  about: "API requests and created content per merged issue",
  run: measure,
};

/** After one of each kind that is left out, because it fills caches. */
const perKind = 4;

/** How people ask, and whether the issue was on the board before, where GitHub puts it if the board is told to. */
const kinds = [
  { name: "label", by: "label", isOnBoard: true },
  { name: "card", by: "card", isOnBoard: true },
  { name: "label, not on the board", by: "label", isOnBoard: false },
] as const;

type Kind = (typeof kinds)[number];

type Cost = {
  readonly requests: number;
  readonly creations: number;
  /** The requests that the last issue took. */
  readonly ofLast: readonly string[];
};

async function measure(): Promise<Found> {
  const stage = await setStage();
  const running = await startService(stage, 1);
  const found: Figure[] = [];
  const raw: Record<string, readonly string[]> = {};
  for (const kind of kinds) {
    const cost = await costOf(stage, running, kind);
    found.push(...figures(kind, cost));
    raw[kind.name] = cost.ofLast;
  }
  return { figures: found, raw: { requestsOfOneIssue: raw } };
}

function figures({ name }: Kind, { requests: made, creations }: Cost): readonly Figure[] {
  return [
    {
      name: `API requests, by ${name}`,
      value: made,
      unit: "per issue",
      goal: { atMost: 10 },
      meaning: `all requests of the App while ${perKind} issues went from request to merge and Done, divided by ${perKind}; GitHub allows 5,000 an hour`,
    },
    {
      name: `creations, by ${name}`,
      value: creations,
      unit: "per issue",
      goal: { atMost: 3 },
      meaning: "comments, issues, pull requests and reviews created; GitHub allows 500 an hour",
    },
  ];
}

async function costOf(
  { simulator }: Stage,
  { log }: Running,
  { name: kind, by, isOnBoard }: Kind,
): Promise<Cost> {
  const mergeOne = async (name: string): Promise<void> => {
    const number = await openIssue(simulator, name, "0ms");
    const backlog = { as: "mona", do: "move-card", number, to: "Backlog" };
    if (isOnBoard) await simulator.gesture(backlog);
    await askFor(simulator, number, by);
    await untilDone(log, number);
    await simulator.drain();
    await settled(simulator);
  };
  await mergeOne(`first by ${kind}`);
  const before = { requests: own(simulator).length, creations: created(simulator) };
  for (let index = 1; index < perKind; index += 1) await mergeOne(`part ${index} by ${kind}`);
  const last = own(simulator).length;
  await mergeOne(`last by ${kind}`);
  const all = own(simulator);
  return {
    requests: (all.length - before.requests) / perKind,
    creations: (created(simulator) - before.creations) / perKind,
    ofLast: all.slice(last).map(({ method, path, operation }) => `${method} ${operation ?? path}`),
  };
}

/** The card is moved and the record completed after the phase is done: waits until no request has come for a while. */
async function settled(simulator: Simulator): Promise<void> {
  await untilTrue("that no more requests come", async () => {
    const seen = simulator.requests.length;
    await pause(500);
    return simulator.requests.length === seen;
  });
}

const own = ({ requests: all, card }: Simulator) =>
  all.filter(({ actor }) => !Object.keys(card.tokens).includes(actor));

function created({ sim: { world } }: Simulator): number {
  const rows = [world.comments, world.issues, world.reviews, world.reviewComments];
  return rows
    .flatMap((table): readonly { readonly viaAppId: number | null }[] => [...table.values()])
    .filter(({ viaAppId }) => viaAppId !== null).length;
}
