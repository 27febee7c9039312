/** A small agent that asks Anthropic's messages API and runs what the model calls for: stands in for the real ones wherever they are not installed. */

const source = `
import { execFileSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
const { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: token } = process.env;
const headers = {
  authorization: "Bearer " + token,
  "anthropic-version": "2023-06-01",
  "content-type": "application/json",
};
let brief = "";
for await (const chunk of process.stdin) brief += chunk;
const messages = [{ role: "user", content: brief }];
const tools = [{ name: "Bash", description: "Runs a command.", input_schema: { type: "object" } }];
for (let refusals = 0; ; ) {
  const body = JSON.stringify({ model: "claude-sonnet-5-5", max_tokens: 100, messages, tools });
  const answer = await fetch(url + "/v1/messages", { method: "POST", headers, body });
  const { content } = await answer.json();
  if (answer.status === 429 && (refusals += 1) < 3) {
    await setTimeout(1000 * Number(answer.headers.get("retry-after")));
    continue;
  }
  if (!answer.ok) {
    console.log("The model provider answered " + answer.status + ".");
    process.exit(1);
  }
  messages.push({ role: "assistant", content });
  const call = content.find(({ type }) => type === "tool_use");
  if (call === undefined) {
    console.log(content[0].text);
    process.exit(0);
  }
  try {
    // Its one tool is a shell, as that of real agents; it runs in the sandbox only.
    execFileSync("/bin/sh", ["-c", call.input.command], { stdio: "ignore" });
  } catch {
    // The model is told nothing of it, since it follows its script anyway.
  }
  messages.push({ role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "" }] });
}
`;

/** Variables of a service whose agent it is. */
export const modelAgent = {
  YARDMASTER_AGENT: "stand-in",
  YARDMASTER_AGENT_STAND_IN_COMMAND: JSON.stringify([
    process.execPath,
    "--input-type=module",
    "--eval",
    source,
  ]),
  YARDMASTER_AGENT_STAND_IN_KIND: "command",
  YARDMASTER_AGENT_STAND_IN_PROVIDER: "anthropic",
} as const;
