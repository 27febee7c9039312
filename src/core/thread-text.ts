/** What is said in a reviewer's thread. */
import type { ThreadReply } from "./handover.ts";
import type { Sha } from "./ids.ts";
import { quoted } from "./quote.ts";

/** The Worker's words about a thread, null where it said none, for work that is published as `head`. */
export function answerText(reply: ThreadReply | null, head: Sha): string {
  const shown = head.slice(0, 10);
  if (reply === null) {
    return `A worker has gone over this review and says nothing about this thread. What it did is in the pull request as of ${shown}.`;
  }
  const words = reply.text.trim() === "" ? [] : ["", quoted(reply.text)];
  return [`${verdictOf(reply, shown)}${words.length === 0 ? "." : ":"}`, ...words].join("\n");
}

function verdictOf({ outcome }: ThreadReply, head: string): string {
  switch (outcome) {
    case "fixed":
      return `Done as of ${head}`;
    case "deferred":
      return "Not done in this pull request";
    case "pushed-back":
      return "Left as it is, for a person to decide";
  }
}
