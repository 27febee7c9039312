import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";

import type { RequestLine } from "../../src/simulator/control/request-log.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { bodyWith, seedOf } from "../support/beginning.ts";
import { atEnd } from "../support/cleanup.ts";
import { agentsOf, killAgents, processesOn, workersIn, worktreesIn } from "../support/disk.ts";
import { assertMerged } from "../support/merged.ts";
import { openNews } from "../support/news.ts";
import { folderForTest } from "../support/postgres.ts";
import { seenOn } from "../support/seen.ts";
import { startServiceProcess } from "../support/service-process.ts";
import type { ServiceLine, ServiceProcess } from "../support/service-process.ts";
import { simulatorForTest } from "../support/simulator.ts";
import { sandboxHere } from "../support/sandbox.ts";

/** More lives than that mean that it does not get on. */
const mostLives = 30;

/** For all lives together. */
const patienceMs = 240_000;

const files = ["one.txt", "two.txt"];

/** A second agent in the same worktree would add a second line. */
const script = (file: string): string =>
  [
    `- append: {path: ${file}, content: "done\\n"}`,
    '- commit: "feat: seal it"',
    "- wait: 50ms",
    "- done: Sealed it.",
  ].join("\n");

/** Two issues go their way while the service dies again and again, once at each moment that has a name; answers with these. */
async function mergedDespite(t: TestContext): Promise<readonly string[]> {
  const dataFolder = await folderForTest(t);
  const news = openNews(patienceMs);
  const died = new Set<string>();
  const lines: ServiceLine[] = [];
  let life: ServiceProcess | null = null;
  let isMortal = false;
  const die = (moment: string | null): void => {
    if (!isMortal || moment === null || died.has(moment)) return;
    died.add(moment);
    isMortal = false;
    life?.signal("SIGKILL");
  };
  const simulator = await simulatorForTest(t, {
    seed: seedOf({}),
    onRequest: (line) => {
      // It has taken effect and is not answered yet.
      if (line.actor === "yardmaster[bot]") die(writeIn(line));
      news.tell();
    },
  });
  const tell = (): string =>
    lines
      .slice(-20)
      .map((line) => JSON.stringify(line))
      .join("\n");
  const live = (port: string): ServiceProcess => {
    life = startServiceProcess(environmentOf(simulator, dataFolder, port), (line) => {
      lines.push(line);
      // The service has committed it and has not acted on it yet.
      die(stepIn(line));
      news.tell();
    });
    return life;
  };
  atEnd(t, () => killAgents(dataFolder));
  atEnd(t, async () => {
    life?.signal("SIGTERM");
    await life?.exited;
  });

  let current = live("0");
  const heard = (message: string): ServiceLine | undefined =>
    lines.find(({ msg }) => msg === message);
  const early = current.exited.then(() => assert.fail("it ended before it listened"));
  const listening = news.until("the service to listen", () => heard("listening")?.url, tell);
  listening.catch(() => {});
  const url = await Promise.race([listening, early]);
  await sendWebhooks(simulator, url);
  await news.until("the first look", () => heard("reconciled"), tell);
  isMortal = true;
  await askForTwo(simulator);

  const merged = news.until("both to be merged", () => areDone(simulator), tell);
  merged.catch(() => {});
  for (let lives = 1; (await Promise.race([merged, current.exited])) !== true; lives += 1) {
    assert.ok(lives < mostLives, `no end after ${[...died].join(", ")}:\n${tell()}`);
    isMortal = true;
    current = live(new URL(url).port);
  }
  isMortal = false;
  current.signal("SIGTERM");
  assert.equal(await current.exited, 0, "the last life ends by itself");
  await assertOnce(simulator, dataFolder);
  return [...died];
}

const environmentOf = (
  { card }: Simulator,
  dataFolder: string,
  port: string,
): Readonly<Record<string, string>> => ({
  APP_ID: String(card.appId),
  PRIVATE_KEY_PATH: card.privateKeyPath,
  WEBHOOK_SECRET: card.webhookSecret,
  GITHUB_API_URL: card.url,
  YARDMASTER_DATA: dataFolder,
  YARDMASTER_AGENT: "scripted",
  YARDMASTER_SANDBOX: sandboxHere,
  PORT: port,
});

async function sendWebhooks(simulator: Simulator, url: string): Promise<void> {
  const body = JSON.stringify({ url: `${url}/api/github/webhooks` });
  await fetch(`${simulator.url}/_sim/webhooks`, { method: "POST", body });
}

async function askForTwo({ gesture }: Simulator): Promise<void> {
  for (const file of files) {
    await gesture({ as: "mona", do: "open-issue", title: "Leak", body: bodyWith(script(file)) });
  }
  await gesture({ as: "wren", do: "label", number: 1, label: "agent:go" });
  await gesture({ as: "wren", do: "comment", number: 2, body: "/agent dispatch" });
}

const areDone = (simulator: Simulator): boolean =>
  files.every((_, index) =>
    seenOn(simulator)
      .ours(index + 1)
      .some(({ body }) => body.includes("### Yardmaster: done")),
  );

/** Everything was done, nothing twice, and nothing is left behind. */
async function assertOnce(simulator: Simulator, dataFolder: string): Promise<void> {
  const seen = seenOn(simulator);
  const worktrees = (): Promise<readonly string[]> => worktreesIn(dataFolder);
  const agents = (): Promise<readonly number[]> => agentsOf(dataFolder);
  for (const [index, file] of files.entries()) {
    const number = index + 1;
    await assertMerged({ seen, worktrees, agents }, number, file);
    const comments = seen.ours(number).map(({ body }) => body);
    assert.equal(comments.length, 2, `comments on #${number}:\n${comments.join("\n---\n")}`);
    assert.equal(seen.column(number), "Done");
  }
  assert.equal(seen.pulls().length, files.length);
  const issues = (await workersIn(dataFolder)).map((worker) => Number(worker.split("-")[2]));
  assert.equal(issues.length, files.length, "one worker for each issue");
  assert.deepEqual(new Set(issues), new Set([1, 2]));
  assert.deepEqual(await worktrees(), []);
  assert.deepEqual(await processesOn(dataFolder), []);
}

/** Phases that begin something on the disk or on GitHub. */
const telling = new Set(["preparing", "publishing", "merging", "cleaning"]);

/** The first of what one publication carries names it. */
const writeIn = ({ method, path, operation }: RequestLine): string | null => {
  if (operation !== null)
    return operation.startsWith("Publish") ? operation.split(" ").slice(0, 2).join(" ") : null;
  const isWrite = method !== "GET" && !path.endsWith("/access_tokens");
  const parts = path.split("/").slice(4);
  return isWrite ? `${method} ${parts.filter((part) => !Number(part)).join("/")}` : null;
};

const stepIn = ({ msg, phase, waitingFor = "" }: ServiceLine): string | null => {
  if (msg === "worker started" || msg === "worker exited") return msg;
  const isTelling = msg === "assignment changed" && telling.has(phase ?? "");
  return isTelling ? `${phase} ${waitingFor}` : null;
};

test("a service that is killed after each kind of write to GitHub and at each step goes on where it was, doubles nothing and runs no worker twice", async (t) => {
  const died = await mergedDespite(t);

  for (const write of ["POST pulls", "PUT pulls/merge"]) assert.ok(died.includes(write), write);
  for (const step of ["preparing ", "publishing ", "worker started", "cleaning "])
    assert.ok(died.includes(step), step);
  assert.ok(died.length >= 11, died.join());
});
