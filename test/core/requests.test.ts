/** Who may ask for what, and what those are told who may not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Permission } from "../../src/core/issue.ts";
import type { Facts } from "../support/answers.ts";
import { Story, mona, rita } from "../support/story.ts";

const permissions: readonly (readonly [Permission, boolean])[] = [
  ["none", false],
  ["read", false],
  ["triage", false],
  ["write", true],
  ["maintain", true],
  ["admin", true],
];

describe("permission", () => {
  for (const [permission, mayAsk] of permissions) {
    for (const via of ["label", "card", "command"] as const) {
      test(`${permission} ${mayAsk ? "is" : "is not"} enough for a ${via}`, () => {
        const story = new Story();
        story.github(7, { permission });

        ask(story, via);
        story.answer("issue.inspected");

        const name = story.phase()?.name;
        assert.equal(name, mayAsk ? "preparing" : "withdrawn");
        story.goOn();
        assert.equal(
          story.effects.some(({ type }) => type === "worker.start"),
          mayAsk,
        );
      });
    }
  }
});

const refusals: readonly (readonly [string, Facts, string])[] = [
  ["a closed issue", { isOpen: false }, "the issue is closed"],
  [
    "a repository that switched it off",
    { policy: { isEnabled: false } },
    "Yardmaster is switched off in this repository (`enabled: false`)",
  ],
  [
    "a repository file with faults",
    { policy: { faults: ["line 3: `slots` is unknown", "line 4: @all"] } },
    "`.github/yardmaster.yml` is not valid: line 3: \\`slots\\` is unknown; line 4: @\u200ball",
  ],
  [
    "a repository file with faults, which also switches it off",
    { policy: { isEnabled: false, faults: ["line 3: `slots` is unknown"] } },
    "`.github/yardmaster.yml` is not valid: line 3: \\`slots\\` is unknown",
  ],
  [
    "an agent that is not there",
    { policy: { agent: "gpt" } },
    "there is no agent `gpt` here; known are `claude`, `scripted`",
  ],
];

describe("a request that is turned down is told why, once, and then forgotten", () => {
  for (const [name, facts, why] of refusals) {
    test(`${name}, asked for by label`, () => {
      const story = new Story();
      story.github(7, facts);

      story.label(7);
      story.goOn();

      const [publication, ...others] = story.publications();
      assert.equal(story.text("refusal"), `@mona: nothing was started, because ${why}.`);
      assert.deepEqual(publication?.removeLabel, { name: "agent:go", id: "LA_1" });
      assert.deepEqual(others, []);
      assert.equal(story.board.size, 0);
    });
  }

  test("a command gets a sad face and one sentence", () => {
    const story = new Story();

    story.comment(7, "/agent dispatch", rita);
    story.goOn();

    assert.deepEqual(
      story.publications().map(({ reactions }) => reactions?.add),
      [["EYES"], ["CONFUSED"]],
    );
    assert.equal(
      story.text("refusal"),
      "@rita: nothing was started, because rita has only read permission here, and asking for work takes write permission.",
    );
  });

  test("a card goes back to Backlog, so that it does not ask again", () => {
    const story = new Story();

    story.ready(7, rita);
    story.goOn();

    const moves = story.publications().map(({ moveTo }) => moveTo);
    assert.deepEqual(moves, ["Backlog"]);
    assert.match(story.text("refusal"), /^@rita: /);
  });

  test("a card that cannot leave Ready is not answered, since it would be each time", () => {
    const story = new Story();
    story.github(7, { columns: ["Ready", "Done"] });

    story.ready(7, rita);
    story.goOn();

    assert.deepEqual(story.publications(), []);
    assert.equal(story.board.size, 0);
  });

  test("a board that others share is left alone where Yardmaster is switched off", () => {
    const story = new Story();
    story.github(7, { policy: { isEnabled: false } });

    story.ready(7);
    story.goOn();

    assert.deepEqual(story.publications(), []);
  });
});

test("an issue that is gone is not written to", () => {
  const story = new Story();
  story.github(7, { isMissing: true });

  story.label(7);
  story.goOn();

  assert.deepEqual(story.publications(), []);
  assert.equal(story.board.size, 0);
});

test("a request that was taken back before GitHub was asked leaves no trace", () => {
  const story = new Story();
  story.github(7, { requestHolds: false });

  story.label(7);
  story.goOn();

  assert.deepEqual(story.publications(), []);
  assert.equal(story.board.size, 0);
});

test("a card that left Ready while it waited is not started", () => {
  const story = new Story({ slots: 1 });
  story.label(1);
  story.goOn("working", 1);
  story.ready(7);
  story.goOn("queued", 7);
  story.answer("issue.inspected", {}, 7);
  story.answer("status.published", {}, 7);
  story.github(7, { requestHolds: false, status: "Backlog" });

  story.wait(60_000);
  story.answer("worker.exited", {}, 1);
  story.goOn();

  assert.equal(story.phase(7)?.name, "withdrawn");
  assert.match(story.text("status"), /Not started, because the request was taken back/);
});

test("the agent that a comment names is the one that works", () => {
  const story = new Story();

  story.comment(7, "/agent dispatch --agent=scripted");
  story.goOn();

  const agents = story.effects.flatMap((effect) =>
    effect.type === "worker.start" ? [effect.agent] : [],
  );
  assert.deepEqual(agents, ["scripted"]);
});

test("an agent with a hostile name is refused and harmless", () => {
  const story = new Story();

  story.comment(7, "/agent dispatch --agent=`@team<!--#1");
  story.goOn();

  assert.equal(
    story.text("refusal"),
    "@mona: nothing was started, because there is no agent `'@\u200bteam<\u200b!--#\u200b1` here; known are `claude`, `scripted`.",
  );
});

const dispatching = ["dispatch [--agent=NAME] [--model=NAME] [--depends-on #N,#M]"];
const replies: readonly (readonly [string, string, readonly string[]])[] = [
  ["/agent", "the command is empty", []],
  ["/agent explain", "there is no command `explain`", []],
  ["/agent dispatch now", "`dispatch` cannot be followed by `now`", dispatching],
  ["/agent dispatch --agent=", "`dispatch` cannot be followed by `--agent=`", dispatching],
  ["/agent send", "something is missing after `send`", ["send TEXT"]],
  ["/agent budget 2 GBP", "`budget` cannot be followed by `GBP`", ["budget +2USD [24h]"]],
];

describe("a command that is not one is answered once and starts nothing", () => {
  for (const [line, why, forms] of replies) {
    test(line, () => {
      const story = new Story();

      story.comment(7, line);
      story.goOn();

      const howTo =
        forms.length === 0
          ? "`/agent help` lists all"
          : `write ${forms.map((form) => `\`/agent ${form}\``).join(" or ")}`;
      assert.equal(story.text("refusal"), `@mona: nothing was started, because ${why}; ${howTo}.`);
      assert.deepEqual(
        story.publications().map(({ reactions }) => reactions?.add),
        [["EYES", "CONFUSED"]],
      );
    });
  }
});

test("a comment that does not speak to us is nothing to us", () => {
  const story = new Story();

  const effects = story.comment(7, "thanks, /agent is great");

  assert.deepEqual(effects, []);
  assert.equal(story.board.size, 0);
});

test("a second dispatch by comment is told that work is under way, and changes nothing", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  const before = story.live(7);

  story.comment(7, "/agent dispatch", mona, 5);
  story.answer("status.published");

  assert.equal(
    story.text("refusal"),
    "@mona: nothing was started, because this issue is being worked on already.",
  );
  assert.equal(story.live(7), before);
});

test("the same comment delivered twice is obeyed once and answered once", () => {
  const story = new Story();

  story.comment(7, "/agent dispatch");
  const effects = story.comment(7, "/agent dispatch");

  assert.deepEqual(effects, []);
});

test("a permission that is lost while waiting ends the wait", () => {
  const story = new Story({ slots: 1 });
  story.label(1);
  story.goOn("working", 1);
  story.label(7);
  story.answer("issue.inspected", {}, 7);
  story.answer("status.published", {}, 7);
  story.github(7, { permission: "read" });

  story.wait(60_000);
  story.answer("worker.exited", {}, 1);
  story.goOn();

  assert.equal(story.phase(7)?.name, "withdrawn");
  const started = story.effects.filter(({ type }) => type === "worker.start");
  assert.equal(started.length, 1);
});

function ask(story: Story, via: "label" | "card" | "command"): void {
  if (via === "label") story.label(7);
  else if (via === "card") story.ready(7);
  else story.comment(7, "/agent dispatch");
}
