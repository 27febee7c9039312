/** The small process that starts git for a local GitHub, for as long as that one is there. */
import type { GitAnswer, GitOrder } from "./git-elsewhere.ts";
import { gitEnding } from "./git-process.ts";

// Whoever stops the simulator stops it first; until it has ended, git answers.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

process.on("message", ({ id, call }: GitOrder) => {
  gitEnding(call).then(
    (ending) => answer({ id, ending }),
    (error: unknown) => answer({ id, error: String(error) }),
  );
});

/** Nobody may be there to hear it any more. */
const answer = (one: GitAnswer): void => {
  if (process.connected) process.send?.(one, () => {});
};
