/** What a plan's issues say. */
import type { Plan, PlanTask } from "./plan.ts";

/** Longer titles are cut by every list that shows them. */
const titleCharacters = 100;

/** An issue's title: the beginning of the task's first line. */
export function planTitle({ description }: PlanTask): string {
  const [line = ""] = description.trim().split("\n", 1);
  const characters = Array.from(line.trim());
  if (characters.length <= titleCharacters) return characters.join("");
  return `${characters
    .slice(0, titleCharacters - 1)
    .join("")
    .trimEnd()}…`;
}

/** An issue's text: the task first, then what it is part of. It stays Markdown, because it is the operator's word to the Worker. */
export function planBody(plan: Plan, task: PlanTask): string {
  const facts = [
    ["Plan", plan.session],
    ["Task", task.id],
    ...(task.role === null ? [] : [["Role", task.role]]),
    ...(task.hours === null ? [] : [["Estimated hours", task.hours]]),
    ...plan.context.facts,
  ];
  const list = facts.map(([name, value]) => `- ${name}: ${value}`);
  const chapters = plan.context.chapters.map(([heading, text]) => `### ${heading}\n\n${text}`);
  return [task.description.trim(), `### Part of a plan\n\n${list.join("\n")}`, ...chapters].join(
    "\n\n",
  );
}
