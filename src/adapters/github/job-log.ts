/** How the failed jobs of GitHub Actions ended, in the last lines of their logs. */
import { stripVTControlCharacters } from "node:util";
import type { RepositoryRef } from "../../core/issue.ts";
import type { Client } from "./client.ts";
import { ForgeFault } from "./fault.ts";
import type { CheckContext } from "./pull-documents.ts";
import { readable } from "./readable/readable.ts";

/** The end of the log of the job behind a check, as a reader sees it; empty where there is none. */
export type LogEnd = (check: CheckContext) => Promise<string>;

/** Behind the failure stands what the job prints while it cleans up. */
const readBytes = 262_144;
const shownCharacters = 12_000;
/** Each is a request. */
const logsAtMost = 3;

/** For one look at a pull request: its first failed jobs are asked for their logs. */
export function logEnds(client: Client, repository: RepositoryRef): LogEnd {
  let asked = 0;
  return async ({ databaseId, checkSuite }) => {
    if (databaseId == null || checkSuite?.app?.slug !== "github-actions") return "";
    if (asked >= logsAtMost) return "";
    asked += 1;
    return shown(await read(client, repository, databaseId));
  };
}

async function read(
  client: Client,
  { owner, name: repo }: RepositoryRef,
  job: number,
): Promise<string> {
  const what = `reading the log of job ${job} of ${owner}/${repo}`;
  const route = "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs";
  try {
    return await client.restEnd(what, route, { owner, repo, job_id: job }, readBytes);
  } catch (error) {
    // A log that is gone, kept from us or out of reach is no reason not to mend the check.
    if (error instanceof ForgeFault && error.kind !== "rate-limited") return "";
    throw error;
  }
}

/** Up to the last error, without colours and times. */
function shown(log: string): string {
  const lines = stripVTControlCharacters(log).replaceAll("\r\n", "\n").split("\n");
  const last = lines.findLastIndex((line) => line.includes("##[error]"));
  const until = last === -1 ? lines : lines.slice(0, last + 1);
  const end = until.map(withoutTime).join("\n").slice(-shownCharacters);
  // Indented like this it is code, whatever it says.
  return readable(
    end
      .split("\n")
      .map((line) => `    ${line}`)
      .join("\n"),
  ).text;
}

/** Sample: `2026-11-21T05:30:00.1234567Z not ok 1`. */
const withoutTime = (line: string): string =>
  line.replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /u, "");
