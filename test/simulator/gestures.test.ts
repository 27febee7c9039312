import assert from "node:assert/strict";
import { test } from "node:test";
import { simulatorForTest } from "../support/simulator.ts";
import { asPerson } from "./rest-client.ts";

const ALL = [
  "open-issue",
  "edit-issue",
  "close-issue",
  "reopen-issue",
  "delete-issue",
  "transfer-issue",
  "label",
  "unlabel",
  "comment",
  "edit-comment",
  "delete-comment",
  "move-card",
  "add-blocker",
  "add-sub-issue",
  "push",
  "force-push",
  "delete-branch",
  "review",
  "resolve-thread",
  "complete-check",
  "merge",
  "close-pull",
  "reopen-pull",
  "set-permission",
  "set-board-options",
  "rename-repository",
  "archive-repository",
  "uninstall-app",
];

test("a gesture that cannot be made says why", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asPerson(simulator);
  const reason = async (body: unknown): Promise<unknown[]> => {
    const answer = await ask("POST /_sim/gestures", body);
    return [answer.status, answer.body.message];
  };
  const mona = (body: object): object => ({ as: "mona", ...body });

  assert.deepEqual(await reason({ do: "label" }), [400, "as must be a login"]);
  assert.deepEqual(await reason({ as: "zoe", do: "comment", number: 1, body: "x" }), [
    400,
    'there is no account "zoe"',
  ]);
  assert.deepEqual(await reason(mona({ do: "comment", number: "1", body: "x" })), [
    400,
    "number must be a number",
  ]);
  assert.deepEqual(await reason(mona({ do: "comment", number: 1, body: "x" })), [
    400,
    "there is no issue 1",
  ]);
  assert.deepEqual(await reason(mona({ do: "open-issue", title: "x", colour: "red" })), [
    400,
    'unknown field "colour"; this gesture takes: title, body, labels, assignees',
  ]);
  assert.deepEqual(await reason(mona({ do: "open-issue", repository: "acme/x", title: "x" })), [
    400,
    'there is no repository "acme/x"',
  ]);
  assert.deepEqual(await reason("{"), [400, "the body is not JSON"]);
});

test("every gesture that is promised exists", async (t) => {
  const simulator = await simulatorForTest(t);

  const { body } = await asPerson(simulator)("POST /_sim/gestures", { as: "mona", do: "dance" });

  const known = body.message.replace("do must be one of: ", "").split(", ");
  assert.deepEqual(
    ALL.filter((name) => !known.includes(name)),
    [],
  );
});

test("a gesture answers with what changed", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asPerson(simulator);

  const opened = await ask("POST /_sim/gestures", { as: "rita", do: "open-issue", title: "Hi" });
  const moved = await ask("POST /_sim/gestures", {
    as: "wren",
    do: "move-card",
    number: 1,
    to: "Ready",
    field: "Priority",
    value: "P1",
  });

  assert.deepEqual([opened.body.number, opened.body.user.login], [1, "rita"]);
  assert.deepEqual(
    [moved.body.values["Status"].name, moved.body.values["Priority"].name],
    ["Ready", "P1"],
  );
});

test("cards are placed above and below each other", async (t) => {
  const simulator = await simulatorForTest(t);
  for (const title of ["a", "b", "c"]) {
    await simulator.gesture({ as: "mona", do: "open-issue", title });
  }
  for (const number of [1, 2, 3]) {
    await simulator.gesture({ as: "mona", do: "move-card", number, to: "Ready" });
  }
  await simulator.gesture({ as: "mona", do: "move-card", number: 3, top: true });
  await simulator.gesture({ as: "mona", do: "move-card", number: 1, after: 2 });

  const { world } = simulator.sim;
  const order = [...world.items.values()]
    .toSorted((one, other) => one.position - other.position)
    .map(({ issueId }) => world.issues.get(issueId!)?.title);
  assert.deepEqual(order, ["c", "b", "a"]);
});

test("options keep their cards by name or new name, and lose them when they go", async (t) => {
  const simulator = await simulatorForTest(t);
  const status = async (number: number): Promise<string | undefined> => {
    const card = (await simulator.gesture({ as: "mona", do: "move-card", number })) as {
      values: { Status?: { name: string } };
    };
    return card.values.Status?.name;
  };
  for (const [index, to] of ["Ready", "In Review", "Blocked"].entries()) {
    await simulator.gesture({ as: "mona", do: "open-issue", title: to });
    await simulator.gesture({ as: "mona", do: "move-card", number: index + 1, to });
  }

  await simulator.gesture({
    as: "mona",
    do: "set-board-options",
    options: ["Ready", "In Review", "Done"],
    renamed: { "In Review": "Review" },
  });

  assert.deepEqual(
    [await status(1), await status(2), await status(3)],
    ["Ready", "Review", undefined],
  );
  await assert.rejects(
    simulator.gesture({ as: "mona", do: "move-card", number: 1, to: "Blocked" }),
    { message: 'Status has no option "Blocked", only: Ready, Review, Done' },
  );
});
