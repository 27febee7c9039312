/** The diagnosis, on this machine and against the local GitHub: what is well, what is not, and never a secret. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { z } from "zod";

import { atEnd } from "../support/cleanup.ts";
import { sandboxHere } from "../support/sandbox.ts";
import { simulatorForTest } from "../support/simulator.ts";
import { runProcess, runProgram } from "./run-program.ts";

const Report = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["ok", "warning", "failed", "skipped"]),
      says: z.string(),
      cure: z.string().nullable(),
    }),
  ),
});
type Report = z.infer<typeof Report>;

type Variables = Readonly<Record<string, string>>;

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function diagnosis(
  environment: Variables,
  ...more: readonly string[]
): Promise<{ readonly exitCode: number | undefined; readonly report: Report }> {
  const { exitCode, stdout } = await runProgram(
    ["doctor", "--env-file", "/dev/null", "--json", ...more],
    environment,
  );
  return { exitCode, report: Report.parse(JSON.parse(stdout)) };
}

const statusOf = ({ checks }: Report, name: string): string | undefined =>
  checks.find((check) => check.name === name)?.status;

async function complete(t: TestContext): Promise<Variables> {
  const { card } = await simulatorForTest(t, {});
  return {
    APP_ID: String(card.appId),
    PRIVATE_KEY_PATH: card.privateKeyPath,
    WEBHOOK_SECRET: "a-secret-of-webhooks",
    GITHUB_API_URL: card.url,
    YARDMASTER_DATA: join(await folderFor(t), "data"),
    YARDMASTER_AGENT: "scripted",
    YARDMASTER_SANDBOX: sandboxHere,
  };
}

test("a machine that has everything is well, and GitHub knows its App", async (t) => {
  const environment = await complete(t);

  const { exitCode, report } = await diagnosis(environment);

  assert.deepEqual(
    report.checks.filter(
      ({ status, name }) => status !== "ok" && name !== "sandbox" && name !== "data folder",
    ),
    [],
  );
  assert.equal(exitCode, 0);
  assert.equal(report.ok, true);
  assert.equal(statusOf(report, "app"), "ok");
  assert.equal(statusOf(report, "clock"), "ok");
  assert.equal(statusOf(report, "database"), "ok");
});

test("every fault is told with its cure, what can be looked at is looked at, and no secret is shown", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "bin");
  await mkdir(path);
  await writeFile(join(path, "git"), "#!/bin/sh\necho git version 2.20.1\n", { mode: 0o755 });
  const environment = {
    PATH: path,
    YARDMASTER_DATA: join(folder, "data"),
    YARDMASTER_AGENTS: "claude,codex,scripted",
    WEBHOOK_SECRET: "secret-of-webhooks",
    ANTHROPIC_API_KEY: "sk-ant-canary-canary",
    ANTHROPIC_BASE_URL: "https://models.example/v1",
  };

  const { exitCode, report } = await diagnosis(environment);
  const people = await runProcess(["doctor", "--env-file", "/dev/null"], environment);

  assert.equal(exitCode, 1);
  const found = report.checks.map(({ name, status }) => `${status} ${name}`);
  assert.deepEqual(
    found.filter((line) => !line.includes("data folder")),
    [
      "failed setting APP_ID",
      "failed setting PRIVATE_KEY_PATH",
      "ok node",
      "failed git",
      "ok database",
      sandboxHere === "bubblewrap" ? "ok sandbox" : "failed sandbox",
      "failed agent claude",
      "warning agent codex",
      "ok agent scripted",
      "ok anthropic key",
      "warning openai key",
      "skipped github",
    ],
  );
  const cures = report.checks.filter(({ status }) => status === "failed" || status === "warning");
  assert.ok(cures.every(({ cure }) => cure !== null && cure.length > 5));
  assert.equal(people.exitCode, 1);
  assert.match(people.stdout, /^FAIL +git +2\.20\.1$/mu);
  assert.match(people.stdout, /^FAIL git: install git 2\.38 or later/mu);
  assert.ok(!`${people.stdout}${JSON.stringify(report)}`.includes("canary"));
  assert.ok(!people.stdout.includes("secret-of-webhooks"));
});

test("an App that GitHub does not know, and a GitHub that is not there, are told apart", async (t) => {
  const environment = await complete(t);

  const unknown = await diagnosis({ ...environment, APP_ID: "4711" });
  const nowhere = { ...environment, GITHUB_API_URL: `http://127.0.0.1:${await closedPort()}` };
  const absent = await diagnosis(nowhere);
  const offline = await diagnosis(nowhere, "--offline");

  assert.deepEqual([unknown.exitCode, absent.exitCode, offline.exitCode], [1, 1, 0]);
  assert.equal(statusOf(unknown.report, "app"), "failed");
  assert.match(
    absent.report.checks.find(({ name }) => name === "github")?.says ?? "",
    /cannot be reached: .*ECONNREFUSED/u,
  );
  assert.equal(statusOf(offline.report, "github"), "skipped");
});

/** A port of the loopback that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a clock that is not GitHub's is a fault, because GitHub would refuse every token", async (t) => {
  const environment = await complete(t);
  const server = createServer((_request, response) => {
    response.setHeader("date", new Date(Date.now() - 120_000).toUTCString()).end("{}");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  atEnd(t, () => server.close());
  const { port } = server.address() as AddressInfo;

  const { report } = await diagnosis({
    ...environment,
    GITHUB_API_URL: `http://127.0.0.1:${port}`,
  });

  const clock = report.checks.find(({ name }) => name === "clock");
  assert.equal(clock?.status, "failed");
  assert.match(clock?.says ?? "", /^1(19|20|21) s from GitHub's$/u);
});
