/** Cards in Ready on the boards that repositories work with. */
import type { GitHubEvent } from "../../core/event.ts";
import { issueId } from "../../core/ids.ts";
import type { Actor } from "../../core/issue.ts";
import type { BoardPolicy } from "../../core/policy.ts";
import { statusNamed } from "./board-names.ts";
import type { Client } from "./client.ts";
import type { Installed, Sweeper } from "./installed.ts";
import { personOf } from "./doer.ts";
import { followed } from "./pages.ts";
import type { ReadyBoard, ReadyItem } from "./sweep-documents.ts";
import { boardItems, organizationBoards, userReadyBoard } from "./sweep-documents.ts";

const filter = "status:Ready is:issue is:open";

/** Requests by card. The issue's inspection later decides which of several boards counts. */
export async function* readyCards(
  { board }: Sweeper,
  installed: Installed,
): AsyncGenerator<GitHubEvent> {
  const policies = [...installed.policies.values()].map((policy) => policy.board);
  if (policies.some(({ mode }) => mode === "organization")) {
    for (const login of installed.organizations) {
      yield* organizationCards(installed, login);
    }
  }
  if (board === null) return;
  for (const policy of distinct(policies)) yield* userCards(installed, board, policy);
}

type UserBoard = Extract<BoardPolicy, { mode: "user" }>;

function distinct(policies: readonly BoardPolicy[]): readonly UserBoard[] {
  const users = policies.filter((policy) => policy.mode === "user");
  return [...new Map(users.map((policy) => [`${policy.owner}/${policy.number}`, policy])).values()];
}

async function* organizationCards(
  installed: Installed,
  login: string,
): AsyncGenerator<GitHubEvent> {
  const { client } = installed;
  const boards = followed(async (after) => {
    const variables = { login, filter, after };
    const { answer } = await client.partial("looking at boards", organizationBoards, variables);
    return answer.organization?.projectsV2 ?? { nodes: [], next: null };
  });
  for await (const board of boards) {
    const isMeant = (policy: BoardPolicy): boolean =>
      policy.mode === "organization" && (policy.number ?? board.number) === board.number;
    yield* cardsOf(installed, client, board, isMeant);
  }
}

async function* userCards(
  installed: Installed,
  client: Client,
  { owner, number }: UserBoard,
): AsyncGenerator<GitHubEvent> {
  const variables = { login: owner, number, filter };
  const { answer } = await client.partial("looking at boards", userReadyBoard, variables);
  const board = answer.user?.projectV2;
  if (board == null) return;
  yield* cardsOf(
    installed,
    client,
    board,
    (policy) => policy.mode === "user" && policy.owner === owner && policy.number === number,
  );
}

async function* cardsOf(
  { id: installation, policies }: Installed,
  client: Client,
  board: ReadyBoard,
  isMeant: (policy: BoardPolicy) => boolean,
): AsyncGenerator<GitHubEvent> {
  if (board.closed) return;
  for await (const item of itemsOf(client, board)) {
    const request = requestOf(item);
    const policy = request === null ? undefined : policies.get(request.repository);
    if (request === null || policy === undefined || !isMeant(policy.board)) continue;
    yield {
      type: "issue.requested",
      issue: issueId(request.issue),
      installation,
      by: request.by,
      request: { via: "card" },
      seen: null,
    };
  }
}

async function* itemsOf(client: Client, { id, items }: ReadyBoard): AsyncGenerator<ReadyItem> {
  yield* items.nodes;
  if (items.next === null) return;
  yield* followed(async (after) => {
    const variables = { project: id, filter, after: after ?? items.next };
    const { answer } = await client.partial("looking at a board", boardItems, variables);
    return answer.node?.items ?? { nodes: [], next: null };
  });
}

type CardRequest = {
  readonly issue: string;
  readonly repository: number;
  readonly by: Actor;
};

/** The filter matches parts of names, so the column is compared again. */
function requestOf({
  isArchived,
  content,
  fieldValueByName: value,
}: ReadyItem): CardRequest | null {
  const by = personOf(value?.creator);
  const isReady = value?.name != null && statusNamed(value.name) === "Ready";
  if (isArchived || !isReady || by === null) return null;
  if (content?.id === undefined || content.state !== "OPEN") return null;
  if (content.repository === undefined) return null;
  return { issue: content.id, repository: content.repository.databaseId, by };
}
