/** Issues at which another system's Worker is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "../../src/core/ids.ts";
import type { Claim } from "../../src/core/issue.ts";
import { briefText } from "../support/answers.ts";
import { mona, rita, Story } from "../support/story.ts";

const claim: Claim = {
  worker: "worker-1700000000-7",
  by: "wren",
  at: millis(Date.UTC(2026, 0, 13, 10)),
};

const waiting = (): Story => {
  const story = new Story();
  story.github(7, { claim });
  story.label(7);
  story.goOn();
  return story;
};

const started = (story: Story): number =>
  story.effects.filter(({ type }) => type === "worker.start").length;

test("an issue of another system's Worker is not worked on beside it, and says how it can be", () => {
  const story = waiting();

  assert.equal(started(story), 0);
  assert.equal(
    story.text("status").split("\n<sub>")[0],
    [
      "### Yardmaster: queued",
      "",
      "Worker `worker-1700000000-7` of another system is at work on it, as wren recorded at 2026-01-13T10:00:00Z.",
      "",
      "It starts when that is recorded as cleared or the comment is hidden. To have it worked on all the same, comment `/agent approve`.",
      "",
    ].join("\n"),
  );
});

test("a person with write access lets it be worked on all the same, a stranger does not", () => {
  const story = waiting();

  story.comment(7, "/agent approve", rita, 2);
  story.goOn();
  assert.equal(started(story), 0);
  story.comment(7, "/agent approve", mona, 3);
  story.goOn("working");
});

test("it starts by itself once the other Worker's record is cleared", () => {
  const story = waiting();

  story.github(7, { claim: null });
  story.offer({ type: "reconcile.started" });

  story.goOn("working");
});

test("leave to work beside one Worker is none for the next one", () => {
  const story = new Story();
  story.github(7, { claim, blockers: [8] });
  story.label(7);
  story.goOn();
  story.comment(7, "/agent approve");
  story.goOn();

  story.github(7, { claim: { ...claim, worker: "worker-1700009999-7" }, blockers: [] });
  story.offer({ type: "reconcile.started" });
  story.goOn();

  assert.equal(started(story), 0);
  assert.match(story.text("status"), /Worker `worker-1700009999-7` of another system/);
});

test("a text that hides something and another system's Worker need a word each", () => {
  const story = new Story();
  story.github(7, { claim, hidden: ["an HTML comment"] });
  story.label(7);
  story.goOn();

  story.comment(7, "/agent approve", mona, 2);
  story.goOn();
  assert.match(story.text("status"), /of another system/);
  story.comment(7, "/agent approve", mona, 3);
  story.goOn("working");
});

test("while it waits the text stays as it was asked for", () => {
  const story = waiting();
  const before = story.live(7)!.issue!.hash;

  story.github(7, { body: "Something else.", seen: "hash of /Something else." });
  story.comment(7, "/agent approve");
  story.goOn("working");

  assert.equal(story.live(7)!.issue!.hash, before);
});

test("a Worker is told of another system's handover as of a stranger's text", () => {
  const story = new Story();
  const handover = { by: "wren", at: claim.at, text: "The lid is missing." };
  story.github(7, { handover });
  story.label(7);
  story.goOn("working");

  const start = story.effects.find((effect) => effect.type === "worker.start");
  assert.ok(start?.type === "worker.start");
  assert.match(
    briefText(start.brief),
    /## Handover of Another System's Worker[^]+check what it says[^]+\[handover posted by wren\] The lid is missing\./,
  );
});
