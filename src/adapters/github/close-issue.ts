/** Closes an issue as completed; one that is closed already stays as it is. */
import { z } from "zod";
import type { CloseOrder } from "../../core/flow.ts";
import type { Client } from "./client.ts";

/** Repeating it is harmless. */
export async function closeIssue(client: Client, order: CloseOrder): Promise<void> {
  const { owner, name: repo } = order.repository;
  await client.rest(
    `closing issue ${owner}/${repo}#${order.issueNumber}`,
    "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
    {
      owner,
      repo,
      issue_number: order.issueNumber,
      state: "closed",
      state_reason: "completed",
    },
    z.unknown(),
  );
}
