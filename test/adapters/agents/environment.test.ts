/** What an agent may see of the service's environment. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { agentEnvironment } from "../../../src/adapters/agents/environment.ts";
import { order, yard } from "./runs.ts";

test("only allowed variables, the adapter's and the run's own pass", () => {
  const own = {
    PATH: "/bin",
    LC_ALL: "C.UTF-8",
    LANG: "C",
    HOME: "/root",
    GITHUB_TOKEN: "canary",
    PRIVATE_KEY: "canary",
    DATABASE_URL: "canary",
    ANTHROPIC_API_KEY: "canary",
    NODE_OPTIONS: "canary",
  };

  const env = agentEnvironment({
    own,
    added: { A: "1", HOME: "/b" },
    home: "/home/9",
    mark: "w/1",
  });

  assert.deepEqual(env, {
    PATH: "/bin",
    LC_ALL: "C.UTF-8",
    LANG: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_EDITOR: "true",
    A: "1",
    HOME: "/home/9",
    YARDMASTER_RUN: "w/1",
  });
});

test("a real agent finds no secret of the service, its own key and a home of its own", async (t) => {
  const place = yard(t);
  process.env["YARDMASTER_TEST_SECRET"] = "canary";
  t.after(() => delete process.env["YARDMASTER_TEST_SECRET"]);
  const env = { ANTHROPIC_API_KEY: "the-named-key" };
  const agents = place.agents({ claude: { command: ["/bin/sh", "-c", "env"], env } });

  const worker = await agents.start(order("", "claude"), place.worktree);
  await worker.exited;

  const seen = readFileSync(place.folder.events, "utf8");
  const home = join(place.root, "repositories/9/issues/5/home");
  assert.doesNotMatch(seen, /canary/);
  assert.match(seen, /^ANTHROPIC_API_KEY=the-named-key$/m);
  assert.match(seen, /^YARDMASTER_RUN=worker-1700000000-5\//m);
  assert.ok(seen.split("\n").includes(`HOME=${home}`));
  assert.equal(statSync(home).mode & 0o777, 0o700);
});
