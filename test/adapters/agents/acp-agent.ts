/** An ACP agent for tests, by the same SDK: what it is asked decides what it does. Its sessions are files in its home. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import {
  agent,
  methods,
  ndJsonStream,
  RequestError,
  type AgentContext,
  type PermissionOption,
  type RequestPermissionRequest,
  type SessionUpdate,
  type StopReason,
} from "@agentclientprotocol/sdk";

/** `--resume` and `--load` are what it can do; `--login` is what it wants first. */
const flags = new Set(process.argv.slice(2));
const chosen = { mode: "none", model: "none", login: "none" };
const turns = new Map<string, (reason: StopReason) => void>();
const fileOf = (session: string): string => join(process.env["HOME"] ?? "", `${session}.session`);

const configOptions = [
  {
    id: "llm",
    name: "Model",
    category: "model" as const,
    type: "select" as const,
    currentValue: "small",
    options: [{ value: "small", name: "Small" }],
  },
];

agent({ name: "acp-agent" })
  .onRequest(methods.agent.initialize, ({ params }) => ({
    protocolVersion: params.protocolVersion,
    agentInfo: { name: "acp-agent", version: "0.1" },
    agentCapabilities: {
      loadSession: flags.has("--load"),
      sessionCapabilities: flags.has("--resume") ? { resume: {} } : {},
    },
  }))
  .onRequest(methods.agent.authenticate, ({ params }) => {
    chosen.login = params.methodId;
    return {};
  })
  .onRequest(methods.agent.session.new, () => {
    if (flags.has("--login") && chosen.login === "none") throw RequestError.authRequired();
    const sessionId = `session-${process.pid}`;
    writeFileSync(fileOf(sessionId), "");
    return { sessionId, configOptions };
  })
  .onRequest(methods.agent.session.resume, ({ params }) => {
    if (!existsSync(fileOf(params.sessionId))) throw RequestError.resourceNotFound();
    return { configOptions };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    if (!existsSync(fileOf(params.sessionId))) throw RequestError.resourceNotFound();
    await say(client, params.sessionId, "What was said before.");
    return { configOptions };
  })
  .onRequest(methods.agent.session.setMode, ({ params }) => {
    chosen.mode = params.modeId;
    return {};
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    chosen.model = `${params.configId}=${String(params.value)}`;
    return { configOptions };
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const [block] = params.prompt;
    const asked = block?.type === "text" ? block.text : "";
    return { stopReason: await turn(client, params.sessionId, asked.trim()) };
  })
  .onNotification(methods.agent.session.cancel, ({ params }) => {
    turns.get(params.sessionId)?.("cancelled");
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));

async function turn(client: AgentContext, sessionId: string, asked: string): Promise<StopReason> {
  const tell = (update: SessionUpdate): Promise<void> =>
    client.notify(methods.client.session.update, { sessionId, update });
  switch (asked) {
    case "work":
      await work(client, sessionId, tell);
      return "end_turn";
    case "ask twice":
      await permission(client, sessionId, [
        { optionId: "always", name: "Always", kind: "allow_always" },
      ]);
      return "end_turn";
    case "hang":
      await say(client, sessionId, "Waiting.");
      await tell({ sessionUpdate: "plan", entries: [] });
      return new Promise((resolve) => turns.set(sessionId, resolve));
    case "fail":
      throw RequestError.internalError({ details: "429 Too Many Requests" });
    case "exit":
      process.exit(7);
    case "max_tokens":
    case "max_turn_requests":
    case "refusal":
      return asked;
    default:
      await say(client, sessionId, `Told: ${asked}. ${JSON.stringify(chosen)}`);
      return "end_turn";
  }
}

async function work(
  client: AgentContext,
  sessionId: string,
  tell: (update: SessionUpdate) => Promise<void>,
): Promise<void> {
  const thought = { type: "text" as const, text: "Hm." };
  await tell({ sessionUpdate: "agent_thought_chunk", content: thought });
  await say(client, sessionId, "I will ");
  await say(client, sessionId, "write a file.");
  const toolCallId = "tool-1";
  await tell({ sessionUpdate: "tool_call", toolCallId, title: "Write x.txt", kind: "edit" });
  const outcome = await permission(client, sessionId, [
    { optionId: "never", name: "Never", kind: "reject_always" },
    { optionId: "once", name: "Once", kind: "allow_once" },
  ]);
  writeFileSync("x.txt", `${outcome}\n`);
  await tell({ sessionUpdate: "tool_call_update", toolCallId, status: "completed" });
  const cost = { amount: 0.25, currency: "USD" };
  await tell({ sessionUpdate: "usage_update", used: 10, size: 100, cost });
  await say(
    client,
    sessionId,
    '```json\n{"status":"COMPLETED","summary":"Wrote it.","testing":"None."}\n```',
  );
}

async function permission(
  client: AgentContext,
  sessionId: string,
  options: PermissionOption[],
): Promise<string> {
  const toolCall = { toolCallId: "tool-1", title: "Write x.txt" };
  const asked: RequestPermissionRequest = { sessionId, toolCall, options };
  const { outcome } = await client.request(methods.client.session.requestPermission, asked);
  return outcome.outcome === "selected" ? outcome.optionId : outcome.outcome;
}

function say(client: AgentContext, sessionId: string, text: string): Promise<void> {
  const content = { type: "text" as const, text };
  const update: SessionUpdate = { sessionUpdate: "agent_message_chunk", content };
  return client.notify(methods.client.session.update, { sessionId, update });
}
