/** A service to be killed, or told to leave its runs: starts the run that it is told of and prints each text of the agent. */
import { createAgents } from "../../../src/adapters/agents/agents.ts";
import { HandClock, order } from "./runs.ts";

const [root = "", worktree = "", brief = ""] = process.argv.slice(2);
const silent = (): void => {};
const agents = createAgents({
  root,
  clock: new HandClock(),
  log: { info: silent, warn: silent },
  onEvent: (_, event) => {
    if (event.type === "text") console.log(event.text);
  },
});
await agents.start(order(brief), worktree);
process.once("SIGTERM", () => agents.close());
