/** The table of all gestures, and how one that came in is made. */
import { accountNamed, refusedGesture, repositoryNamed } from "./gesture.ts";
import { boardGestures } from "./board-gestures.ts";
import { checkGestures } from "./check-gestures.ts";
import { codeGestures } from "./code-gestures.ts";
import { conversationGestures } from "./conversation-gestures.ts";
import { settingsGestures } from "./settings-gestures.ts";
import { issueGestures } from "./issue-gestures.ts";
import { pullGestures } from "./pull-gestures.ts";
import type { Gesture } from "./gesture.ts";
import type { Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

const gestures: Readonly<Record<string, Gesture>> = {
  ...boardGestures,
  ...checkGestures,
  ...codeGestures,
  ...conversationGestures,
  ...settingsGestures,
  ...issueGestures,
  ...pullGestures,
};

/** Makes a gesture `{as, do, repository?, …}` and answers with what changed. */
export async function makeGesture(sim: Sim, home: Repository, body: unknown): Promise<unknown> {
  if (typeof body !== "object" || body === null) throw refusedGesture("a gesture is a JSON object");
  const fields: Record<string, unknown> = { ...body };
  const { as, do: name, repository } = fields;
  if (typeof as !== "string") throw refusedGesture("as must be a login");
  const found =
    typeof name === "string" && Object.hasOwn(gestures, name) ? gestures[name] : undefined;
  if (found === undefined) {
    throw refusedGesture(`do must be one of: ${Object.keys(gestures).join(", ")}`);
  }
  const place = typeof repository === "string" ? repositoryNamed(sim, repository) : home;
  const by = { account: accountNamed(sim, as), appId: null };
  sim.touch();
  return await found.perform({ sim, by, repository: place }, fields);
}
