/** Tasks of another system that become a plan: which of them do, and what their issues say. */

/** A task as another system has recorded it. */
export type FoundTask = {
  readonly id: string;
  readonly description: string;
  /** What people wrote to its Worker, oldest first. */
  readonly prompts: readonly string[];
  readonly fate: Fate;
  /** Ids of the tasks that come first. */
  readonly needs: readonly string[];
  readonly role: string | null;
  readonly priority: string | null;
  /** Why its last Worker failed. */
  readonly failure: string | null;
  readonly branch: string | null;
  readonly worktree: string | null;
};

/** What becomes of a task. */
export type Fate =
  | { readonly kind: "to do" }
  /** A pull request is open; `reference` is `owner/name#12`. */
  | { readonly kind: "in review"; readonly reference: string }
  | { readonly kind: "completed" }
  | { readonly kind: "left out"; readonly why: string };

/** A task that can stand in a plan. */
export type CarriedTask = {
  readonly id: string;
  readonly description: string;
  readonly role: string | null;
  readonly priority: string | null;
  readonly needs: readonly string[];
  readonly isCompleted: boolean;
};

/** The plan's tasks in the order in which they were found, and what of them is lost on the way. */
export function carriedOver(found: readonly FoundTask[]): {
  readonly tasks: readonly CarriedTask[];
  readonly notes: readonly string[];
} {
  const byId = new Map(found.map((task) => [task.id, task] as const));
  const tasks = found.flatMap((task) => (isCarried(task) ? [carried(task, byId)] : []));
  const notes = found
    .filter(({ fate }) => fate.kind === "to do")
    .flatMap((task) => task.needs.flatMap((id) => lostNeed(task, id, byId.get(id))));
  return { tasks, notes };
}

const isCarried = ({ fate }: FoundTask): boolean =>
  fate.kind === "to do" || fate.kind === "completed";

type Known = ReadonlyMap<string, FoundTask>;

function carried(task: FoundTask, known: Known): CarriedTask {
  const { id, role, priority, fate } = task;
  const isCompleted = fate.kind === "completed";
  const waitsFor = task.needs.flatMap((need) => {
    const other = known.get(need)?.fate;
    return other?.kind === "in review" ? [other.reference] : [];
  });
  const needs = isCompleted
    ? []
    : task.needs.filter((need) => {
        const other = known.get(need);
        return other !== undefined && isCarried(other);
      });
  return { id, role, priority, needs, isCompleted, description: textOf(task, waitsFor) };
}

/** What waits for something that is not taken over waits for nothing; people must know. */
function lostNeed(
  { id }: FoundTask,
  need: string,
  other: FoundTask | undefined,
): readonly string[] {
  if (other !== undefined && other.fate.kind !== "left out") return [];
  const why = other === undefined ? "is not there" : "is left out";
  return [`${id} waited for ${need}, which ${why}: the plan does not make it wait.`];
}

/** The text: the task's own words first. */
function textOf(
  { id, description, prompts, failure, branch }: FoundTask,
  waitsFor: readonly string[],
): string {
  const own = description.trim();
  const asked = prompts.map((prompt) => prompt.trim()).filter((text) => !isSaid(text, own));
  return [
    own,
    ...(prompts.some(isOfRequirements) ? [`What it has to be is told by \`prd/${id}*.md\`.`] : []),
    ...asked,
    ...(failure === null ? [] : [`The last worker on it failed:\n\n${fenced(failure.trim())}`]),
    ...(branch === null
      ? []
      : [`A worker began it on the branch \`${branch}\`, as far as that was pushed.`]),
    ...(waitsFor.length === 0 ? [] : [`Depends on: ${waitsFor.join(", ")}`]),
  ].join("\n\n");
}

const isSaid = (prompt: string, description: string): boolean =>
  prompt === "" || prompt === description || isOfRequirements(prompt);

/** Of another system's own command, which means nothing to our Workers. */
const isOfRequirements = (prompt: string): boolean => prompt.trim().startsWith("/implement-prd");

/** As code, so that nothing in it takes effect. */
const fenced = (text: string): string => `~~~~~~\n${text.replaceAll("~~~~~~", "~~~~~")}\n~~~~~~`;

/** May something of it be merged nowhere? */
export const mayBeUnmerged = ({ fate, branch, worktree }: FoundTask): boolean =>
  fate.kind !== "completed" && (branch !== null || worktree !== null);
