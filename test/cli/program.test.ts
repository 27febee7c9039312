/** The command line as an operator meets it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { execa } from "execa";

import { moduleFile } from "../support/own-file.ts";
import { runProcess, runProgram } from "./run-program.ts";

const program = moduleFile(import.meta, "../../src/cli/main");

const verbs = [
  "serve",
  "doctor",
  "list",
  "status",
  "logs",
  "wait",
  "send",
  "broadcast",
  "plan",
  "import",
  "attach",
  "spending",
  "simulate",
  "demo",
];

for (const verb of [[], ...verbs.map((name) => [name])]) {
  test(`\`yardmaster ${[...verb, "--help"].join(" ")}\` explains itself and leaves with 0`, async () => {
    const { exitCode, stdout } = await runProgram([...verb, "--help"]);

    assert.equal(exitCode, 0);
    assert.match(stdout, /^Usage: yardmaster/u);
    if (verb.length > 0) assert.match(stdout, /Examples:\n {2}\$ /u);
  });
}

/** What is run, and which packages are loaded for it; all others together take many times longer. */
const loads: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["--help"], ["commander"]],
  [
    ["list", "--data", "/nonexistent"],
    ["commander", "zod"],
  ],
];

for (const [args, packages] of loads) {
  test(`\`yardmaster ${args[0]}\` loads no other packages than ${packages.join(" and ")}`, async () => {
    const { stderr } = await execa(process.execPath, ["--import", telling, program, ...args], {
      reject: false,
    });

    const found = stderr.matchAll(/^loaded .*\/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gmu);
    assert.deepEqual(new Set([...found].map(([, name]) => name)), new Set(packages));
  });
}

/** A module that has Node tell on stderr what it loads. */
const telling = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from "node:module";
   import { writeSync } from "node:fs";
   registerHooks({ load: (url, how, next) => (writeSync(2, \`loaded \${url}\\n\`), next(url, how)) });`,
)}`;

test("a start without settings is refused with every missing one, and leaves with 1", async () => {
  const { exitCode, stderr } = await runProcess(["serve", "--env-file", "/dev/null"]);

  assert.equal(exitCode, 1);
  assert.deepEqual(stderr.split("\n"), [
    "The settings do not allow a start:",
    "  APP_ID: is missing; must be the App's number, as its settings page shows it",
    "  WEBHOOK_SECRET: is missing; without it anybody could send webhooks",
    "  PRIVATE_KEY_PATH: is missing; name the .pem file that GitHub gave you",
  ]);
});

test("a start with a damaged key is refused with the cure", async () => {
  const pem = "-----BEGIN RSA PRIVATE KEY-----\\nabc\\n-----END RSA PRIVATE KEY-----";

  const { exitCode, stderr } = await runProcess(["serve", "--env-file", "/dev/null"], {
    APP_ID: "1",
    PRIVATE_KEY: pem,
    WEBHOOK_SECRET: "long enough",
    GITHUB_API_URL: "http://127.0.0.1:9",
  });

  assert.equal(exitCode, 1);
  assert.match(stderr, /PRIVATE_KEY is damaged; download a new one/u);
});

test("an unknown command and an impossible number are refused with what would be right", async () => {
  const unknown = await runProcess(["sevre"]);
  const number = await runProgram(["demo", "--workers", "none"]);
  const missing = await runProgram(["status"]);

  assert.deepEqual([unknown.exitCode, number.exitCode, missing.exitCode], [2, 2, 2]);
  assert.match(unknown.stderr, /Did you mean serve\?/u);
  assert.match(missing.stderr, /missing required argument 'ref'/u);
  assert.match(number.stderr, /It must be a number from 1 to 32\./u);
});

test("a reader that has read enough ends the program without a complaint", async () => {
  const { stdout, stderr } = await execa(
    "sh",
    ["-c", '"$0" "$@" | head -c 5', process.execPath, program, "--help"],
    { reject: false },
  );

  assert.equal(stdout, "Usage");
  assert.equal(stderr, "");
});

test("the demo of an agent that is not there is refused with the cure before anything is started", async () => {
  const none = { YARDMASTER_CLAUDE: "/nonexistent/claude" };

  const { exitCode, stderr, stdout } = await runProgram(["demo", "--agent", "claude"], none);

  assert.equal(exitCode, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /no program `\/nonexistent\/claude`.*\. Install it with /u);
});
