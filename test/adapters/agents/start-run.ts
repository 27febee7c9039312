/** A service to be killed, or told to leave its runs: starts the run that it is told of and prints each text of the agent. */
import { createAgents } from "../../../src/adapters/agents/agents.ts";
import { HandClock, order, plainOptions, workplaceIn } from "./runs.ts";

const [root = "", brief = ""] = process.argv.slice(2);
const agents = createAgents({
  ...plainOptions(root, new HandClock()),
  onEvent: (_, event) => {
    if (event.type === "text") console.log(event.text);
  },
});
await agents.start(order(brief), workplaceIn(root));
process.once("SIGTERM", () => void agents.close());
