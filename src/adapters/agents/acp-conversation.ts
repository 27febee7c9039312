/** One turn with an ACP agent, from the greeting to the reason for which it stopped. */
import {
  client,
  methods,
  PROTOCOL_VERSION,
  RequestError,
  type ClientContext,
  type NewSessionResponse,
  type PromptRequest,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type Stream,
} from "@agentclientprotocol/sdk";
import type { AcpLine, AcpOrder } from "./acp-lines.ts";

/** A turn under way. */
export type Conversation = {
  /** Its last line; rejects when the agent's side of the connection is gone. */
  readonly over: Promise<AcpLine>;
  /** Asks the agent to end its turn; false when it has none yet. */
  interrupt(): boolean;
};

type Talk = {
  readonly order: AcpOrder;
  readonly tell: (line: AcpLine) => void;
  session: string | null;
  /** What is told before is an older session's history. */
  isLive: boolean;
};

/** Has the conversation over this stream. */
export function converse(
  order: AcpOrder,
  stream: Stream,
  tell: (line: AcpLine) => void,
): Conversation {
  const talk: Talk = { order, tell, session: null, isLive: false };
  const { agent } = client({ name: "yardmaster" })
    .onNotification(methods.client.session.update, ({ params }) => {
      if (talk.isLive) tell({ type: "update", update: params.update });
    })
    .onRequest(methods.client.session.requestPermission, ({ params }) => permission(talk, params))
    .connect(stream);
  return {
    over: held(talk, agent),
    interrupt: () => {
      if (talk.session === null) return false;
      void agent.notify(methods.agent.session.cancel, { sessionId: talk.session });
      return true;
    },
  };
}

/** In the sandbox everything is allowed, but never for longer than it is asked for. */
function permission(talk: Talk, asked: RequestPermissionRequest): RequestPermissionResponse {
  const allowed = asked.options.find(({ kind }) => kind === "allow_once");
  if (allowed) return { outcome: { outcome: "selected", optionId: allowed.optionId } };
  talk.tell({ type: "denied", tool: asked.toolCall.title ?? asked.toolCall.toolCallId });
  return { outcome: { outcome: "cancelled" } };
}

async function held(talk: Talk, agent: ClientContext): Promise<AcpLine> {
  const { order } = talk;
  try {
    const sessionId = await sessionOf(talk, agent);
    const prompt: PromptRequest = { sessionId, prompt: [{ type: "text", text: order.prompt }] };
    const turn = await agent.request(methods.agent.session.prompt, prompt);
    return { type: "ended", reason: turn.stopReason };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { type: "failed", why: wordsOf(error), isLogin: error.code === loginNeeded };
  }
}

/** https://agentclientprotocol.com/protocol/authentication */
const loginNeeded = -32_000;

/** The details are where agents put what their model provider has answered. */
function wordsOf({ message, data }: RequestError): string {
  const details = data === undefined ? "" : JSON.stringify(data);
  return details === "" ? message : `${message}: ${details.slice(0, 500)}`;
}

async function sessionOf(talk: Talk, agent: ClientContext): Promise<string> {
  const { order, tell } = talk;
  const { agentCapabilities: able = {}, agentInfo } = await agent.request(
    methods.agent.initialize,
    {
      protocolVersion: PROTOCOL_VERSION,
      clientInfo: { name: "yardmaster", version: "1" },
      clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    },
  );
  if (order.login !== null) {
    await agent.request(methods.agent.authenticate, { methodId: order.login });
  }
  const earlier = await resumed(order.session, able, agent);
  const setup = earlier ?? (await begun(agent));
  await choose(order, setup, agent);
  const anew = order.session === null ? "begun" : "begun-anew";
  const beginning = earlier === null ? anew : "resumed";
  const version = agentInfo ? `${agentInfo.name} ${agentInfo.version}` : null;
  tell({ type: "session", id: setup.sessionId, beginning, agent: version, model: order.model });
  talk.session = setup.sessionId;
  talk.isLive = true;
  return setup.sessionId;
}

type Setup = Pick<NewSessionResponse, "sessionId" | "configOptions">;
type Abilities = {
  readonly loadSession?: boolean;
  readonly sessionCapabilities?: { readonly resume?: object | null };
};

function begun(agent: ClientContext): Promise<Setup> {
  return agent.request(methods.agent.session.new, { cwd: process.cwd(), mcpServers: [] });
}

/** Null when the agent cannot go on with a session, or not with this one. */
async function resumed(
  sessionId: string | null,
  able: Abilities,
  agent: ClientContext,
): Promise<Setup | null> {
  if (sessionId === null) return null;
  const session = { sessionId, cwd: process.cwd(), mcpServers: [] };
  try {
    if (able.sessionCapabilities?.resume) {
      return { ...(await agent.request(methods.agent.session.resume, session)), sessionId };
    }
    if (able.loadSession) {
      return { ...(await agent.request(methods.agent.session.load, session)), sessionId };
    }
    return null;
  } catch (error) {
    if (error instanceof RequestError && error.code !== loginNeeded) return null;
    throw error;
  }
}

async function choose(
  { mode, model }: AcpOrder,
  { sessionId, configOptions }: Setup,
  agent: ClientContext,
): Promise<void> {
  if (mode !== null) {
    await agent.request(methods.agent.session.setMode, { sessionId, modeId: mode });
  }
  if (model === null) return;
  const option = configOptions?.find(({ category }) => category === "model");
  if (!option) throw RequestError.invalidParams(undefined, "the agent offers no choice of models");
  const configId = option.id;
  await agent.request(methods.agent.session.setConfigOption, { sessionId, configId, value: model });
}
