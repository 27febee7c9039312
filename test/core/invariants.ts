/** What holds after every event of every story. */
import assert from "node:assert/strict";
import type { Assignment, Phase } from "../../src/core/assignment.ts";
import type { Board } from "../../src/core/board.ts";
import { decide } from "../../src/core/decide.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { Event } from "../../src/core/event.ts";
import { resume } from "../../src/core/owed.ts";
import { isAside, isBusy, isForeign, isOver } from "../../src/core/standing.ts";
import { Story } from "../support/story.ts";

/** A story that checks itself. */
export class CheckedStory extends Story {
  /** Phases in which an assignment was seen, with what tells one stay there from another. */
  readonly reached = new Set<string>();
  readonly #keys = new Set<string>();
  /** When GitHub last said yes to an assignment. */
  readonly #approvedAt = new Map<string, number>();
  readonly #registered = new Set<string>();

  override take(event: Event): readonly Effect[] {
    const before = this.board;
    const effects = super.take(event);

    // Copying takes ten times as long as deciding: of the tens of thousands of events some thousands are decided twice.
    if (this.events.length % 25 === 0) {
      const copied = decide(roundTrip(before), event, this.policy);
      assert.deepEqual(written([...copied.board]), written([...this.board]));
      assert.deepEqual(written(copied.effects), written(effects));
    }
    for (const assignment of this.board.values()) {
      this.reached.add(placeOf(assignment.phase));
      const detail = detailOf(assignment);
      if (detail !== null) this.reached.add(detail);
    }
    this.#note(event, before);
    for (const effect of effects) this.#checkBegun(effect);
    this.#checkBoard(before, event);
    this.#checkOwed();
    return effects;
  }

  #note(event: Event, before: Board): void {
    if (event.type === "issue.inspected") {
      const { inspection } = event;
      const isYes =
        inspection.found && inspection.isOpen && ["write", "admin"].includes(inspection.permission);
      if (isYes) this.#approvedAt.set(event.assignment, event.at);
    }
    if (event.type === "status.published") {
      const shown = before.get(event.assignment)?.shown;
      if (shown?.publication !== event.publication) return;
      for (const { payload } of shown.sent.comments.flatMap(({ records }) => records)) {
        this.#registered.add(String(payload["worker_id"]));
      }
    }
  }

  #checkBegun(effect: Effect): void {
    assert.ok(!this.#keys.has(effect.key), `${effect.key} is begun twice`);
    this.#keys.add(effect.key);
    if (effect.type === "worktree.create") {
      assert.ok(this.#registered.has(effect.worker), "a worktree before the registration");
    }
    if (effect.type === "branch.push") this.#checkPush(effect);
    if (effect.assignment.startsWith("PR_")) {
      assert.ok(
        !onlyOnOurs.includes(effect.type),
        `${effect.type} on somebody else's pull request`,
      );
    }
    if (effect.type === "worktree.remove") {
      const live = [...this.owed.values()].filter(
        ({ assignment, type }) => assignment === effect.assignment && attemptTypes.includes(type),
      );
      assert.deepEqual(live, [], "a worktree is removed under something that uses it");
    }
    this.#checkClearing(effect);
  }

  /** While an issue's worktrees are being cleared away, nothing else is done in one of them. */
  #checkClearing(effect: Effect): void {
    const types: readonly Effect["type"][] =
      effect.type === "worktree.clear" ? attemptTypes : ["worktree.clear"];
    if (effect.type !== "worktree.clear" && !attemptTypes.includes(effect.type)) return;
    const others = [...this.owed.values()].filter(
      (one) => types.includes(one.type) && issueOf(one) === issueOf(effect),
    );
    assert.deepEqual(others, [], "worktrees are cleared away under something that uses one");
  }

  /** What has a pull request goes on under its branch's name. */
  #checkPush({ assignment, branch }: Extract<Effect, { type: "branch.push" }>): void {
    const known = this.board.get(assignment);
    const { phase, pushed } = known ?? {};
    if (phase?.name !== "publishing" || phase.run.pull === null) return;
    assert.equal(branch, pushed?.branch, "a pull request's commits go to another branch");
  }

  #checkBoard(before: Board, event: Event): void {
    const live = [...this.board.values()].filter(
      (assignment) => !isOver(assignment) && !isAside(assignment),
    );
    assert.equal(new Set(live.map(({ issueId }) => issueId)).size, live.length, "two for an issue");
    const busy = live.filter(isBusy);
    assert.ok(busy.length <= this.policy.slots, "more Workers than slots");
    for (const repository of new Set(busy.map(({ issue }) => issue?.repository.id))) {
      const here = busy.filter(({ issue }) => issue?.repository.id === repository);
      assert.ok(here.length <= this.policy.slotsPerRepository, "more Workers than slots here");
    }
    const merging = live.flatMap(({ phase, issue }) =>
      phase.name === "merging" && (phase.way === "merge" || phase.way === "update")
        ? [`${issue?.repository.id}:${phase.base}`]
        : [],
    );
    assert.equal(new Set(merging).size, merging.length, "two merges into one branch");
    for (const assignment of live) {
      const isRest =
        assignment.phase.name === "parked" ||
        (assignment.phase.name === "reviewing" && assignment.phase.verdict.kind !== "inspecting");
      assert.ok(!isRest || !isForeign(assignment), "somebody else's pull request rests with us");
      const { phase, id, messages, told } = assignment;
      assert.ok(told <= messages.length, "more was told than was written");
      if (phase.name !== "preparing" || before.get(id)?.phase.name === "preparing") continue;
      const approvedAt = this.#approvedAt.get(id);
      assert.ok(approvedAt !== undefined, "an attempt without GitHub's yes");
      assert.ok(event.at - approvedAt <= 10_000, "an attempt on an old yes");
      this.#checkBeginning(phase.attempt.agent, event.at);
    }
  }

  /** Nobody begins what others are kept from beginning. */
  #checkBeginning(agent: string, at: number): void {
    for (const { phase } of this.board.values()) {
      if (phase.name !== "queued") continue;
      const { waiting } = phase;
      if (waiting.for === "provider" && waiting.agent === agent) {
        assert.ok(waiting.until <= at, "an attempt with an agent that is suspended");
      }
      if (waiting.for === "breaker") {
        assert.ok(waiting.until === null, "an attempt while the breaker is open");
      }
    }
  }

  #checkOwed(): void {
    const owed = resume(this.board, this.policy);
    const keys = owed.map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length, "two effects share a key");
    for (const key of keys) assert.ok(this.owed.has(key), `${key} is owed and was never begun`);
    for (const assignment of this.board.values()) {
      const owes = owed.filter((effect) => effect.assignment === assignment.id);
      const publications = owes.filter(({ type }) => type === "status.publish");
      assert.ok(publications.length <= 1, "two publications are under way");
      const isStated = waitsForStated(assignment);
      assert.ok(owes.length > 0 || isStated, `${assignment.phase.name} waits for nothing`);
    }
  }
}

/** What becomes of others' pull requests is theirs. */
const onlyOnOurs: readonly Effect["type"][] = [
  "pull.open",
  "pull.merge",
  "pull.update",
  "pull.arm",
  "finding.track",
];

const issueOf = ({ assignment }: Effect): string => assignment.split("@")[0] ?? "";

/** Everything that may touch the worktree of an attempt. */
const attemptTypes: readonly Effect["type"][] = [
  "worktree.create",
  "worker.start",
  "work.import",
  "branch.push",
  "pull.open",
];

/** Does it wait for a person, a slot, a blocker or a time, rather than for an answer? */
export function waitsForStated({ phase }: Assignment): boolean {
  switch (phase.name) {
    case "queued":
      return phase.waiting.for !== "inspection";
    case "reviewing":
      return phase.verdict.kind !== "inspecting";
    case "parked":
    case "tracking":
      return true;
    case "preparing":
    case "working":
    case "publishing":
    case "merging":
    case "cleaning":
    case "done":
    case "withdrawn":
      return false;
  }
}

function placeOf(phase: Phase): string {
  switch (phase.name) {
    case "queued":
      return `queued for ${phase.waiting.for}`;
    case "merging":
      return phase.way === "update" ? "updating" : "merging";
    case "preparing":
    case "working":
    case "tracking":
      return phase.name;
    case "publishing":
      return `publishing: ${phase.step.name}`;
    case "cleaning":
      return phase.step.name === "stopping"
        ? `stopping ${phase.step.during.name}`
        : phase.step.name;
    case "reviewing":
      return `reviewing: ${phase.verdict.kind}`;
    case "parked":
      return `parked: ${phase.reason.kind}`;
    case "done":
    case "withdrawn":
      return `${phase.name}: ${phase.ending.kind}`;
  }
}

/** What the Worker that is at work, or is to be, is there for. */
function detailOf({ phase, task, messages, attempts }: Assignment): string | null {
  if (phase.name === "queued") return `queued to ${task.kind}`;
  if (phase.name === "parked" && attempts.at(-1)?.recall?.hasWorktree === false) {
    return "parked, cleaned up";
  }
  if (phase.name === "parked") return `parked: ${phase.reason.kind} of ${task.kind}`;
  if (phase.name !== "working") return null;
  const { attempt, run } = phase;
  if (run.left !== null) return "working: handing over";
  if (run.told.some(({ text }) => text === answer)) return "working: an answer";
  const back = run.number > 1 && messages.length > 0 ? ", called back" : "";
  return `working: ${attempt.task.kind}${back}`;
}

/** A comment that is no command. */
export const answer = "It is blue.";

/** The board as the store gives it back. */
export const roundTrip = (board: Board): Board =>
  new Map(asStored([...board]) as [Assignment["id"], Assignment][]);

/** Without the difference between a key that is undefined and one that is not there. */
const written = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** JSONB keeps the keys of an object by their length first, and then by their letters. */
function asStored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part !== "object" || part === null || Array.isArray(part)
      ? part
      : Object.fromEntries(
          Object.entries(part).toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)),
        ),
  );
}
