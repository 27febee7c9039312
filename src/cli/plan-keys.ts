/** The keys of a plan's file: the seeds' batch of workers and their execution plan in one. */
import { z } from "zod";

/** Stands in a hidden mark, so it may hold nothing that ends one. */
const name = z
  .string("must be a name")
  .regex(/^[\w][\w.-]{0,63}$/u, "must be up to 64 letters, digits, dots, hyphens and underscores");
const line = z
  .string("must be one line")
  .trim()
  .min(1, "is empty")
  .max(200, "has more than 200 characters")
  .refine((text) => !text.includes("\n"), "must be one line");
const text = z
  .string("must be a text")
  .trim()
  .min(1, "is empty")
  .max(30_000, "has more than 30,000 characters");
const names = z.array(name, "must be a list of ids").max(100, "has more than 100 ids");
/** Left empty, as `agent:`, a key is as good as not there. */
const optional = <Value>(value: z.ZodType<Value>): z.ZodType<Value | undefined> =>
  z.preprocess((given) => (given === "" ? undefined : given), value.optional());

const TaskKeys = z.strictObject(
  {
    id: name,
    description: text,
    agent: optional(name),
    priority: optional(
      z
        .string("must be a priority")
        .regex(
          /^(?:[1-9]|10|critical|urgent|high|medium|low)$/u,
          "must be a number from 1 to 10, or critical, urgent, high, medium or low",
        ),
    ),
    estimated_hours: optional(
      z.string("must be hours").regex(/^\d{1,4}(?:\.\d{1,2})?$/u, "must be hours, for example 1.5"),
    ),
    dependencies: optional(names),
    depends_on: optional(names),
    status: optional(
      z.enum(["pending", "in_progress", "completed"], "must be pending, in_progress or completed"),
    ),
  },
  "must have an id and a description",
);

const Metadata = z.strictObject({
  sprint: optional(line),
  epic: optional(line),
  complexity_level: optional(line),
  phase: optional(line),
  created_at: optional(line),
  created_by: optional(line),
});

/** The whole file. */
export const PlanKeys = z
  .strictObject(
    {
      repository: optional(
        z
          .string("must be owner/name")
          .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/u, "must be owner/name"),
      ),
      session_name: optional(name),
      project: optional(name),
      base_branch: optional(line),
      version: optional(line),
      parent: optional(
        z
          .string("must be the number of an issue")
          .regex(/^[1-9]\d{0,8}$/u, "must be the number of an issue"),
      ),
      user_request: optional(text),
      design_doc: optional(text),
      tech_stack: optional(text),
      metadata: optional(Metadata),
      tasks: z
        .array(TaskKeys, "must be a list of tasks")
        .min(1, "is empty")
        .max(300, "has more than 300 tasks"),
    },
    "must have tasks",
  )
  .refine((keys) => keys.session_name !== undefined || keys.project !== undefined, {
    path: ["session_name"],
    error: "is missing, and so is project: one of them names the plan",
    // So that it is told together with the other faults.
    when: ({ value }) => typeof value === "object" && value !== null,
  });

const ids = z.array(z.string()).catch([]);

/** As much of the tasks as their order and agents need, whatever else is wrong with them. */
export const OrderKeys = z.object({
  tasks: z.array(
    z.object({
      id: z.string().catch(""),
      agent: z.string().catch(""),
      dependencies: ids,
      depends_on: ids,
    }),
  ),
});

/** Facts in the order in which issues show them, with their names there. */
export const factKeys = [
  ["project", "Project"],
  ["version", "Plan version"],
  ["sprint", "Sprint"],
  ["epic", "Epic"],
  ["complexity_level", "Complexity level"],
  ["phase", "Phase"],
  ["created_at", "Created at"],
  ["created_by", "Created by"],
] as const;

/** Texts in the order in which issues show them, with their headings there. */
export const chapterKeys = [
  ["user_request", "User request"],
  ["design_doc", "Design"],
  ["tech_stack", "Technology stack"],
] as const;
