/** How many webhook deliveries per second the service acknowledges, each of them durable before it is. */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { ask } from "./database.ts";
import { begin } from "./endings.ts";
import type { Found, Measurement } from "./figure.ts";
import { median, percentile } from "./figure.ts";
import type { LoadOrder, LoadReport, Template } from "./load.ts";
import type { Running, Stage } from "./scene.ts";
import { setStage, startService } from "./scene.ts";
import { openIssue } from "./issues.ts";
import { untilTrue } from "./waiting.ts";
import { moduleFile } from "../support/own-file.ts";

export const deliveries: Measurement = {
  name: "deliveries",
  about: "webhooks acknowledged per second, none lost",
  run: measure,
};

const connections = 32;
const perRun = 10_000;
const runs = 3;

async function measure(): Promise<Found> {
  const stage = await setStage();
  const running = await startService(stage, 1);
  const templates = await realPayloads(stage.simulator);
  const order = { ...addressOf(stage, running), templates, connections, deliveries: perRun };
  // The compilers of both processes are warm after the first thousands, as they are in a service that has run for a minute.
  await send({ ...order, deliveries: 3_000 });
  await untilHandled(stage);
  const reports: (LoadReport & { readonly handledMs: number })[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now();
    const report = await send(order);
    await proveKept(stage, report);
    await untilHandled(stage);
    reports.push({ ...report, handledMs: performance.now() - startedAt });
  }
  return found(reports);
}

function found(reports: readonly (LoadReport & { readonly handledMs: number })[]): Found {
  const perSecond = reports.map(({ acknowledged, tookMs }) => (acknowledged.length / tookMs) * 1e3);
  const p50s = reports.map(({ latenciesMs }) => percentile(latenciesMs, 0.5));
  const p99s = reports.map(({ latenciesMs }) => percentile(latenciesMs, 0.99));
  const handled = reports.map(({ acknowledged, handledMs }) => acknowledged.length / handledMs);
  return {
    figures: [
      {
        name: "deliveries acknowledged",
        value: median(perSecond),
        unit: "/s",
        goal: { atLeast: 2_000 },
        meaning: `signed webhooks of about ${(median(reports.map(({ meanBytes }) => meanBytes)) / 1000).toFixed(0)} kB over ${connections} connections, each verified and committed to disk before its 202, while the service works through them in the lulls`,
      },
      {
        name: "acknowledgement p50",
        value: median(p50s),
        unit: "ms",
        goal: null,
        meaning: "half of these senders waited no longer for their answer",
      },
      {
        name: "acknowledgement p99",
        value: median(p99s),
        unit: "ms",
        goal: { below: 50 },
        meaning: "one sender in a hundred waited longer; GitHub gives up after 10,000 ms",
      },
      {
        name: "deliveries understood",
        value: median(handled) * 1e3,
        unit: "/s",
        goal: null,
        meaning: "from the first of them sent to the last one read and decided on",
      },
      {
        name: "acknowledged but lost",
        value: reports.length === runs ? 0 : Number.NaN,
        unit: "",
        goal: { atMost: 0 },
        meaning: "every acknowledged GUID was looked up in the database afterwards",
      },
    ],
    raw: {
      connections,
      deliveriesPerRun: perRun,
      perSecond,
      p50s,
      p99s,
      failures: reports.map(({ failures }) => failures),
    },
  };
}

function addressOf({ simulator }: Stage, { service }: Running) {
  const { hostname: host, port } = new URL(service.url);
  const path = "/api/github/webhooks";
  return { host, port: Number(port), path, secret: simulator.card.webhookSecret };
}

async function send(order: LoadOrder): Promise<LoadReport> {
  const program = moduleFile(import.meta, "load");
  const child = await begin(
    async () => fork(program, { execArgv: ["--max-old-space-size=1024"] }),
    (started) => started.kill("SIGKILL"),
  );
  const gone = once(child, "exit").then(() => null);
  child.send(order);
  const answer = await Promise.race([once(child, "message"), gone]);
  await gone;
  const report: LoadReport | undefined = answer?.[0];
  if (report === undefined) throw new Error("the sender of deliveries died");
  return report;
}

/** The honest part: what was acknowledged must be there. */
async function proveKept({ dataFolder }: Stage, report: LoadReport): Promise<void> {
  const [row] = await ask<{ kept: string }>(
    dataFolder,
    "select count(*) as kept from yardmaster.delivery where guid = any($1)",
    [report.acknowledged],
  );
  const kept = Number(row?.kept);
  if (kept !== report.acknowledged.length) {
    throw new Error(`${report.acknowledged.length} were acknowledged and ${kept} are stored`);
  }
}

async function untilHandled({ dataFolder }: Stage): Promise<void> {
  const statement = "select count(*) as left from yardmaster.delivery where processed_at is null";
  await untilTrue("that all deliveries are worked through", async () => {
    const [row] = await ask<{ left: string }>(dataFolder, statement);
    return Number(row?.left) === 0;
  });
}

/** Payloads in GitHub's shape for everyday things that ask nothing of the product. */
async function realPayloads(simulator: Simulator): Promise<readonly Template[]> {
  const mark = "something-that-no-payload-has-otherwise";
  const number = await openIssue(simulator, mark, "0ms");
  const as = "mona";
  await simulator.gesture({ as, do: "comment", number, body: `Seen in ${mark} too.` });
  await simulator.gesture({ as, do: "push", branch: "main", message: mark, files: { a: mark } });
  await simulator.drain();
  const wanted = ["issues", "issue_comment", "push", "check_suite"];
  return wanted.map((event) => {
    const sent = [...simulator.sim.world.deliveries.values()].find((one) => one.event === event);
    if (sent === undefined) throw new Error(`the local GitHub sent no ${event}`);
    return { event, body: sent.requestBody, mark };
  });
}
