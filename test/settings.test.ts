/** The operator's environment: complete ones are read, others are refused with every fault at once. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { readSettings, SettingsFault } from "../src/settings.ts";

const pem = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----";
const least = { APP_ID: "12", PRIVATE_KEY: pem, WEBHOOK_SECRET: "long enough" };

const faultsOf = (environment: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readSettings(environment);
  } catch (error) {
    assert.ok(error instanceof SettingsFault);
    return error.faults;
  }
  return [];
};

test("three variables are enough, and everything else has a default", () => {
  const settings = readSettings(least);

  assert.equal(settings.appId, 12);
  assert.equal(settings.apiUrl, "https://api.github.com");
  assert.equal(settings.webhookPath, "/api/github/webhooks");
  assert.deepEqual(settings.policy, {
    triggerLabel: "agent:go",
    commandPrefix: "agent",
    slots: 5,
    slotsPerRepository: 5,
    agent: "claude",
    agents: ["claude"],
    backoffMs: 30_000,
  });
});

test("an empty environment is refused with every missing variable and its cure", () => {
  assert.deepEqual(faultsOf({}), [
    "APP_ID: is missing; must be the App's number, as its settings page shows it",
    "WEBHOOK_SECRET: is missing; without it anybody could send webhooks",
    "PRIVATE_KEY_PATH: is missing; name the .pem file that GitHub gave you",
  ]);
});

test("a start without a webhook secret is refused, also when it is empty", () => {
  assert.deepEqual(faultsOf({ ...least, WEBHOOK_SECRET: "" }), [
    "WEBHOOK_SECRET: is missing; without it anybody could send webhooks",
  ]);
});

test("a key may be given in one line with \\n", () => {
  const settings = readSettings({ ...least, PRIVATE_KEY: pem.replaceAll("\n", "\\n") });

  assert.equal(settings.privateKey, pem);
});

test("faults of several variables are reported together, each with its name and no secret", () => {
  const faults = faultsOf({
    APP_ID: "twelve",
    PRIVATE_KEY: "hunter2hunter2",
    WEBHOOK_SECRET: "short",
    GITHUB_API_URL: "ftp://github",
    DATABASE_URL: "mysql://x",
    PORT: "70000",
    YARDMASTER_SLOTS: "0",
    LOG_LEVEL: "silent",
  });

  const names = faults.map((fault) => fault.split(":")[0]);
  assert.deepEqual(names, [
    "APP_ID",
    "WEBHOOK_SECRET",
    "GITHUB_API_URL",
    "DATABASE_URL",
    "PORT",
    "LOG_LEVEL",
    "YARDMASTER_SLOTS",
    "PRIVATE_KEY",
  ]);
  assert.ok(!faults.join("\n").includes("hunter2"));
});

test("a key file that cannot be read is named", () => {
  const { PRIVATE_KEY: _, ...rest } = least;

  assert.deepEqual(faultsOf({ ...rest, PRIVATE_KEY_PATH: "/nowhere/key.pem" }), [
    "PRIVATE_KEY_PATH: /nowhere/key.pem cannot be read",
  ]);
});
