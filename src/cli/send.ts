/** `yardmaster send`: writes to one Worker. */
import { text as allOf } from "node:stream/consumers";
import type { Command } from "commander";

import { dataFolder } from "./data-folder.ts";
import { CliFault, usageExit } from "./fault.ts";
import { print, printJson, referenceHelp, serviceVerb } from "./verb.ts";
import type { ServiceOptions } from "./verb.ts";

/** The verb with its options. */
export const sendCommand = (): Command =>
  serviceVerb("send", "write to a worker: at once when it is idle, else after what it does now", [
    'send 12 "Use the existing helper instead of a new one."',
    "send acme/rocket#12 - < notes.md",
  ])
    .argument("<ref>", referenceHelp)
    .argument("<text...>", "what to write; - reads standard input")
    .action(send);

async function send(
  reference: string,
  words: readonly string[],
  options: ServiceOptions,
): Promise<void> {
  const { askService, assignmentPath } = await import("./service.ts");
  const { Sent } = await import("../http/control-shapes.ts");
  const body = { text: await textOf(words) };
  const order = { method: "POST", path: assignmentPath(reference, "/messages"), body } as const;
  const answer = await askService(dataFolder(options.data), order, Sent);
  if (options.json === true) return printJson(answer);
  const name = answer.task_id ?? reference;
  print(
    answer.dispatched
      ? `Sent: the worker of ${name} goes on with it.`
      : `Queued for the worker of ${name}: ${answer.queued_count} waiting.`,
  );
}

/** The words as one text, or all of standard input for a single `-`. */
export async function textOf(words: readonly string[]): Promise<string> {
  const text =
    words.length === 1 && words[0] === "-" ? await allOf(process.stdin) : words.join(" ");
  if (text.trim() === "") throw new CliFault("There is nothing to send.", usageExit);
  return text;
}
