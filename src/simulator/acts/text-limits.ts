/** The limits GitHub sets to titles, bodies and labels, with its words. */
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";

/** Longest title, in characters. */
const TITLE_CHARACTERS = 256;
/** Longest body of an issue, pull request, comment or review, in characters. */
const BODY_CHARACTERS = 65_536;

/** A title that GitHub takes. */
export function checkedTitle(title: string): string {
  if (title.trim() === "") {
    throw invalid({ resource: "Issue", field: "title", code: "missing_field" });
  }
  if (characters(title) > TITLE_CHARACTERS) throw tooLong("Issue", "title", TITLE_CHARACTERS);
  return title;
}

/** A body that GitHub takes; what it belongs to is named in the refusal. */
export function checkedBody<B extends string | null>(resource: string, body: B): B {
  if (body !== null && characters(body) > BODY_CHARACTERS) {
    throw tooLong(resource, "body", BODY_CHARACTERS);
  }
  return body;
}

/** The body of a comment, which must not be blank; GitHub words its refusal otherwise than for an issue. */
export function checkedComment(body: string): string {
  const resource = "IssueComment";
  if (body.trim() === "") {
    throw invalid({
      resource,
      field: "data",
      code: "unprocessable",
      message: "Body cannot be blank",
    });
  }
  if (characters(body) > BODY_CHARACTERS) {
    const message = `Body is too long (maximum is ${BODY_CHARACTERS} characters)`;
    throw invalid({ resource, field: "data", code: "unprocessable", message });
  }
  return body;
}

function tooLong(resource: string, field: string, limit: number): Refusal {
  const message = `${field} is too long (maximum is ${limit} characters)`;
  return invalid({ resource, field, code: "custom", message });
}

/** Counts characters as GitHub does: an emoji is one, not two. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
