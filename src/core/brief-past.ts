/** What a Worker is told of those before it: a handover to go on from, failures not to repeat, and what was found out about them. */
import type { EndedAttempt } from "./attempt.ts";
import type { BriefPart } from "./brief-part.ts";
import { data, ours, section } from "./brief-part.ts";
import { findingsText, reportText } from "./handover.ts";
import { predecessorOf } from "./standing.ts";
import type { Errand } from "./task.ts";
import type { Message } from "./wish.ts";

/** In the order in which it helps: the last one's state first. */
export function earlier(attempts: readonly EndedAttempt[]): readonly BriefPart[] {
  const last = attempts.findLast(({ task }) => task.kind === "implement");
  return last === undefined ? [] : [...contextOf(last), ...failures(attempts)];
}

/** What the Worker before it on the same errand has left. */
export function handedOn(attempts: readonly EndedAttempt[], errand: Errand): readonly BriefPart[] {
  const before = predecessorOf(attempts, errand);
  return before === null ? [] : contextOf(before);
}

function contextOf(last: EndedAttempt): readonly BriefPart[] {
  const { number, outcome, handover } = last;
  const context = [`Attempt ${number} ended as ${outcome}. Its commits are on your branch.`];
  return [
    ours(...section("Context from Previous Worker", context)),
    ...(handover.kind === "unfinished" ? handedOver(handover) : []),
    ...(handover.kind === "blocked" ? asked(handover.question) : []),
  ];
}

type Unfinished = Extract<EndedAttempt["handover"], { kind: "unfinished" }>;

const handedOver = ({ notes, report }: Unfinished): readonly BriefPart[] => [
  data("handover", report === null ? notes : reportText(report)),
  ours(
    "Before you go on, look at the branch and run its tests: see for yourself that it is as the handover says.",
  ),
];

const asked = (question: string): readonly BriefPart[] => [
  data("its question", question),
  ours(
    "Since then a person has asked for the work to go on; the answer is in the issue as it stands above, or in the messages below.",
  ),
];

/** Each failure with what a Worker found out about it afterwards. */
function failures(attempts: readonly EndedAttempt[]): readonly BriefPart[] {
  const parts = attempts.flatMap(({ number, handover }) => {
    if (handover.kind === "failed") return [data(`failure of attempt ${number}`, handover.why)];
    return handover.kind === "found"
      ? [data("research into it", findingsText(handover.findings))]
      : [];
  });
  if (parts.length === 0) return [];
  return [ours(...section("Research Context (Previous Failures)", [])), ...parts];
}

/** What people wrote to the Worker before it began. */
export const messages = (waiting: readonly Message[]): readonly BriefPart[] =>
  waiting.length === 0
    ? []
    : [
        ours(...section("Messages", ["People with write access wrote to you:"])),
        ...waiting.map(({ by, text }) => data(`message from ${by}`, text)),
      ];
