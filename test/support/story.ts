/** Given, when, then for the core: a board, a hand-turned clock, and a GitHub and a machine that answer as they are told. */
import assert from "node:assert/strict";
import type { Assignment, Phase } from "../../src/core/assignment.ts";
import type { Board } from "../../src/core/board.ts";
import { emptyBoard, findLive } from "../../src/core/board.ts";
import { decide } from "../../src/core/decide.ts";
import type { Effect, Publication, PullOrder } from "../../src/core/effect.ts";
import type { AnswerEvent, CommandLine, Event } from "../../src/core/event.ts";
import type { Millis } from "../../src/core/ids.ts";
import { commentId, issueId, millis, repositoryId } from "../../src/core/ids.ts";
import type { Actor, BoardStatus, Request } from "../../src/core/issue.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Facts } from "./answers.ts";
import { effectOf } from "./effect-of.ts";
import { answerTo, installation, issueOf, pullFor, somePolicy } from "./answers.ts";

type Untimed<E> = E extends Event ? Omit<E, "at"> : never;
type AnswerOf<Type extends AnswerEvent["type"]> = Extract<AnswerEvent, { type: Type }>;
/** An answer whose effect is plain from its type. */
type Answer = Exclude<AnswerEvent["type"], "effect.failed">;

/** Has write permission. */
export const mona: Actor = { login: "mona", id: 1 };
/** May only read. */
export const rita: Actor = { login: "rita", id: 2 };

/** One run of the core. Issues are told apart by their numbers. */
export class Story {
  board: Board = emptyBoard;
  at: Millis = millis(Date.UTC(2026, 10, 21, 5, 30));
  readonly policy: Policy;
  /** Every effect ever begun, oldest first. */
  readonly effects: Effect[] = [];
  /** Effects without an answer yet, by key. */
  readonly owed = new Map<string, Effect>();
  /** Every event that was offered. */
  readonly events: Event[] = [];
  /** Assignments that have left the board. */
  readonly ended: Assignment[] = [];
  readonly facts = new Map<number, Facts>();

  constructor(policy: Partial<Policy> = {}) {
    this.policy = { ...somePolicy, ...policy };
  }

  /** What GitHub says of an issue when it is asked. */
  github(issue: number, facts: Facts): void {
    this.facts.set(issue, { ...this.facts.get(issue), ...facts });
  }

  /** Something happens; answers with the effects that it begins. */
  offer(event: Untimed<Event>): readonly Effect[] {
    return this.take({ ...event, at: this.at });
  }

  take(event: Event): readonly Effect[] {
    this.events.push(event);
    this.at = millis(this.at + 1);
    const decision = decide(this.board, event, this.policy);
    this.board = decision.board;
    for (const effect of decision.effects) {
      this.effects.push(effect);
      this.owed.set(effect.key, effect);
    }
    for (const { assignment, hasEnded } of decision.changed) {
      if (hasEnded) this.ended.push(assignment);
    }
    return decision.effects;
  }

  /** Time passes; pauses that are over end. */
  wait(ms: number): readonly Effect[] {
    this.at = millis(this.at + ms);
    return this.offer({ type: "clock.ticked" });
  }

  label(issue: number, by: Actor = mona): readonly Effect[] {
    return this.#request(issue, by, { via: "label" });
  }

  ready(issue: number, by: Actor = mona): readonly Effect[] {
    this.github(issue, { status: "Ready" });
    return this.#request(issue, by, { via: "card" });
  }

  comment(issue: number, text: string, by: Actor = mona, id = 1): readonly Effect[] {
    const comment = commentId(`IC_${id}`);
    const { issueId } = issueOf(issue);
    return this.offer({
      type: "comment.posted",
      issue: issueId,
      repository: repositoryId(this.facts.get(issue)?.repository ?? 9),
      onPull: null,
      installation,
      by,
      comment,
      lines: commandLines(text),
      text,
      seen: this.facts.get(issue)?.seen ?? null,
    });
  }

  /** On the pull request of an issue. */
  commentOnPull(issue: number, text: string, by: Actor = mona, id = 1): readonly Effect[] {
    return this.offer({
      type: "comment.posted",
      issue: issueId(`PR_${issue}`),
      repository: repositoryId(9),
      onPull: { repository: repositoryId(9), pull: pullFor(issue) },
      installation,
      by,
      comment: commentId(`IC_${id}`),
      lines: commandLines(text),
      text,
      seen: this.facts.get(issue)?.seen ?? null,
    });
  }

  /** The operator writes to the Worker of an issue. */
  send(issue: number, text: string, key = text): readonly Effect[] {
    const live = this.live(issue);
    assert.ok(live, `nothing is under way on ${issue}`);
    return this.offer({ type: "message.sent", to: live.id, by: "operator", text, key });
  }

  move(
    issue: number,
    to: BoardStatus | null,
    by: Actor = mona,
    project = "PVT_1",
  ): readonly Effect[] {
    if (project === "PVT_1") this.github(issue, { status: to });
    return this.offer({ type: "card.moved", issue: issueOf(issue).issueId, project, by, to });
  }

  unlabel(issue: number, by: Actor = mona): readonly Effect[] {
    const { issueId } = issueOf(issue);
    const label = this.policy.triggerLabel;
    return this.offer({ type: "label.removed", issue: issueId, label, by });
  }

  close(issue: number, by: Actor = mona): readonly Effect[] {
    this.github(issue, { isOpen: false });
    return this.offer({ type: "issue.closed", issue: issueOf(issue).issueId, by });
  }

  /** Answers the oldest owed effect that has this kind of answer, of one issue if it is named. */
  answer<Type extends Answer>(
    type: Type,
    say: Partial<AnswerOf<Type>> = {},
    issue?: number,
  ): readonly Effect[] {
    const effect = this.#find(effectOf(type), issue);
    return this.reply(effect, { ...answerTo(effect, type, this.facts), ...say } as AnswerEvent);
  }

  /** The oldest owed effect of a type cannot succeed. */
  fail(type: Effect["type"], say: { why?: string; isGone?: boolean } = {}): readonly Effect[] {
    const effect = this.#find(type);
    return this.reply(effect, {
      type: "effect.failed",
      assignment: effect.assignment,
      effect: type,
      key: effect.key,
      why: say.why ?? "it broke",
      isGone: say.isGone ?? false,
    });
  }

  reply(effect: Effect, answer: AnswerEvent): readonly Effect[] {
    const isLast = answer.type !== "worker.started" && effect.type !== "worker.stop";
    if (isLast) this.owed.delete(effect.key);
    if (answer.type === "worker.exited") {
      this.owed.delete(effect.key.replace("/start", "/stop"));
    }
    const begun = this.take({ ...answer, at: this.at });
    return effect.type === "pull.open" ? [...begun, ...this.checked(effect)] : begun;
  }

  /** CI has had its say by the time a pull request is open; what it said is among the facts. */
  private checked({ repository, head }: PullOrder): readonly Effect[] {
    return this.offer({ type: "checks.settled", repository: repository.id, head });
  }

  /** Answers everything in the usual way until nothing is owed, or until the phase is reached. */
  goOn(until?: Phase["name"], issue?: number): void {
    for (let steps = 0; steps < 200; steps++) {
      if (until !== undefined && this.phase(issue)?.name === until) return;
      const effect = [...this.owed.values()].find(({ type }) => type !== "worker.stop");
      if (effect === undefined) {
        assert.equal(until, undefined, `nothing is owed before ${until}`);
        return;
      }
      this.reply(effect, answerTo(effect, null, this.facts));
    }
    assert.fail("it never ends");
  }

  /** The live assignment of an issue, or of the only issue. */
  live(issue?: number): Assignment | undefined {
    if (issue !== undefined) return findLive(this.board, issueOf(issue).issueId);
    return [...this.board.values()].find(({ phase }) => !isEnd(phase));
  }

  /** Phase of the live assignment, else of the one that ended last. */
  phase(issue?: number): Phase | undefined {
    const live = this.live(issue);
    if (live !== undefined) return live.phase;
    const id = issue === undefined ? undefined : issueOf(issue).issueId;
    const over = [...this.ended, ...this.board.values()];
    return over.findLast(({ issueId }) => id === undefined || issueId === id)?.phase;
  }

  /** Types of what is owed, oldest first. */
  owes(): readonly Effect["type"][] {
    return [...this.owed.values()].map(({ type }) => type);
  }

  /** Every publication so far. */
  publications(): readonly Publication[] {
    return this.effects.filter((effect) => effect.type === "status.publish");
  }

  /** The text that GitHub shows last under a key that begins so. */
  text(key: string): string {
    const comments = this.publications().flatMap((publication) => publication.comments);
    const comment = comments.findLast((one) => one.key.startsWith(key));
    assert.ok(comment, `nothing was published under ${key}`);
    return comment.text;
  }

  #request(issue: number, by: Actor, request: Request): readonly Effect[] {
    const { issueId } = issueOf(issue);
    return this.offer({
      type: "issue.requested",
      issue: issueId,
      installation,
      by,
      request,
      seen: this.facts.get(issue)?.seen ?? null,
    });
  }

  #find(type: Effect["type"], issue?: number): Effect {
    const effect = [...this.owed.values()].find(
      (one) =>
        one.type === type &&
        (issue === undefined || one.assignment.startsWith(`${issueOf(issue).issueId}@`)),
    );
    assert.ok(effect, `${type} is not owed, but ${this.owes().join(", ")}`);
    return effect;
  }
}

/** As the adapter finds them in plain text. */
export const commandLines = (text: string): readonly CommandLine[] =>
  text
    .split("\n")
    .reduce<readonly (readonly string[])[]>(
      (parts, line) =>
        line.trimStart().startsWith("/")
          ? [...parts, [line]]
          : parts.map((part, index) => (index === parts.length - 1 ? [...part, line] : part)),
      [],
    )
    .map(([line = "", ...below]) => ({ line, below: below.join("\n").trim() }));

const isEnd = ({ name }: Phase): boolean => name === "done" || name === "withdrawn";
