/** What a flow's Workers were told. */
import { readFile, readdir } from "node:fs/promises";

import type { Yardmaster } from "./yardmaster.ts";

/** What an issue's Worker was told in its latest run. */
export async function lastBrief({ dataFolder, log }: Yardmaster, number: number): Promise<string> {
  const started = log.findLast(
    ({ message, fields }) => message === "worker started" && fields["issue"] === number,
  );
  const [repository = ""] = await readdir(`${dataFolder}/runs`);
  const { worker, run } = started?.fields ?? {};
  return readFile(
    `${dataFolder}/runs/${repository}/${String(worker)}/${String(run)}/brief.md`,
    "utf8",
  );
}
