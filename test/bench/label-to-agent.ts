/** How long somebody waits between putting the label on an issue and the start of the agent's process. */
import { askFor, openIssue, untilDone } from "./issues.ts";
import type { Found, Measurement } from "./figure.ts";
import { percentile } from "./figure.ts";
import { setStage, startService } from "./scene.ts";

export const labelToAgent: Measurement = {
  name: "label-to-agent",
  about: "from the label to the agent's process",
  run: measure,
};

const issues = 21;

async function measure(): Promise<Found> {
  const stage = await setStage();
  const { simulator } = stage;
  const { log } = await startService(stage, 1);
  const times: number[] = [];
  for (let index = 0; index < issues; index += 1) {
    const number = await openIssue(simulator, `part-${index}`, "0ms");
    await simulator.drain();
    const askedAt = Date.now();
    await askFor(simulator, number, "label");
    const started = await log.until(
      ({ msg, issue }) => msg === "worker started" && issue === number,
    );
    times.push(started.time - askedAt);
    await untilDone(log, number);
  }
  const [first = Number.NaN, ...later] = times;
  const what = `${later.length} issues one after the other on an idle service`;
  return {
    figures: [
      {
        name: "label to agent p50",
        value: percentile(later, 0.5),
        unit: "ms",
        goal: null,
        meaning: `from the click on the label to the agent's process, permission check, public registration, fetch and worktree included; the middle of ${what}`,
      },
      {
        name: "label to agent p95",
        value: percentile(later, 0.95),
        unit: "ms",
        goal: { below: 1_000 },
        meaning: "nineteen of twenty people wait no longer than this",
      },
      {
        name: "first label to agent",
        value: first,
        unit: "ms",
        goal: null,
        meaning:
          "the same once after the start, when the repository is cloned and tokens are fetched",
      },
    ],
    raw: { timesMs: times },
  };
}
