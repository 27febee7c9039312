/** The people of the measurements: they open issues with a script for the scripted agent and ask for them. */
import type { Simulator } from "../../src/simulator/simulator.ts";
import type { LogLine } from "../../src/demo/service.ts";
import type { ServiceLog } from "./scene.ts";

/** Opens an issue whose Worker waits, adds one file in one commit and is done; answers with its number. */
export async function openIssue(simulator: Simulator, name: string, wait: string): Promise<number> {
  const opened = await simulator.gesture({
    as: "mona",
    do: "open-issue",
    title: `Add ${name}`,
    body: bodyOf(name, wait),
  });
  if (typeof opened === "object" && opened !== null && "number" in opened) {
    return Number(opened.number);
  }
  throw new Error("the local GitHub did not open the issue");
}

/** Puts the trigger label on an issue, or moves its card to Ready. */
export async function askFor(
  simulator: Simulator,
  number: number,
  by: "label" | "card",
): Promise<void> {
  const request =
    by === "label" ? { do: "label", label: "agent:go" } : { do: "move-card", to: "Ready" };
  await simulator.gesture({ as: "mona", number, ...request });
}

const bodyOf = (name: string, wait: string): string => `The rocket needs ${name}.

## Acceptance Criteria

- [ ] it is there

\`\`\`yardmaster-script
- wait: ${wait}
- edit: {path: "src/${name}.js", content: "export const ready = true;\\n"}
- commit: "feat: add ${name}"
- done: Added it.
\`\`\`
`;

/** Waits until an issue is merged and its traces are gone; answers with when that was. */
export async function untilDone(
  log: ServiceLog,
  number: number,
  limitMs?: number,
): Promise<number> {
  const isEnd = ({ issue, phase = "" }: LogLine): boolean => issue === number && endings.has(phase);
  const line = await log.until(isEnd, limitMs);
  if (line.phase !== "done") throw new Error(`issue #${number} was not merged: ${line.phase}`);
  return line.time;
}

const endings = new Set(["done", "parked", "withdrawn"]);
