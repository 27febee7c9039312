/** Diagrams in Mermaid: the few kinds of lines of which a reader sees every word in the drawing. */

/** Whether the drawing shows all that its source says; most of the language is not known to us, and then it does not. */
export function showsItsWords(source: string): boolean {
  const [kind = "", ...lines] = source
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const shown = linesOf(kind);
  return lines.every((line) => line.length <= longestLine && shown.some((one) => one.test(line)));
}

function linesOf(kind: string): readonly RegExp[] {
  if (/^(?:graph|flowchart)(?: (?:TB|TD|BT|RL|LR))?;?$/u.test(kind)) return flowchart;
  return kind === "sequenceDiagram" ? sequence : [];
}

const longestLine = 500;

/** No HTML, formula, icon or second statement. */
const words = String.raw`(?:(?!\bfa\w?:)[^[\](){}|<>$\x60;%])*`;
/** With a label a node shows only that: its name must be too short to say anything. Without, it shows its name. */
const node = String.raw`(?:\w{1,3}(?:\[${words}\]|\(${words}\)|\(\(${words}\)\)|\{${words}\})|\w{1,40})`;
const arrow = String.raw`(?:-{2,5}>|-{3,5}|-\.->|==>)(?:\|${words}\|)?`;
const flowchart: readonly RegExp[] = [
  new RegExp(String.raw`^${node}(?:\s*${arrow}\s*${node})*;?$`, "u"),
  new RegExp(`^subgraph ${words}$`, "u"),
  /^end$/u,
];

const text = String.raw`[^<$\x60;%]*`;
const sequence: readonly RegExp[] = [
  /^(?:participant|actor|activate|deactivate) \w{1,40}$/u,
  new RegExp(String.raw`^\w{1,40}\s*--?(?:>>?|x|\))[+-]?\s*\w{1,40}\s*:${text}$`, "u"),
  new RegExp(
    String.raw`^Note (?:left of|right of|over) \w{1,40}(?:,\s*\w{1,40})?\s*:${text}$`,
    "u",
  ),
  new RegExp(`^(?:alt|else|opt|loop|par|and) ${text}$`, "u"),
  /^(?:end|else|autonumber)$/u,
];
