import assert from "node:assert/strict";
import { test } from "node:test";

import { millis } from "../../src/core/ids.ts";
import { systemClock } from "../../src/runtime/clock.ts";

test("nobody is woken before the time, however long the wait or early the timer", (t) => {
  const start = 1_800_000_000_000;
  let now = start;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Date, "now", () => now);
  const pass = (ms: number, dayMs = ms): void => {
    now += dayMs;
    t.mock.timers.tick(ms);
  };
  const woken: number[] = [];
  const month = 30 * 86_400_000;

  systemClock.at(millis(start + month), () => woken.push(now));

  pass(month - 10);
  assert.deepEqual(woken, []);
  pass(10, 9);
  assert.deepEqual(woken, []);
  pass(1);
  assert.deepEqual(woken, [start + month]);
});

test("a wait that is given up wakes nobody, also where the timer was set again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const woken: string[] = [];

  const giveUp = systemClock.at(millis(Date.now() + 2 ** 31 + 5), () => woken.push("late"));
  t.mock.timers.tick(2 ** 31);
  giveUp();
  t.mock.timers.tick(10);

  assert.deepEqual(woken, []);
});
