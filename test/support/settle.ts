/** Everything is answered in the usual way but the ends of Workers, which a test gives by itself. */
import assert from "node:assert/strict";
import { answerTo } from "./answers.ts";
import type { Story } from "./story.ts";

/** Until nothing but Workers is waited for. */
export function settle(story: Story): void {
  for (let steps = 0; steps < 200; steps++) {
    const effect = [...story.owed.values()].find(
      ({ type }) => type !== "worker.start" && type !== "worker.stop",
    );
    if (effect === undefined) return;
    story.reply(effect, answerTo(effect, null, story.facts));
  }
  assert.fail("it never ends");
}
