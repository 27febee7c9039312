/** Reads a check run out of a request body. */
import { CHECK_CONCLUSIONS } from "../world/pulls.ts";
import { malformed } from "../refusal.ts";
import { fieldsOf, optionalText, valueOf } from "./call.ts";
import type { Call } from "./call.ts";
import type { CheckAnnotation, CheckConclusion, CheckRun, CheckStatus } from "../world/pulls.ts";
import type { CheckOutput, CheckRunDraft } from "../acts/check-rules.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a body may say about a check run. */
export const CHECK_RUN: readonly string[] = [
  "name",
  "status",
  "conclusion",
  "external_id",
  "details_url",
  "started_at",
  "completed_at",
  "output",
  "actions",
];
const OUTPUT = ["title", "summary", "text", "annotations"];
const ANNOTATION = [
  "path",
  "start_line",
  "end_line",
  "annotation_level",
  "message",
  "title",
  "raw_details",
];
const ACTION = ["label", "description", "identifier"];

/** The check run that a body describes; 422 for what has the wrong type. */
export function checkRunOf(call: Call): CheckRunDraft {
  return {
    name: optionalText(call, "name"),
    status: statusOf(optionalText(call, "status")),
    conclusion: conclusionOf(optionalText(call, "conclusion")),
    externalId: optionalText(call, "external_id"),
    detailsUrl: optionalText(call, "details_url"),
    startedAt: timeOf(optionalText(call, "started_at")),
    completedAt: timeOf(optionalText(call, "completed_at")),
    output: outputOf(valueOf(call, "output")),
    actions: actionsOf(valueOf(call, "actions")),
  };
}

function statusOf(text: string | undefined): CheckStatus | undefined {
  if (text === undefined) return undefined;
  // GitHub's other states belong to Actions alone.
  if (text === "queued" || text === "in_progress" || text === "completed") return text;
  throw malformed(`For 'properties/status', "${text}" is not a possible value.`);
}

function conclusionOf(text: string | undefined): CheckConclusion | undefined {
  if (text === undefined) return undefined;
  const conclusion = CHECK_CONCLUSIONS.find((known) => known === text);
  if (conclusion !== undefined) return conclusion;
  throw malformed(`For 'properties/conclusion', "${text}" is not a possible value.`);
}

function timeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw malformed(`"${text}" is not a valid date-time.`);
  return `${time.toISOString().slice(0, 19)}Z`;
}

function outputOf(value: unknown): CheckOutput | undefined {
  if (value === undefined || value === null) return undefined;
  const output = fieldsOf(value, "output", OUTPUT);
  const { title = null, summary, text = null, annotations = [] } = output;
  if (typeof summary !== "string") throw malformed('"summary" wasn\'t supplied.');
  if (!Array.isArray(annotations)) throw malformed("annotations is not an array.");
  return {
    title: title === null ? null : textIn(output, "title"),
    summary,
    text: text === null ? null : textIn(output, "text"),
    annotations: annotations.map((annotation: unknown) => annotationOf(annotation)),
  };
}

function annotationOf(value: unknown): CheckAnnotation {
  const annotation = fieldsOf(value, "annotations/items", ANNOTATION);
  const level = textIn(annotation, "annotation_level");
  if (level !== "notice" && level !== "warning" && level !== "failure") {
    throw malformed(`For 'properties/annotation_level', "${level}" is not a possible value.`);
  }
  return {
    path: textIn(annotation, "path"),
    startLine: numberIn(annotation, "start_line"),
    endLine: numberIn(annotation, "end_line"),
    level,
    message: textIn(annotation, "message"),
    title: annotation["title"] === undefined ? null : textIn(annotation, "title"),
    rawDetails: annotation["raw_details"] === undefined ? null : textIn(annotation, "raw_details"),
  };
}

function actionsOf(value: unknown): CheckRun["actions"] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw malformed("For 'properties/actions', it is not an array.");
  return value.map((item: unknown) => {
    const action = fieldsOf(item, "actions/items", ACTION);
    return {
      label: textIn(action, "label"),
      description: textIn(action, "description"),
      identifier: textIn(action, "identifier"),
    };
  });
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (value === undefined) throw malformed(`"${name}" wasn't supplied.`);
  if (typeof value === "string") return value;
  throw malformed(`For 'properties/${name}', ${JSON.stringify(value)} is not a string.`);
}

function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (value === undefined) throw malformed(`"${name}" wasn't supplied.`);
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw malformed(`For 'properties/${name}', ${JSON.stringify(value)} is not an integer.`);
}
