/** What webhooks about merge queues mean. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { translate } from "../../../src/adapters/github/translate.ts";

const known = { appId: 7, triggerLabel: "agent:go" };
const repository = { id: 99 };
const person = { login: "wren", id: 4, type: "User" };
const app = { ...person, type: "Bot" };
const moved = (pull: number): readonly unknown[] => [
  { type: "pull.queueMoved", repository: 99, pull },
];

const ofPull = (action: string, sender: object): object => ({
  action,
  pull_request: { number: 12, head: { sha: "abc" } },
  repository,
  sender,
});
const ofGroup = (action: string, ref: string): object => ({
  action,
  merge_group: { head_sha: "abc", head_ref: ref, base_ref: "refs/heads/main" },
  repository,
});
const group = `refs/heads/gh-readonly-queue/release/1.x/pr-3-${"a".repeat(40)}`;

type Row = readonly [what: string, event: string, payload: unknown, events: readonly unknown[]];

const rows: readonly Row[] = [
  ["what a person has put in", "pull_request", ofPull("enqueued", person), moved(12)],
  ["what an App, such as ours, has put in", "pull_request", ofPull("enqueued", app), []],
  ["what has left, whoever did that", "pull_request", ofPull("dequeued", app), moved(12)],
  ["a merge group that is checked", "merge_group", ofGroup("checks_requested", group), moved(3)],
  ["a merge group that has ended", "merge_group", ofGroup("destroyed", group), moved(3)],
  ["a group of no pull request", "merge_group", ofGroup("destroyed", "refs/heads/topic"), []],
];

for (const [what, event, payload, events] of rows) {
  test(`of a merge queue: ${what}`, () => {
    assert.deepEqual(translate(event, payload, known), events);
  });
}
