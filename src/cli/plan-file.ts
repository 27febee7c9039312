/** A plan's file: read strictly, and every fault told at once with its place. */
import type { z } from "zod";

import type { Plan, PlanTask } from "../core/plan.ts";
import { planFaults } from "../core/plan.ts";
import { faultsOf, readLined } from "./lined-file.ts";
import type { Fault } from "./lined-file.ts";
import { chapterKeys, factKeys, OrderKeys, PlanKeys } from "./plan-keys.ts";

/** A file that can be applied, or what is wrong with it. */
export type ReadPlan =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** `owner/name`; null where the file does not say. */
      readonly repository: string | null;
      readonly baseBranch: string | null;
    }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads the text; `agents` are those that a task may name, all others are refused unless they are a known role. */
export function readPlan(text: string, agents: readonly string[]): ReadPlan {
  // Everything stays as it is written: 001 is an id, not the number 1.
  const file = readLined(text, "failsafe");
  if (!file.ok) return file;
  const parsed = PlanKeys.safeParse(file.value ?? {});
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap(faultsOf)),
    ...orderFaults(file.value ?? {}, agents),
  ];
  if (!parsed.success || faults.length > 0) return { ok: false, faults: file.told(faults) };
  const tasks = parsed.data.tasks.map((task) => taskOf(task, agents));
  return understood(parsed.data, tasks);
}

type Keys = z.infer<typeof PlanKeys>;
type TaskKeys = Keys["tasks"][number];

/** The seed's roles; they tell a Worker how to go about it, not which program it is. */
export const roles: readonly string[] = ["code-author", "test-author", "iac-engineer"];

/** Ids, needs and agents, also where something else is wrong with the file, so that all faults are told together. */
function orderFaults(value: unknown, agents: readonly string[]): readonly Fault[] {
  const { tasks } = OrderKeys.catch({ tasks: [] }).parse(value);
  // What has no id is told as such, and is nobody's double.
  const needy = tasks.map((task, index) => ({
    id: task.id === "" ? `task ${index}` : task.id,
    needs: [...task.depends_on, ...task.dependencies],
  }));
  const isKnown = (name: string): boolean => agents.includes(name) || roles.includes(name);
  return [
    ...planFaults(needy).map(({ path: [index = 0, field], why }) => {
      const needs = tasks[Number(index)]?.depends_on.length === 0 ? "dependencies" : "depends_on";
      return { path: ["tasks", index, field === "needs" ? needs : "id"], why };
    }),
    ...tasks.flatMap(({ agent }, index) => {
      const why = `there is no agent ${agent}; there are ${[...agents, ...roles].join(", ")}`;
      return agent === "" || isKnown(agent) ? [] : [{ path: ["tasks", index, "agent"], why }];
    }),
  ];
}

function taskOf(task: TaskKeys, agents: readonly string[]): PlanTask {
  const agent = task.agent ?? null;
  const isAgent = agent !== null && agents.includes(agent);
  return {
    id: task.id,
    description: task.description,
    agent: isAgent ? agent : null,
    role: isAgent ? null : agent,
    priority: task.priority ?? null,
    hours: task.estimated_hours ?? null,
    needs: [...new Set([...(task.depends_on ?? []), ...(task.dependencies ?? [])])],
    isCompleted: task.status === "completed",
  };
}

function understood(keys: Keys, tasks: readonly PlanTask[]): ReadPlan {
  const { metadata } = keys;
  const facts = factKeys.flatMap(([key, name]) => {
    const value = key === "project" || key === "version" ? keys[key] : metadata?.[key];
    return value === undefined ? [] : [[name, value] as const];
  });
  const chapters = chapterKeys.flatMap(([key, heading]) => {
    const text = keys[key];
    return text === undefined ? [] : [[heading, text] as const];
  });
  const session = keys.session_name ?? keys.project ?? "";
  return {
    ok: true,
    plan: {
      session,
      context: { facts, chapters },
      parent: keys.parent === undefined ? null : Number(keys.parent),
      tasks,
    },
    repository: keys.repository ?? null,
    baseBranch: keys.base_branch ?? null,
  };
}
