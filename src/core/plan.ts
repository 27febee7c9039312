/** A plan: tasks that become issues, and the order that their dependencies leave. */

/** What a plan's file says, once it is understood. */
export type Plan = {
  /** With a task's id it names an issue for good. */
  readonly session: string;
  /** What all tasks have in common, as shown in each issue. */
  readonly context: PlanContext;
  /** Number of the issue whose sub-issues the tasks become; null for none. */
  readonly parent: number | null;
  /** In the file's order. */
  readonly tasks: readonly PlanTask[];
};

/** What the tasks of a plan have in common. */
type PlanContext = {
  /** Names and values in the file's order, for example the project and the sprint. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Headings and texts, for example the design. */
  readonly chapters: readonly (readonly [heading: string, text: string])[];
};

/** One task. */
export type PlanTask = {
  readonly id: string;
  readonly description: string;
  /** Who is to do it, of the agents that the service knows. */
  readonly agent: string | null;
  /** A role that is no agent of ours, for the Worker to read. */
  readonly role: string | null;
  /** A number from 1 to 10, or a word. */
  readonly priority: string | null;
  readonly hours: string | null;
  /** Ids of the tasks that come first, each once. */
  readonly needs: readonly string[];
  /** The file says that it is completed: it gets no issue, and nobody waits for it. */
  readonly isCompleted: boolean;
};

/** Something in the plan that cannot be; `path` leads to it from the list of tasks. */
export type PlanFault = { readonly path: readonly (string | number)[]; readonly why: string };

type Needy = Pick<PlanTask, "id" | "needs">;

/** Every id that is not there or is there twice, and every circle; none when the tasks can be brought in order. */
export function planFaults(tasks: readonly Needy[]): readonly PlanFault[] {
  const at = firstPlaces(tasks);
  const faults = tasks.flatMap(({ id, needs }, index) => [
    ...(at.get(id) === index ? [] : [{ path: [index, "id"], why: `${id} is there twice` }]),
    ...needs
      .filter((need) => !at.has(need))
      .map((need) => ({ path: [index, "needs"], why: `there is no task ${need}` })),
  ]);
  return [...faults, ...circles(tasks, at)];
}

function firstPlaces(tasks: readonly Needy[]): ReadonlyMap<string, number> {
  const at = new Map<string, number>();
  for (const [index, { id }] of tasks.entries()) if (!at.has(id)) at.set(id, index);
  return at;
}

/** One fault for each circle, by its tasks in the order in which they wait. */
function circles(tasks: readonly Needy[], at: ReadonlyMap<string, number>): readonly PlanFault[] {
  const faults: PlanFault[] = [];
  // Of two tasks with one id the first is meant, so that the second cannot hide what it waits for.
  let rest = tasks.filter(({ id }, index) => at.get(id) === index);
  for (let circle = circleIn(rest); circle.length > 0; circle = circleIn(rest)) {
    const told = circle;
    const first = told[0] ?? "";
    const why = `tasks wait for each other: ${[...told, first].join(" → ")}`;
    faults.push({ path: [at.get(first) ?? 0, "needs"], why });
    // Without it, so that another one that leads into it is found as well.
    rest = rest.filter(({ id }) => !told.includes(id));
  }
  return faults;
}

/** Whoever is in no wave needs somebody else who is in none, so that the way from there leads round. */
function circleIn(tasks: readonly Needy[]): readonly string[] {
  const placed = new Set(waves(tasks).flat());
  const stuck = new Map(
    tasks.filter(({ id }) => !placed.has(id)).map((task) => [task.id, task] as const),
  );
  const way: string[] = [];
  let [next] = stuck.keys();
  while (next !== undefined && !way.includes(next)) {
    way.push(next);
    next = stuck.get(next)?.needs.find((need) => stuck.has(need));
  }
  return next === undefined ? [] : way.slice(way.indexOf(next));
}

/** Ids in the order in which they can be worked on: each wave needs only those before it. Ids in or behind a circle are in none. */
export function waves(tasks: readonly Needy[]): readonly (readonly string[])[] {
  const known = new Set(tasks.map(({ id }) => id));
  const placed = new Set<string>();
  const found: (readonly string[])[] = [];
  for (let rest = tasks; rest.length > 0;) {
    const isReady = ({ needs }: Needy): boolean =>
      needs.every((need) => placed.has(need) || !known.has(need));
    const wave = rest.filter(isReady);
    if (wave.length === 0) return found;
    rest = rest.filter((task) => !isReady(task));
    for (const { id } of wave) placed.add(id);
    found.push(wave.map(({ id }) => id));
  }
  return found;
}

/** The tasks that are still to be done, in the order of their waves, without needs that are met. */
export function openTasks(plan: Plan): readonly PlanTask[] {
  const open = plan.tasks.filter(({ isCompleted }) => !isCompleted);
  const ids = new Set(open.map(({ id }) => id));
  const left = open.map((task) => ({ ...task, needs: task.needs.filter((id) => ids.has(id)) }));
  const byId = new Map(left.map((task) => [task.id, task] as const));
  return waves(left)
    .flat()
    .flatMap((id) => byId.get(id) ?? []);
}
