/** A plan's file: read strictly, and every fault told at once with its place. */
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";

import type { Plan, PlanTask } from "../core/plan.ts";
import { planFaults } from "../core/plan.ts";
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

type Path = readonly PropertyKey[];
type Fault = { readonly path: Path; readonly why: string };

/** Reads the text; `agents` are those that a task may name, all others are refused unless they are a known role. */
export function readPlan(text: string, agents: readonly string[]): ReadPlan {
  const lines = new LineCounter();
  // Everything stays as it is written: 001 is an id, not the number 1.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "failsafe",
  });
  if (document.errors.length > 0) {
    const told = document.errors.map(
      ({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`,
    );
    return { ok: false, faults: told };
  }
  const value = valueOf(document);
  if ("fault" in value) return { ok: false, faults: [`line 1: the file: ${value.fault}`] };
  const parsed = PlanKeys.safeParse(value.value);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap(faultsOf)),
    ...orderFaults(value.value, agents),
  ];
  if (!parsed.success || faults.length > 0) {
    return { ok: false, faults: inLines(faults, document, lines) };
  }
  const tasks = parsed.data.tasks.map((task) => taskOf(task, agents));
  return understood(parsed.data, tasks);
}

function inLines(
  faults: readonly Fault[],
  document: Document,
  lines: LineCounter,
): readonly string[] {
  return faults
    .map(({ path, why }) => ({ path, why, line: lineOf(document, lines, path) }))
    .toSorted((one, other) => one.line - other.line)
    .map(({ path, why, line }) => {
      const name = path.length === 0 ? "the file" : path.map(String).join(".");
      return `line ${line}: ${name}: ${why}`;
    });
}

/** A document of aliases of aliases can be many times larger than its text; the parser refuses that only here. */
function valueOf(document: Document): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: document.toJS({ maxAliasCount: 10 }) ?? {} };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : "it is not readable" };
  }
}

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code !== "unrecognized_keys") return [{ path: issue.path, why: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], why: "there is no such key" }));
}

/** The line of the last part of the path that is there. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const start = startOf(document, path.slice(0, length));
    if (start !== null) return lines.linePos(start).line;
  }
  return 1;
}

/** Of a key where there is one: its value may begin a line below. */
function startOf(document: Document, path: Path): number | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(
      ({ key }) => isScalar(key) && String(key.value) === String(last),
    );
    return isPair(pair) && isNode(pair.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  const node: unknown = document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

type Keys = z.infer<typeof PlanKeys>;
type TaskKeys = Keys["tasks"][number];

/** The seed's roles; they tell a Worker how to go about it, not which program it is. */
const roles: readonly string[] = ["code-author", "test-author", "iac-engineer"];

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
    plan: { session, context: { facts, chapters }, tasks },
    repository: keys.repository ?? null,
    baseBranch: keys.base_branch ?? null,
  };
}
