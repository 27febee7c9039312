/** What an import tells: what becomes of each task, what has to be saved by hand, and what comes next. */
import type { Fate, FoundTask } from "../core/takeover.ts";
import type { Takeover } from "./import-plan.ts";
import { plainLine } from "./plain.ts";
import { shellWord } from "./shell-word.ts";
import { table } from "./table.ts";

/** Lines for a person. */
export function reportLines({ found, saves, notes }: Takeover): readonly string[] {
  const rows = found.tasks.map((task) => [task.id, fateText(task.fate), titleOf(task)]);
  return [
    table(["TASK", "WHAT BECOMES OF IT", "TITLE"], rows),
    ...notes.map(plainLine),
    ...(saves.length === 0
      ? []
      : [
          "",
          "Not known to be merged; save it before you remove anything (nothing is removed here):",
          ...saves.map(({ command }) => `  ${plainLine(command)}`),
        ]),
  ];
}

function fateText(fate: Fate): string {
  switch (fate.kind) {
    case "to do":
      return "becomes an issue";
    case "in review":
      return `left to its pull request ${fate.reference}`;
    case "completed":
      return "is completed";
    case "left out":
      return `left out: ${fate.why}`;
  }
}

const titleOf = ({ description }: FoundTask): string => description.split("\n", 1)[0] ?? "";

/** The command that makes the issues; `path` is where the plan is. */
export const nextLine = ({ repository }: Takeover, path: string): string =>
  `yardmaster plan apply ${shellWord(path)}${repository === null ? " --repository owner/name" : ""} --as LOGIN`;

/** The same for programs; `written` is where the plan was written. */
export const reportJson = (takeover: Takeover, written: string | null): object => ({
  session: takeover.found.session,
  repository: takeover.repository,
  base_branch: takeover.found.baseBranch,
  tasks: takeover.found.tasks.map((task) => ({
    id: task.id,
    title: titleOf(task),
    fate: task.fate.kind,
    why: task.fate.kind === "left out" ? task.fate.why : null,
    pull_request: task.fate.kind === "in review" ? task.fate.reference : null,
    depends_on: task.needs,
  })),
  saves: takeover.saves,
  notes: takeover.notes,
  plan: takeover.plan,
  written,
});
