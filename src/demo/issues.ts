/** The demo's issues: one for each way to ask for work, with scripts for the scripted agent. */

/** How a demo issue is asked for. */
type Trigger = "label" | "card" | "command" | "dependency" | "second attempt";

/** An issue to open, with what its Worker does. */
export type DemoIssue = {
  readonly title: string;
  readonly body: string;
  readonly trigger: Trigger;
};

const triggers: readonly Trigger[] = ["label", "card", "command", "dependency", "second attempt"];

/** As many issues as wanted; after five the ways to ask begin again. */
export const demoIssues = (count: number): readonly DemoIssue[] =>
  Array.from({ length: count }, (_, index) => demoIssue(index + 1));

function demoIssue(number: number): DemoIssue {
  const trigger = triggers[(number - 1) % triggers.length] ?? "label";
  const subject = subjects[(number - 1) % subjects.length] ?? "a feature";
  const title = number > subjects.length ? `Add ${subject} (part ${number})` : `Add ${subject}`;
  const file = `src/feature-${number}.js`;
  const script = trigger === "second attempt" ? twoAttempts(file) : oneAttempt(file);
  return { title, trigger, body: bodyOf(subject, script) };
}

const subjects = [
  "a countdown before launch",
  "a fuel gauge",
  "an abort button",
  "a launch log that uses the countdown",
  "a landing check",
];

const bodyOf = (subject: string, script: string): string =>
  [
    `The rocket needs ${subject}.`,
    "",
    "## Acceptance Criteria",
    "",
    "- [ ] it is there",
    "- [ ] it is tested",
    "",
    "What the scripted agent does in this demo:",
    "",
    "```yardmaster-script",
    script,
    "```",
  ].join("\n");

const oneAttempt = (file: string): string => `- wait: 500ms
- edit: {path: ${file}, content: "export const ready = true;\\n"}
- commit: "feat: add what was asked for"
- wait: 300ms
- done: Added the module and checked that it loads.`;

const twoAttempts = (file: string): string => `attempts:
  - - edit: {path: ${file}, content: "export const ready = false;\\n"}
    - commit: "feat: begin"
    - handover: The module is there, but not ready. Switch it on and commit.
  - - wait: 300ms
    - edit: {path: ${file}, content: "export const ready = true;\\n"}
    - commit: "feat: finish"
    - done: Finished what the first worker began.`;
