/** The recorded runs of real agents. */
import { readFileSync } from "node:fs";

/** The lines of a recording. */
export const recorded = (name: string): string[] =>
  readFileSync(new URL(`../../fixtures/agent-streams/${name}.jsonl`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
