/** A file in YAML or JSON, of which every fault can be told with its line. */
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";

/** The file's value, or why there is none. */
export type LinedFile =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Faults as lines, in the file's order. */
      readonly told: (faults: readonly Fault[]) => readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly string[] };

/** What is wrong with one place of a file. */
export type Fault = { readonly path: Path; readonly why: string };
type Path = readonly PropertyKey[];

/** With `failsafe` every value is a text, as it is written; with `json` it is what JSON says. */
export function readLined(text: string, schema: "failsafe" | "json"): LinedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema });
  if (document.errors.length > 0) {
    const told = document.errors.map(
      ({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`,
    );
    return { ok: false, faults: told };
  }
  const value = valueOf(document);
  if ("fault" in value) return { ok: false, faults: [`line 1: the file: ${value.fault}`] };
  return { ok: true, value: value.value, told: (faults) => inLines(faults, document, lines) };
}

/** What a schema found, a fault for each key that should not be there. */
export function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code !== "unrecognized_keys") return [{ path: issue.path, why: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], why: "there is no such key" }));
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
    return { value: document.toJS({ maxAliasCount: 10 }) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : "it is not readable" };
  }
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
