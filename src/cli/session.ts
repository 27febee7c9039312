/** The session of a Worker: as its service knows it, else as its agent has told it so far. */
import { watchRun } from "../adapters/agents/watch.ts";
import type { AssignmentView } from "../http/control-shapes.ts";
import { lastRun, parserOf } from "./run-files.ts";

/** Its id; null while there is none. */
export async function sessionOf(root: string, view: AssignmentView): Promise<string | null> {
  const { repository_id: repository, worker } = view;
  if (repository === null || worker === null) return view.session_id;
  const run = await lastRun(root, { repository, worker });
  if (run === null) return view.session_id;
  let session = view.session_id;
  for await (const sight of watchRun(run, () => parserOf(run.record), AbortSignal.abort())) {
    if (sight.type === "event" && sight.event.type === "session") session = sight.event.id;
  }
  return session;
}
