/** The operator's environment: complete ones are read, others are refused with every fault at once. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { readSettings, secretsOf, SettingsFault } from "../src/settings.ts";

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
    reviewLimit: null,
    agent: "claude",
    agents: ["claude"],
    unavailable: {},
    sandbox: "bubblewrap",
    budget: { run: null, issue: null, repositoryDay: null, day: null },
    backoffMs: 30_000,
    trackingMs: 30_000,
    providerPauseMs: 900_000,
  });
  assert.deepEqual(settings.registries, []);
  assert.deepEqual(settings.agents.own, []);
});

test("budgets are amounts in dollars, each for itself", () => {
  const { policy } = readSettings({
    ...least,
    YARDMASTER_BUDGET_RUN_USD: "2.50",
    YARDMASTER_BUDGET_DAY_USD: "100",
  });

  assert.deepEqual(policy.budget, { run: 2.5, issue: null, repositoryDay: null, day: 100 });
  assert.deepEqual(
    faultsOf({ ...least, YARDMASTER_BUDGET_RUN_USD: "0", YARDMASTER_BUDGET_DAY_USD: "much" }),
    [
      "YARDMASTER_BUDGET_RUN_USD: must be more than 0; leave it out for no limit",
      "YARDMASTER_BUDGET_DAY_USD: must be an amount in US dollars, for example 2.50",
    ],
  );
});

test("an agent may be defined by its command line, and named like any other", () => {
  const { agents, policy } = readSettings({
    ...least,
    YARDMASTER_AGENT: "my-agent",
    YARDMASTER_AGENTS: "my-agent, gemini, claude",
    YARDMASTER_AGENT_MY_AGENT_COMMAND: '["/opt/my agent", ["--model", "{model}"]]',
    YARDMASTER_AGENT_MY_AGENT_KIND: "command",
    YARDMASTER_AGENT_MY_AGENT_PROVIDER: "openai",
    YARDMASTER_AGENT_MY_AGENT_RESUME: '["again", "{session}"]',
    YARDMASTER_AGENT_GEMINI_COMMAND: '["/opt/gemini", "--acp"]',
    YARDMASTER_AGENT_GEMINI_ENV: '{"GEMINI_URL": "{gateway}"}',
  });

  assert.deepEqual(policy.agents, ["my-agent", "gemini", "claude"]);
  assert.deepEqual(agents.own, [
    {
      name: "my-agent",
      kind: "command",
      command: ["/opt/my agent", ["--model", "{model}"]],
      resume: ["again", "{session}"],
      provider: "openai",
      env: null,
    },
    {
      name: "gemini",
      kind: "acp",
      command: ["/opt/gemini", "--acp"],
      resume: null,
      provider: null,
      env: { GEMINI_URL: "{gateway}" },
    },
  ]);
});

test("an agent that is not there, or is defined wrongly, is refused with the cure", () => {
  assert.deepEqual(
    faultsOf({
      ...least,
      YARDMASTER_AGENTS: "codex,other",
      YARDMASTER_AGENT_CLAUDE_COMMAND: '["claude"]',
      YARDMASTER_AGENT_WORDS_COMMAND: "my-agent --acp",
      YARDMASTER_AGENT_HALF_KIND: "acp",
      YARDMASTER_AGENT_ODD_COMMAND: '["odd"]',
      YARDMASTER_AGENT_ODD_KIND: "other",
      YARDMASTER_AGENT_ODD_ENV: "[]",
    }),
    [
      "YARDMASTER_AGENT_CLAUDE_COMMAND: cannot be set: set YARDMASTER_CLAUDE to its program",
      'YARDMASTER_AGENT_WORDS_COMMAND: must be a JSON array of words, for example ["my-agent", "--acp"]',
      "YARDMASTER_AGENT_HALF_KIND: means nothing without YARDMASTER_AGENT_HALF_COMMAND",
      'YARDMASTER_AGENT_ODD_COMMAND: needs YARDMASTER_AGENT_ODD_KIND: must be acp or command; needs YARDMASTER_AGENT_ODD_ENV: must be a JSON object, for example {"BASE_URL": "{gateway}"}',
      "YARDMASTER_AGENTS: there is no agent other; there are claude, codex, scripted, gemini, copilot, opencode, goose, and YARDMASTER_AGENT_OTHER_COMMAND defines another one",
      "YARDMASTER_AGENT: claude is not among YARDMASTER_AGENTS",
    ],
  );
});

test("what agents may see is named one by one, and the keys of models are not among it", () => {
  const given = { ...least, YARDMASTER_AGENT_ENV_NPM_TOKEN: "npm-1234" };

  assert.deepEqual(readSettings(given).agents.variables, { NPM_TOKEN: "npm-1234" });
  assert.deepEqual(
    faultsOf({
      ...given,
      YARDMASTER_AGENT_ENV_ANTHROPIC_API_KEY: "sk-hidden",
      YARDMASTER_AGENT_ENV_PATH: "/bin",
      YARDMASTER_AGENT_ENV_YARDMASTER_RUN: "1",
    }),
    [
      "YARDMASTER_AGENT_ENV_ANTHROPIC_API_KEY: cannot be set: ANTHROPIC_API_KEY must not reach an agent; the gateway adds it outside",
      "YARDMASTER_AGENT_ENV_PATH: cannot be set: PATH is set by the sandbox",
      "YARDMASTER_AGENT_ENV_YARDMASTER_RUN: cannot be set: the name belongs to Yardmaster",
    ],
  );
});

test("no sandbox is only what somebody asked for in so many words", () => {
  assert.equal(readSettings({ ...least, YARDMASTER_SANDBOX: "" }).policy.sandbox, "bubblewrap");
  assert.equal(readSettings({ ...least, YARDMASTER_SANDBOX: "none" }).policy.sandbox, "none");
  assert.match(faultsOf({ ...least, YARDMASTER_SANDBOX: "off" }).join(), /^YARDMASTER_SANDBOX: /u);
});

test("registries are hosts, and nothing else", () => {
  const allowed = { ...least, YARDMASTER_REGISTRIES: "registry.npmjs.org, pypi.org" };

  assert.deepEqual(readSettings(allowed).registries, ["registry.npmjs.org", "pypi.org"]);
  for (const wrong of ["https://pypi.org", "*", "10.0.0.1:80", "localhost"]) {
    assert.match(
      faultsOf({ ...least, YARDMASTER_REGISTRIES: wrong }).join(),
      /^YARDMASTER_REGISTRIES: must be host names/u,
    );
  }
});

test("every secret of the settings is known to whoever must keep it in", () => {
  const settings = readSettings({
    ...least,
    ANTHROPIC_API_KEY: "sk-ant-1",
    OPENAI_API_KEY: "sk-2",
    YARDMASTER_BOARD_TOKEN: "ghp_3",
    DATABASE_URL: "postgres://yard:secret%204@db/x",
    YARDMASTER_AGENT_ENV_NPM_TOKEN: "npm-5",
  });

  assert.deepEqual(secretsOf(settings), [
    pem,
    "long enough",
    "ghp_3",
    "secret 4",
    "sk-ant-1",
    "sk-2",
    "npm-5",
  ]);
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
    "PRIVATE_KEY",
    "DATABASE_URL",
    "PORT",
    "LOG_LEVEL",
    "YARDMASTER_SLOTS",
  ]);
  assert.ok(!faults.join("\n").includes("hunter2"));
});

test("a key file that cannot be read is named", () => {
  const { PRIVATE_KEY: _, ...rest } = least;

  assert.deepEqual(faultsOf({ ...rest, PRIVATE_KEY_PATH: "/nowhere/key.pem" }), [
    "PRIVATE_KEY_PATH: /nowhere/key.pem cannot be read",
  ]);
});
