/** Starts a local GitHub for one test, which fails when it says something that GitHub would not, or is asked for what it has not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { freshKey } from "../../src/simulator/seed/plant-app.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/simulator.ts";
import { checkRest, checkWebhook } from "../simulator/conformance.ts";
import { keptFrom } from "./kept.ts";
import { moduleFile } from "./own-file.ts";

/** What a test may ask of its simulator besides the simulator's own options. */
export interface TestedOptions extends SimulatorOptions {
  /** For a test about requests that are not modelled. */
  readonly toleratesNotModelled?: boolean;
}

/** Enough to see what is wrong; one wrong shape is often sent a hundred times. */
const SHOWN_FAULTS = 20;

/** A simulator in a folder of its own; its webhooks go to a receiver that takes everything unless the test names one. */
export async function simulatorForTest(
  t: TestContext,
  { toleratesNotModelled = false, ...options }: TestedOptions = {},
): Promise<Simulator> {
  const faults = new Set<string>();
  const folder = await mkdtemp(join(tmpdir(), "simulator-test-"));
  const sink = await receiver();
  const simulator = await startSimulator({
    dataFolder: folder,
    webhook: sink.url,
    privateKeyPem: sharedKey(),
    ...options,
    watch: (exchange) => {
      options.watch?.(exchange);
      const { method, route, status, body } = exchange;
      if (status < 200 || status > 299 || typeof body === "string" || Buffer.isBuffer(body)) return;
      for (const fault of checkRest(method, route, status, asSent(body))) faults.add(fault);
    },
  });
  t.after(async () => {
    await simulator.close();
    await sink.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    for (const { event, requestBody } of simulator.sim.world.deliveries.values())
      for (const fault of checkWebhook(event, JSON.parse(requestBody))) faults.add(fault);
    assert.deepEqual([...faults].slice(0, SHOWN_FAULTS), [], "differs from what GitHub describes");
    if (!toleratesNotModelled)
      assert.deepEqual(simulator.notModelled, [], "asked for what is not modelled");
  });
  return simulator;
}

const keptKeys = keptFrom([
  pathToFileURL(moduleFile(import.meta, "../../src/simulator/seed/plant-app")),
]);
const PRIVATE_KEY = "private-key.pem";

/** Making a key takes longer than most tests, so all local GitHubs of tests share it. */
function sharedKey(): string {
  const file = keptKeys.find(PRIVATE_KEY);
  if (file !== undefined) return readFileSync(file, "utf8");
  const made = freshKey();
  keptKeys.keep([[PRIVATE_KEY, made]]);
  return made;
}

/** Keys without a value are not sent. */
function asSent(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

async function receiver(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(202).end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
