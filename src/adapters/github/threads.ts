/** Answers in reviewers' threads: each is written once, and all in one request. */
import type { ThreadsOrder } from "../../core/effect.ts";
import type { ThreadAnswer } from "../../core/threads.ts";
import type { Client } from "./client.ts";
import type { Change } from "./mutation.ts";
import { make } from "./mutation.ts";
import { cappedBody, storable, withoutMarkers } from "./published-text.ts";
import { threadsSaid } from "./pull-documents.ts";
import { markerOf } from "./records.ts";

type Warn = (fields: { readonly [name: string]: unknown }, message: string) => void;

/** A thread that is gone or closed to us keeps the others from nothing. With `again`, what an earlier try has said is looked for first. */
export async function answerThreads(
  { client, warn }: { readonly client: Client; readonly warn: Warn },
  order: ThreadsOrder,
  again: boolean,
): Promise<void> {
  const { owner, name } = order.repository;
  const what = `answering reviewers of ${owner}/${name}#${order.pull}`;
  const said = again ? await alreadySaid(client, what, order) : [];
  const changes = order.threads.flatMap((answer) => [
    ...(said.includes(answer.thread) ? [] : [replyTo(answer, order)]),
    ...(answer.isResolved ? [resolutionOf(answer)] : []),
  ]);
  for (const [change, made] of await make(client, what, changes)) {
    if (!("refused" in made)) continue;
    const { words: why } = made.refused;
    warn({ pull: order.pull, change, why }, "thread cannot be answered");
  }
}

const replyTo = ({ thread, text }: ThreadAnswer, order: ThreadsOrder): Change => ({
  name: `reply ${thread}`,
  kind: "addPullRequestReviewThreadReply",
  input: {
    pullRequestReviewThreadId: thread,
    body: cappedBody([marked(order), withoutMarkers(storable(text))].join("\n")),
  },
});

/** Resolving what is resolved changes nothing. */
const resolutionOf = ({ thread }: ThreadAnswer): Change => ({
  name: `resolution ${thread}`,
  kind: "resolveReviewThread",
  input: { threadId: thread },
});

const marked = ({ mark }: ThreadsOrder): string => markerOf(`answer ${mark}`);

/** Anybody can write our marker, so the author counts. */
async function alreadySaid(
  client: Client,
  what: string,
  order: ThreadsOrder,
): Promise<readonly string[]> {
  const threads = order.threads.map(({ thread }) => thread);
  const { answer } = await client.partial(what, threadsSaid, { threads });
  return answer.nodes.flatMap((node) => {
    const isSaid = node?.comments.some(
      ({ body, viewerDidAuthor }) => viewerDidAuthor && body.startsWith(marked(order)),
    );
    return node?.id !== undefined && isSaid === true ? [node.id] : [];
  });
}
