/** What the failed checks of a head say, for the Worker that is to mend them. */
import type { Failure } from "../../core/task.ts";
import type { LogEnd } from "./job-log.ts";
import type { CheckContext } from "./pull-documents.ts";
import { readable } from "./readable/readable.ts";
import { singleVerdict } from "./verdict.ts";

/** A build that is broken fails everywhere, and the first few say it. */
const failuresAtMost = 10;
const longestText = 8_000;

/** How the logs of failed jobs end, and what takes secrets out of texts. */
type Reading = { readonly logEnd: LogEnd; readonly redact: (text: string) => string };

/** Ours is left out, as everywhere. */
export async function failuresOf(
  contexts: readonly CheckContext[],
  appId: number,
  { logEnd, redact }: Reading,
): Promise<readonly Failure[]> {
  const failed = contexts
    .filter(({ checkSuite }) => checkSuite?.app?.databaseId !== appId)
    .filter((context) => singleVerdict(context) === "failing")
    .slice(0, failuresAtMost);
  const failures: Failure[] = [];
  for (const context of failed) {
    const text = [textOf(context), await logEnd(context)].filter((part) => part !== "");
    failures.push({ name: nameOf(context), text: redact(text.join("\n\n")) });
  }
  return failures;
}

const nameOf = ({ name, context }: CheckContext): string => (name ?? context ?? "").slice(0, 200);

function textOf({ title, summary, text, description, conclusion }: CheckContext): string {
  const said = [title, summary, text, description].filter((part) => part != null && part !== "");
  // Programs write it, some of them from what strangers sent.
  const shown = readable(said.join("\n\n").slice(0, longestText)).text;
  return shown === "" ? `It ended as ${(conclusion ?? "failure").toLowerCase()}.` : shown;
}
