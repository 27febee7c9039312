/** How Codex is started, and what is said where it cannot be. */
import assert from "node:assert/strict";
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { codexAgent } from "../../../src/adapters/agents/codex.ts";
import { folder, program, sessionId, spec, start } from "./plain-run.ts";

const gateway = { url: "http://127.0.0.1:8080", token: "a-token" };
const flags = [
  "--json",
  "--dangerously-bypass-approvals-and-sandbox",
  "--skip-git-repo-check",
  "-c",
  "shell_environment_policy.inherit=all",
  "-c",
  'shell_environment_policy.exclude=["YARDMASTER_GATEWAY_TOKEN"]',
  "-c",
  "project_doc_max_bytes=0",
];

test("models are reached through the gateway, whose token is in neither the arguments nor the file", () => {
  const agent = codexAgent({ command: ["/opt/codex"], hasKey: true });

  const plan = agent.plan(spec({ gateway }));

  assert.deepEqual(plan, {
    argv: ["/opt/codex", "exec", ...flags, "-"],
    env: { YARDMASTER_GATEWAY_TOKEN: "a-token" },
    stdin: "Do it.",
    programs: [],
    homeFiles: {
      ".codex/config.toml": `check_for_update_on_startup = false
model_provider = "gateway"
[analytics]
enabled = false
[model_providers.gateway]
name = "gateway"
base_url = "http://127.0.0.1:8080/v1"
env_key = "YARDMASTER_GATEWAY_TOKEN"
wire_api = "responses"
`,
    },
  });
});

test("a resumed thread and a model change the arguments", () => {
  const agent = codexAgent({ command: ["/opt/codex"], hasKey: true });
  const session = { id: sessionId, isResumed: true };

  const { argv, env } = agent.plan(spec({ session, model: "gpt-5.4" }));

  const expected = ["exec", "resume", ...flags, "--model", "gpt-5.4", sessionId, "-"];
  assert.deepEqual(argv, ["/opt/codex", ...expected]);
  assert.deepEqual(env, {});
});

test("the native program is started and named with its tools, not the script that npm puts on the PATH", (t) => {
  const modules = join(realpathSync(folder(t)), "node_modules");
  const cpu = process.arch === "arm64" ? "aarch64" : "x86_64";
  const system = process.platform === "darwin" ? "apple-darwin" : "unknown-linux-musl";
  const name = `@openai/codex-${process.platform}-${process.arch}`;
  const vendor = join(modules, name, `vendor/${cpu}-${system}`);
  const files = [join(vendor, "bin/codex"), join(modules, "@openai/codex/bin/codex.js")];
  for (const file of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "\u007fELF", { mode: 0o755 });
  }
  writeFileSync(join(vendor, "codex-package.json"), "{}");
  mkdirSync(join(modules, ".bin"));
  symlinkSync("../@openai/codex/bin/codex.js", join(modules, ".bin/codex"));
  const agent = codexAgent({ command: [join(modules, ".bin/codex")], hasKey: true });

  const { argv, programs } = agent.plan(spec());

  assert.equal(argv[0], join(vendor, "bin/codex"));
  assert.deepEqual(programs, [vendor]);
});

test("a missing program, a broken one and a missing key are told with their cure", async (t) => {
  const works = program(t, "echo codex-cli 0.169.0");
  const broken = program(t, "exit 1");
  const preflight = (command: string, hasKey = true): Promise<object> =>
    codexAgent({ command: [command], hasKey }).preflight();

  assert.deepEqual(await preflight("/nowhere/codex"), {
    ok: false,
    why: "Codex is not installed: there is no program `/nowhere/codex`. Install it with `npm install --global @openai/codex`, or use the agent `scripted`.",
  });
  assert.deepEqual(await preflight(broken), {
    ok: false,
    why: `Codex does not start: \`${broken} --version\` failed. Install it again, or use the agent \`scripted\`.`,
  });
  assert.deepEqual(await preflight(works, false), {
    ok: false,
    why: "Codex has no model key: set OPENAI_API_KEY, or use the agent `scripted`.",
  });
  assert.deepEqual(await preflight(works), { ok: true, version: "codex-cli 0.169.0" });
});

test("a run of the program is read to its end, its files in its home before it starts", async (t) => {
  const thread = `{"type":"thread.started","thread_id":"${sessionId}"}`;
  const text =
    '{"type":"item.completed","item":{"id":"a","type":"agent_message","text":"Provider $provider, brief $brief"}}';
  const turn = '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}';
  const script = `read brief
provider=$(sed -n 's/^env_key = "\\(.*\\)"$/\\1/p' "$HOME/.codex/config.toml")
cat <<END
${thread}
${text}
${turn}
END`;
  const agent = codexAgent({ command: [program(t, script)], hasKey: true });

  const { over } = start(t, agent, spec({ gateway, brief: "the brief\n" }));

  assert.deepEqual((await over).exit, {
    outcome: "finished",
    retryAt: null,
    handover: {
      kind: "ready",
      summary: "Provider YARDMASTER_GATEWAY_TOKEN, brief the brief",
      testing: "",
      replies: [],
    },
    session: sessionId,
  });
});
