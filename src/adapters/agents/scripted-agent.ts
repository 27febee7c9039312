/** The scripted agent's program: reads a script on standard input and follows it. */
import { text } from "node:stream/consumers";
import type { Script, Step } from "./script.ts";
import { takeStep, tell, type Result } from "./scripted-step.ts";

const [, , session = "", beginning] = process.argv;
// Written by the agent's adapter.
const { attempt, base, steps } = JSON.parse(await text(process.stdin)) as Script;
tell({ type: "started", session, attempt });
if (beginning === "resumed") tell({ type: "text", text: "The session is resumed." });
const result = await follow(steps ?? usualSteps());
tell(result);
// Nothing that the script left running may keep the program alive.
process.exit(result.type === "limit" || result.status === "FAILED" ? 1 : 0);

async function follow(script: readonly Step[]): Promise<Result> {
  try {
    for (const [index, step] of script.entries()) {
      tell({ type: "step", number: index + 1, name: nameOf(step) });
      const end = await takeStep(step, base);
      if (end !== null) return end;
    }
    return { type: "result", status: "COMPLETED", summary: `Took ${script.length} steps.` };
  } catch (error) {
    return { type: "result", status: "FAILED", summary: `The script failed: ${String(error)}` };
  }
}

/** A brief without a script still leaves something to review, in a file that no other Worker writes. */
function usualSteps(): Step[] {
  const worker = (process.env["YARDMASTER_RUN"] ?? "worker").split("/")[0] ?? "worker";
  return [
    { edit: { path: `notes/${worker}.md`, content: `# Notes of ${worker}\n` } },
    { commit: `docs: add the notes of ${worker}` },
    { done: `Added notes/${worker}.md.` },
  ];
}

function nameOf(step: Step): string {
  return typeof step === "string" ? step : (Object.keys(step)[0] ?? "step");
}
