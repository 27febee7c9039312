import assert from "node:assert/strict";
import { test } from "node:test";

import { createTurns } from "../../../src/adapters/git/turns.ts";

test("work under one key runs in the order of asking, under two keys at once", async () => {
  const turns = createTurns();
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];

  const first = turns.take("a", async () => {
    await gate.promise;
    seen.push("first");
    throw new Error("broken");
  });
  const second = turns.take("a", async () => seen.push("second"));
  await turns.take("b", async () => seen.push("other"));
  gate.resolve();

  await assert.rejects(first, /broken/);
  await second;
  assert.deepEqual(seen, ["other", "first", "second"]);
});

test("what has not begun is joined, what has begun is not", async () => {
  const turns = createTurns();
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  let runs = 0;
  const fetch = async (): Promise<void> => {
    runs += 1;
    begun.resolve();
    await gate.promise;
  };

  const first = turns.join("a", "main", fetch);
  await begun.promise;
  const later = [1, 2, 3].map(() => turns.join("a", "main", fetch));
  gate.resolve();
  await Promise.all([first, ...later]);

  assert.equal(runs, 2);
});
