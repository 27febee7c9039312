/** What GitHub would do because of a commit's message, of which an agent may have written every word. */

/** No person writes a longer one with all that stands before it, and GitHub may read on where we would not. */
export const longestCommit = 65_536;

/** What speaks against publishing a commit, as git keeps it; its own issue may be closed by it. */
export function faultsOfMessage(commit: string, issueNumber: number): readonly string[] {
  if (commit.length > longestCommit) return ["a message that is too long to be judged"];
  const message = commit.slice(commit.indexOf("\n\n") + 2);
  const closed = [...message.matchAll(closing)].flatMap(([, reference = ""]) =>
    isOwn(reference, issueNumber) ? [] : [`a message that closes ${reference.slice(0, shown)}`],
  );
  return skipping.test(message) ? [...closed, "a message that has checks skipped"] : closed;
}

const shown = 120;

/** https://docs.github.com/issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue */
const closing =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?::\s*|\s+)((?:[\w.-]+\/[\w.-]+)?#\d+|GH-\d+|https?:\/\/\S+\/(?:issues|pull)\/\d+)/giu;

/** https://docs.github.com/actions/managing-workflow-runs/skipping-workflow-runs */
const skipping =
  /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]|^skip-checks:[ \t]*true[ \t]*$/imu;

const isOwn = (reference: string, issueNumber: number): boolean =>
  reference === `#${issueNumber}` || reference.toUpperCase() === `GH-${issueNumber}`;
