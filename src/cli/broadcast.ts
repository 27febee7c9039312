/** `yardmaster broadcast`: writes to all Workers. */
import type { Command } from "commander";

import { dataFolder } from "./data-folder.ts";
import { textOf } from "./send.ts";
import { print, printJson, serviceVerb } from "./verb.ts";
import type { ServiceOptions } from "./verb.ts";

/** The verb with its options. */
export const broadcastCommand = (): Command =>
  serviceVerb("broadcast", "write to the workers of all live issues", [
    'broadcast "The API moved to v2: rebase before you go on."',
    "broadcast - --json < notes.md",
  ])
    .argument("<text...>", "what to write; - reads standard input")
    .action(broadcast);

async function broadcast(words: readonly string[], options: ServiceOptions): Promise<void> {
  const { askService } = await import("./service.ts");
  const { Broadcast } = await import("../http/control-shapes.ts");
  const order = { method: "POST", path: "/messages", body: { text: await textOf(words) } } as const;
  const answer = await askService(dataFolder(options.data), order, Broadcast);
  if (options.json === true) return printJson(answer);
  for (const { task_id, dispatched, queued_count } of answer.results) {
    print(`${task_id ?? "?"}: ${dispatched ? "sent" : `queued, ${queued_count} waiting`}`);
  }
  print(`Written to ${answer.total} ${answer.total === 1 ? "worker" : "workers"}.`);
}
