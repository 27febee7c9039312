/**
 * The program that speaks ACP with an agent, beside it in the sandbox: the agent's pipes end with this program and not with
 * the service, and what the agent says goes to the run's files as for every other agent. https://agentclientprotocol.com
 */
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { ndJsonStream } from "@agentclientprotocol/sdk";
import { converse } from "./acp-conversation.ts";
import { AcpOrder, type AcpLine } from "./acp-lines.ts";

const order = AcpOrder.parse(JSON.parse(await text(process.stdin)));
const [program = "", ...args] = order.argv;
const agent = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
/** Settles with the words for it when the agent's program is gone. */
const gone = new Promise<string>((resolve) => {
  agent.on("error", () => resolve("The agent's program could not be started."));
  agent.on("exit", (code, signal) => resolve(`The agent's program ended (${signal ?? code}).`));
});
// It may be gone before it has read everything.
agent.stdin.on("error", () => {});
const stream = ndJsonStream(Writable.toWeb(agent.stdin), Readable.toWeb(agent.stdout));
const conversation = converse(order, stream, tell);
process.on("SIGINT", () => {
  if (!conversation.interrupt()) agent.kill("SIGTERM");
});

const last = await conversation.over.catch(disconnected);
tell(last);
await leave();
// Nothing that the agent left running may keep the program alive.
process.exit(last.type === "ended" ? 0 : 1);

function tell(line: AcpLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/** The connection ends a moment before the process; one that goes on without it is of no use. */
async function disconnected(): Promise<AcpLine> {
  const why = await Promise.race([gone, setTimeout(1_000, "The agent closed the connection.")]);
  return { type: "failed", why, isLogin: false };
}

/** Lets the agent write its session down before it is killed. */
async function leave(): Promise<void> {
  agent.stdin.end();
  await Promise.race([gone, setTimeout(2_000)]);
  agent.kill("SIGKILL");
}
