/** Thousands of random stories: nobody behaves, and the invariants hold. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Effect } from "../../src/core/effect.ts";
import type { AnswerEvent } from "../../src/core/event.ts";
import type { Sha } from "../../src/core/ids.ts";
import { millis } from "../../src/core/ids.ts";
import type { Actor } from "../../src/core/issue.ts";
import { nextDue } from "../../src/core/schedule.ts";
import { resume } from "../../src/core/owed.ts";
import type { Facts } from "../support/answers.ts";
import {
  answerTo,
  commit,
  headOf,
  installation,
  issueOf,
  pullFor,
  someIssue,
} from "../support/answers.ts";
import { mona, rita } from "../support/story.ts";
import { begin } from "./beginnings.ts";
import { exits, findings, flows, handovers, states } from "./random-answers.ts";
import { answer, waitsForStated } from "./invariants.ts";
import type { CheckedStory } from "./invariants.ts";
import { runs } from "../support/fuzz.ts";

/** One step, as numbers that shrink well: what happens, to which issue, by whom, and which of several. */
type Step = { readonly act: number; readonly issue: number; readonly pick: number };

const step = fc.record({
  act: fc.nat(99),
  issue: fc.integer({ min: 1, max: 4 }),
  pick: fc.nat(1000),
});
const steps = fc.array(step, { minLength: 5, maxLength: 120, size: "max" });

test("any sequence of events keeps the invariants", () => {
  const reached = new Set<string>();
  const stories = fc.property(steps, (sequence) => {
    const story = begin(sequence.length);
    for (const one of sequence) perform(story, one);
    calm(story);
    for (const place of story.reached) reached.add(place);
  });
  fc.assert(stories, runs(600));

  // Otherwise the generator has become too tame to prove anything.
  assert.deepEqual(
    places.filter((place) => !reached.has(place)),
    [],
  );
});

const places: readonly string[] = [
  "queued for approval",
  "queued for blockers",
  "queued for slot",
  "queued for parts",
  "queued for plan",
  "queued for integration",
  "closing",
  "queued for unhold",
  "queued to fix",
  "queued to revise",
  "queued for time",
  "queued for provider",
  "queued for machine",
  "queued for breaker",
  "queued for overlap",
  "queued for reviews",
  "stopping preparing",
  "stopping working",
  "stopping publishing",
  "removing",
  "reviewing: inspecting",
  "reviewing: checks",
  "reviewing: conflict",
  "reviewing: foreign-head",
  "reviewing: review",
  "reviewing: refused",
  "reviewing: in-queue",
  "updating",
  "parked: question",
  "parked: question of fix",
  "parked, cleaned up",
  "parked: held of fix",
  "parked: repeated",
  "working: research",
  "working: fix",
  "working: review",
  "working: revise",
  "working: handing over",
  "working: implement, called back",
  "working: fix, called back",
  "working: an answer",
  "parked: attempts-used",
  "parked: refused",
  "parked: held",
  "parked: budget",
  "parked: fault",
  "done: merged",
  "withdrawn: refused",
  "withdrawn: issue-closed",
  "withdrawn: stopped",
  "withdrawn: claimed",
  "withdrawn: granted",
  "withdrawn: denied",
  "withdrawn: pull-closed",
  "withdrawn: errand-over",
];

test("an event that comes again is nothing but a hint", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const story = begin(sequence.length);
      for (const one of sequence) {
        const known = story.events.length;
        perform(story, one);
        for (const event of story.events.slice(known)) {
          const effects = story.take(event);
          assert.deepEqual(
            effects.map(({ type }) => type).filter((type) => !harmless.includes(type)),
            [],
            `${event.type} again`,
          );
        }
      }
    }),
    runs(100),
  );
});

/** A hint that is repeated may make GitHub be asked once more, and the outcome may be shown. */
const harmless: readonly Effect["type"][] = [
  "pull.inspect",
  "issue.inspect",
  "actor.inspect",
  "status.publish",
];

test("an answer that nobody waits for any more changes nothing", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const story = begin(sequence.length);
      for (const one of sequence) perform(story, one);
      const waited = new Set(resume(story.board, story.policy).map(({ key }) => key));
      const moot = [...story.owed.values()].filter(({ key }) => !waited.has(key));
      for (const effect of moot) {
        if (effect.type === "worker.stop") continue;
        const before = story.board;
        story.reply(effect, answerTo(effect, null, new Map()));
        assert.deepEqual([...story.board], [...before], effect.key);
      }
    }),
    runs(100),
  );
});

function perform(story: CheckedStory, { act, issue, pick }: Step): void {
  const by = pick % 3 === 0 ? rita : mona;
  if (act < 45) return answerOne(story, pick);
  if (act < 52) return void story.label(issue, by);
  if (act < 57) return void story.ready(issue, by);
  if (act < 62) return void story.comment(issue, lines[pick % lines.length]!, by, pick);
  if (act < 64) return void story.wait(pick * 500);
  if (act < 66) return write(story, issue, pick);
  if (act < 70) return story.github(issue, factsOf(pick));
  if (act < 74) return failOne(story, pick);
  if (act < 77) return void story.offer({ type: "reconcile.started" });
  if (act < 80) return repeat(story, pick);
  if (act < 90) return void story.offer(pullEvent(pick % 7 === 0 ? foreign : issue, pick));
  if (act < 92) return void story.close(issue, by);
  if (act < 94) return void story.move(issue, columns[pick % 3]!, by);
  if (act < 95) return pick % 2 === 0 ? void story.unlabel(issue, by) : integrate(story, issue, by);
  const id = issueOf(issue).issueId;
  if (act < 96) return void story.offer({ type: "dependencies.changed", issue: id });
  if (act < 97) return void story.commentOnPull(foreign, onPull[pick % onPull.length]!, by, pick);
  if (act < 98) return void story.offer({ type: "issue.gone", issue: id, why: "deleted" });
  if (pick % 5 === 0) story.offer({ type: "installation.removed", installation });
}

/** Its pull request is somebody else's. */
const foreign = 5;
const onPull = [
  "/agent fix",
  "/agent review",
  "/agent revise",
  "/agent rebase",
  "/agent stop\n/agent fix",
  "/agent merge",
  "/agent block",
];

const columns = ["Backlog", "In Progress", null] as const;

const lines = [
  "/agent dispatch",
  "/agent dispatch --agent=scripted",
  "/agent dispatch --depends-on #3,#9",
  "/agent sing",
  "hello",
  "/agent send Make it blue.",
  "/agent approve",
  "/agent budget +2USD 24h",
  "/agent send And green.",
  "/agent hold\n/agent broadcast Hear.",
  "/agent unhold",
  "/agent handover\n/agent block",
  "/agent unblock",
  "/agent unblock\n/agent block",
  "/agent why\n/agent handover Look at the pump.",
  "/agent review",
  "/agent logs 5",
  "/agent cleanup",
  "/agent cleanup\n/agent logs",
  "/agent stop\n/agent dispatch\n/agent hold",
  "/agent retry\n/agent send Or red.\n/agent unhold",
  answer,
  answer,
];

/** The label of an integration plan is set, or taken off. */
function integrate(story: CheckedStory, number: number, by: Actor): void {
  const issue = issueOf(number).issueId;
  const isOn = story.live(number)?.integration !== null;
  if (isOn) story.offer({ type: "label.removed", issue, label: "agent:integrate", by });
  const request = { via: "integration" } as const;
  story.offer({ type: "issue.requested", issue, installation, by, request, seen: null });
}

/** The operator writes to whoever is at work. */
function write(story: CheckedStory, issue: number, pick: number): void {
  if (story.live(issue) !== undefined) story.send(issue, "Use the new API.", `key-${pick % 50}`);
}

/** Another truth on GitHub, good or bad. */
function factsOf(pick: number): Facts {
  const good: Facts = {
    isOpen: true,
    requestHolds: true,
    blockers: [],
    touches: [],
    isMissing: false,
    hidden: [],
    seen: null,
    labels: [],
    claim: null,
  };
  const each: readonly Facts[] = [
    good,
    good,
    { isOpen: false },
    { requestHolds: false },
    { blockers: [1 + (pick % 4)] },
    { touches: ["src/a.ts", "docs/**"].slice(pick % 3) },
    { isMissing: true },
    { columns: null },
    { policy: { isEnabled: false } },
    { policy: { merge: { isAutomatic: true, method: "squash" } } },
    { policy: { maxAttempts: 1 } },
    { policy: { maxAttempts: 2 } },
    { repository: 9 + (pick % 2) },
    { closedParts: [1, 2, 3] },
    { title: "Another title", body: "Another text." },
    { hidden: ["an HTML comment of 40 characters"] },
    { hidden: [] },
    { claim: { worker: `worker-1-${pick % 3}`, by: "wren", at: millis(1) } },
    { seen: "hash of another text" },
    { labels: ["agent:scripted"] },
    { labels: ["agent:scripted", "agent:claude"] },
  ];
  return each[pick % each.length]!;
}

/** Some owed effect is answered, well or badly. */
function answerOne(story: CheckedStory, pick: number): void {
  const owed = [...story.owed.values()].filter(({ type }) => type !== "worker.stop");
  const effect = owed[pick % Math.max(1, owed.length)];
  if (effect !== undefined) story.reply(effect, someAnswer(story, effect, pick));
}

function someAnswer(story: CheckedStory, effect: Effect, pick: number): AnswerEvent {
  const usual = answerTo(effect, null, story.facts);
  const way = Math.floor(pick / 7) % 6;
  if (usual.type === "worker.exited") return exitOf(story, usual, pick, way);
  if (effect.type === "issue.inspect" && effect.request.via === "cleanup") {
    return byMaintainer(usual);
  }
  if (usual.type === "work.imported" && way === 0) return { ...usual, work: { kind: "empty" } };
  if (usual.type === "work.imported" && way === 1) {
    return { ...usual, work: { kind: "refused", why: "a bad tree" } };
  }
  if (usual.type === "work.imported" && way === 2 && usual.work.kind === "commits") {
    return { ...usual, work: { ...usual.work, findings: [findings[pick % findings.length]!] } };
  }
  if (usual.type === "flow.prepared" && way < 3) {
    return { ...usual, state: flows[way % flows.length]! };
  }
  if (usual.type === "pull.inspected")
    return {
      ...usual,
      state: { ...usual.state, head: pushedHead(story, effect), ...states[pick % states.length] },
    };
  if (way > 1) return usual;
  if (effect.type === "worker.start") return answerTo(effect, "worker.started", story.facts);
  if (effect.type === "branch.push") {
    const refused = answerTo(effect, "branch.refused", story.facts);
    return way === 0 ? refused : ({ ...refused, isTaken: false } as AnswerEvent);
  }
  return effect.type === "pull.merge" ? answerTo(effect, "pull.mergeRefused", story.facts) : usual;
}

/** Some things take more than write permission. */
const byMaintainer = (usual: AnswerEvent): AnswerEvent =>
  usual.type === "issue.inspected" && usual.inspection.found
    ? { ...usual, inspection: { ...usual.inspection, permission: "admin" } }
    : usual;

/** GitHub knows what we have pushed. */
const pushedHead = (story: CheckedStory, effect: Effect): Sha =>
  story.board.get(effect.assignment)?.pushed?.head ?? commit(4);

/** What a provider refuses it refuses for a while, or without saying for how long. */
function exitOf(
  { at }: CheckedStory,
  usual: Extract<AnswerEvent, { type: "worker.exited" }>,
  pick: number,
  way: number,
): AnswerEvent {
  const exit = exits[pick % exits.length]!;
  // A crash says nothing else, so that others can fail alike.
  const handover = exit.outcome === "crashed" ? handovers[5]! : handovers[way]!;
  const isRefused = exit.outcome === "refused-by-provider";
  const retryAt = isRefused && pick % 2 === 0 ? millis(at + pick * 1000) : null;
  return { ...usual, ...exit, retryAt, handover };
}

function failOne(story: CheckedStory, pick: number): void {
  const owed = [...story.owed.values()];
  const effect = owed[pick % Math.max(1, owed.length)];
  if (effect === undefined) return;
  const { assignment, type, key } = effect;
  const isGone = pick % 4 === 0;
  const why = "it broke";
  story.reply(effect, { type: "effect.failed", assignment, effect: type, key, why, isGone });
}

/** A webhook or an answer that has been seen comes late. */
function repeat(story: CheckedStory, pick: number): void {
  const event = story.events[pick % Math.max(1, story.events.length)];
  if (event !== undefined) story.take({ ...event, at: story.at });
}

function pullEvent(issue: number, pick: number): Parameters<CheckedStory["offer"]>[0] {
  const { repository } = someIssue(issue);
  const pull = { repository: repository.id, pull: pullFor(issue), by: mona };
  const head = pick % 2 === 0 ? headOf(issue, 1) : commit(4);
  switch (pick % 5) {
    case 0:
      return { type: "pull.merged", ...pull, head };
    case 1:
      return { type: "pull.closed", ...pull };
    case 2:
      return { type: "pull.reopened", ...pull };
    case 3:
      return { type: "pull.pushed", ...pull, head };
    default:
      return { type: "checks.settled", repository: repository.id, head };
  }
}

/** Everybody behaves again: whatever can end ends, and what remains waits for something that people can see. */
function calm(story: CheckedStory): void {
  story.goOn();
  for (let round = 0; round < 20; round++) {
    const due = nextDue(story.board);
    if (due === null) break;
    story.wait(due - story.at);
    story.goOn();
  }
  for (const assignment of story.board.values()) {
    assert.ok(waitsForStated(assignment), `${assignment.phase.name} is stuck`);
    const { phase } = assignment;
    const waitsFor = phase.name === "queued" ? phase.waiting.for : null;
    assert.notEqual(waitsFor, "slot", "a free slot is not given");
    assert.notEqual(waitsFor, "provider", "a limit never ends");
    assert.notEqual(waitsFor, "breaker", "nobody is let through");
  }
}
