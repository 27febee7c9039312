/**
 * What the seeds' systems write into comments, in all the forms that they were seen in. Only how it is read: anybody can
 * write such a comment, so whoever acts on it must look at its author first.
 */

/** A piece of a comment between two marks. */
type SeedPart =
  | { readonly kind: "record"; readonly name: RecordName; readonly payload: Payload }
  /** Markdown for readers. */
  | { readonly kind: "text"; readonly name: TextName; readonly text: string };

/** A comment taken apart. */
export type SeedComment = {
  /** In the comment's order; what cannot be read is left out. */
  readonly parts: readonly SeedPart[];
  /** Everything that stands between no marks. */
  readonly rest: string;
};

type RecordName = (typeof recordNames)[number];
type TextName = (typeof textNames)[number];
type Payload = Readonly<{ [field: string]: unknown }>;

/** JSON between `<!-- NAME -->` and `<!-- /NAME -->`. */
const recordNames = [
  "WORKER:ASSIGNED",
  "WORKER:UPDATE",
  "WORKER:RESULT",
  "ORCHESTRATION:STATE",
  "ORCHESTRATION:SLEEP",
] as const;

/** Markdown between `<!-- NAME:START -->` and `<!-- NAME:END -->`, of which one document has the end with a slash. */
const textNames = ["HANDOVER", "REVIEW", "LOCAL-TESTING", "SECURITY_REVIEW"] as const;

/** The parts of a comment. A mark counts only at the start of a line, outside of quotations and code. */
export function seedComment(body: string): SeedComment {
  const lines = body.replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n");
  const parts: SeedPart[] = [];
  const rest: string[] = [];
  // Marks that nothing closes from here on, so that no text makes the reader search to its end again and again.
  const open = new Set<string>();
  let fence = "";
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const frame =
      fence === "" ? frames.find((one) => isAt(line, one) && !open.has(one.name)) : null;
    const inner = frame == null ? null : innerOf(lines, at, frame);
    if (frame == null || inner === null) {
      if (frame != null) open.add(frame.name);
      fence = fenceAfter(line, fence);
      rest.push(line);
      continue;
    }
    const part = frame.read(inner.text);
    if (part !== null) parts.push(part);
    rest.push(inner.after);
    at = inner.end;
  }
  return { parts, rest: rest.join("\n").trim() };
}

/** How a pair of marks looks, and what is made of the text between them. */
type Frame = {
  readonly name: string;
  readonly start: string;
  readonly ends: readonly string[];
  readonly read: (text: string) => SeedPart | null;
};

const frames: readonly Frame[] = [
  ...recordNames.map((name) => ({
    name,
    start: `<!-- ${name} -->`,
    ends: [`<!-- /${name} -->`],
    read: (text: string): SeedPart | null => {
      const payload = payloadOf(text);
      return payload === null ? null : { kind: "record", name, payload };
    },
  })),
  ...textNames.map((name) => ({
    name,
    start: `<!-- ${name}:START -->`,
    ends: [`<!-- ${name}:END -->`, `<!-- /${name}:END -->`],
    read: (text: string): SeedPart => ({ kind: "text", name, text: text.trim() }),
  })),
];

/** Four blanks before it would make it code. */
const isAt = (line: string, { start }: Frame): boolean => {
  const text = line.trimStart();
  return line.length - text.length < 4 && text.startsWith(start);
};

type Inner = { readonly text: string; readonly after: string; readonly end: number };

/** What stands between the marks, which may share a line; null when nothing closes the first. */
function innerOf(lines: readonly string[], from: number, { start, ends }: Frame): Inner | null {
  const first = (lines[from] ?? "").trimStart().slice(start.length);
  const between: string[] = [];
  for (let end = from; end < lines.length; end += 1) {
    const line = end === from ? first : (lines[end] ?? "");
    const mark = ends.find((one) => line.includes(one));
    if (mark === undefined) {
      between.push(line);
      continue;
    }
    const at = line.indexOf(mark);
    const text = [...between, line.slice(0, at)].join("\n");
    return { text, after: line.slice(at + mark.length), end };
  }
  return null;
}

/** With or without a fence around it; null when it is no object. */
function payloadOf(text: string): Payload | null {
  const json = text.split("\n").filter((line) => fenceMark(line) === "");
  try {
    const value: unknown = JSON.parse(json.join("\n"));
    return isPayload(value) ? value : null;
  } catch {
    return null;
  }
}

const isPayload = (value: unknown): value is Payload =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The mark of the code block that is open after the line; empty when none is. */
function fenceAfter(line: string, open: string): string {
  const mark = fenceMark(line);
  if (open === "") return mark;
  return mark.startsWith(open) && line.trim() === mark ? "" : open;
}

const fenceMark = (line: string): string => fenceForm.exec(line)?.[1] ?? "";
const fenceForm = /^ {0,3}(`{3,}|~{3,})/u;

/** Longer names are nobody's. */
const nameCharacters = 100;

/** The last thing that a comment says about who works on its issue; null when it says nothing of that. */
export function workerIn({ parts }: SeedComment): { readonly worker: string } | "nobody" | null {
  const said = parts.flatMap((part) =>
    part.kind === "record" && part.name === "WORKER:ASSIGNED" ? [assignedBy(part.payload)] : [],
  );
  return said.findLast((one) => one !== null) ?? null;
}

/** One writer leaves `assigned` out, another one writes a status in its place. */
function assignedBy({ assigned, worker_id: id, status }: Payload): ReturnType<typeof workerIn> {
  const worker = typeof id === "string" ? id.trim().slice(0, nameCharacters).toWellFormed() : "";
  if (assigned === false) return "nobody";
  if (assigned === true) return { worker };
  if (worker === "") return null;
  return status === undefined || status === "running" ? { worker } : "nobody";
}

/** The last handover that a comment holds; null when it holds none. */
export function handoverIn({ parts }: SeedComment): string | null {
  const last = parts.findLast(({ kind, name }) => kind === "text" && name === "HANDOVER");
  return last?.kind === "text" && last.text !== "" ? last.text : null;
}
