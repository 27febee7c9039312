/** What an agent may see of the service's environment. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import test from "node:test";
import {
  agentEnvironment,
  namedVariables,
  worktreeVariables,
} from "../../../src/adapters/agents/environment.ts";
import { order, shellAgent, yard } from "./runs.ts";

const own = {
  PATH: "/bin",
  LC_ALL: "C.UTF-8",
  LANG: "C",
  HOME: "/root",
  TMPDIR: "/var/tmp",
  GITHUB_TOKEN: "canary",
  PRIVATE_KEY: "canary",
  DATABASE_URL: "canary",
  ANTHROPIC_API_KEY: "canary",
  NODE_OPTIONS: "canary",
};
const from = {
  own,
  named: { LICENCE: "given", HOME: "/a" },
  added: { A: "1", HOME: "/b" },
  run: { YARDMASTER_PORT_BASE: "20000" },
  home: "/home/9",
  mark: "w/1",
  boxedProgram: null,
};

test("only allowed variables, the named ones, the adapter's and the run's own pass", () => {
  assert.deepEqual(agentEnvironment(from), {
    PATH: "/bin",
    LC_ALL: "C.UTF-8",
    LANG: "C",
    TMPDIR: "/var/tmp",
    GIT_TERMINAL_PROMPT: "0",
    GIT_EDITOR: "true",
    LICENCE: "given",
    A: "1",
    YARDMASTER_PORT_BASE: "20000",
    HOME: "/home/9",
    YARDMASTER_RUN: "w/1",
  });
});

test("in a sandbox the path is that of the system and of the program, and temporary files have a place", () => {
  const boxed = (program: string): object => agentEnvironment({ ...from, boxedProgram: program });

  assert.deepEqual(boxed("/opt/node/bin/node"), {
    ...agentEnvironment(from),
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/node/bin",
    TMPDIR: "/tmp",
  });
  for (const program of ["/usr/bin/env", "claude"]) {
    assert.match(JSON.stringify(boxed(program)), /"\/usr\/local\/bin:\/usr\/bin:\/bin"/);
  }
});

test("an agent sees of the operator's variables those that its repository names, and no other", () => {
  const given = { LICENCE: "canary-1", REGISTRY: "canary-2" };

  assert.deepEqual(namedVariables(given, ["LICENCE", "PATH", "toString", "__proto__"]), {
    LICENCE: "canary-1",
  });
});

test("worktrees differ in their ports and in the names of their databases and projects", () => {
  const { repository, issueNumber } = order("");

  assert.deepEqual(worktreeVariables({ repository, issueNumber, attempt: 2 }, 20_040), {
    YARDMASTER_PORT_BASE: "20040",
    YARDMASTER_PORT_COUNT: "20",
    YARDMASTER_DATABASE: "yardmaster_9_5_2",
    COMPOSE_PROJECT_NAME: "yardmaster-9-5-2",
  });
});

test("a real agent finds no secret of the service, what it was given, and a home of its own", async (t) => {
  const place = yard(t);
  process.env["YARDMASTER_TEST_SECRET"] = "canary";
  t.after(() => delete process.env["YARDMASTER_TEST_SECRET"]);
  const agents = place.agents({
    adapters: [shellAgent(["/bin/sh", "-c", "env"])],
    agentVariables: { LICENCE: "a-licence", OTHER: "canary" },
  });

  const asked = order("", { agent: "shell", variables: ["LICENCE", "YARDMASTER_TEST_SECRET"] });
  const worker = await agents.start(asked, place.workplace);
  await worker.exited;

  const seen = readFileSync(place.folder.events, "utf8");
  const { home } = place.workplace;
  assert.doesNotMatch(seen, /canary/);
  assert.match(seen, /^LICENCE=a-licence$/m);
  assert.match(seen, /^YARDMASTER_RUN=worker-1700000000-5\//m);
  assert.match(seen, /^YARDMASTER_PORT_BASE=\d+$/m);
  assert.match(seen, /^COMPOSE_PROJECT_NAME=yardmaster-9-5-1$/m);
  assert.ok(seen.split("\n").includes(`HOME=${home}`));
  assert.ok(statSync(home).isDirectory());
});
