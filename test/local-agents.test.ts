/** Which agents can be started here, and that nothing weaker takes the place of a sandbox that cannot be had. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createBubblewrap } from "../src/adapters/sandbox/bubblewrap.ts";
import { noSandbox } from "../src/adapters/sandbox/none.ts";
import { adaptersOf, sandboxFault, sandboxOf, unavailableAgents } from "../src/local-agents.ts";
import { redactor } from "../src/redact.ts";
import { readSettings } from "../src/settings.ts";

const least = {
  APP_ID: "12",
  PRIVATE_KEY: "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
  WEBHOOK_SECRET: "long enough",
};

test("without bubblewrap no agent can be started, and each says how to get it", async () => {
  const { agents } = readSettings(least);
  const fault = await sandboxFault(createBubblewrap({ program: "/nowhere/bwrap" }));

  const unavailable = await unavailableAgents(["scripted", "claude"], adaptersOf(agents), fault);

  assert.deepEqual(Object.keys(unavailable), ["scripted", "claude"]);
  for (const why of Object.values(unavailable)) {
    assert.match(why, /^the sandbox cannot be used: .+/u);
  }
});

test("the sandbox is bubblewrap unless somebody asks for none", () => {
  assert.equal(sandboxOf(readSettings(least).policy).name, "bubblewrap");
  assert.equal(sandboxOf(readSettings({ ...least, YARDMASTER_SANDBOX: "none" }).policy), noSandbox);
});

test("an agent that is missing says so for itself alone", async () => {
  const { agents } = readSettings({
    ...least,
    YARDMASTER_CLAUDE: "/nowhere/claude",
    YARDMASTER_AGENT_MINE_COMMAND: '["/bin/cat"]',
    YARDMASTER_AGENT_MINE_KIND: "command",
  });

  const unavailable = await unavailableAgents(
    ["mine", "scripted", "claude", "other"],
    adaptersOf(agents),
    null,
  );

  assert.deepEqual(Object.keys(unavailable), ["claude", "other"]);
  assert.match(unavailable["claude"] ?? "", /\/nowhere\/claude/u);
  assert.equal(unavailable["other"], "this version does not have it");
});

test("what an agent says is stored without the lines that hold a secret, in whatever disguise", () => {
  const secret = "q7Zp-4kWn-93Lx-aa12";
  const redact = redactor(() => [secret]);

  assert.equal(redact("all is well\nindeed"), "all is well\nindeed");
  assert.equal(
    redact(`one\nthe key is ${secret}.\nthree\n${Buffer.from(secret).toString("hex")}`),
    "one\n[withheld: this line holds a secret]\nthree\n[withheld: this line holds a secret]",
  );
});
