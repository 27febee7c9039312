/** Turns of the model, for agents that do not count them themselves. */
import type { AgentEvent } from "./event.ts";

/** Counts the turns of the main agent; each call answers with the turns so far. */
export function turnCount(): (event: AgentEvent) => number {
  let turns = 0;
  let isActing = false;
  return (event) => {
    switch (event.type) {
      case "tool-started":
        // Tools that are called side by side were asked for in one turn; a sub-agent's turns are its own.
        if (event.parent === null && !isActing) turns += 1;
        if (event.parent === null) isActing = true;
        break;
      case "tool-ended":
        isActing = false;
        break;
      case "turn-ended":
        // The turn in which the agent only spoke.
        turns += 1;
        isActing = false;
        break;
      case "session":
      case "text":
      case "thinking":
      case "denied":
      case "retried":
      case "usage":
      case "unknown":
        break;
    }
    return turns;
  };
}
