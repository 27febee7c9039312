import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { simulatorForTest } from "../support/simulator.ts";

const README = readFileSync(new URL("../../src/simulator/README.md", import.meta.url), "utf8");

test("the README lists every gesture with its fields", async (t) => {
  const simulator = await simulatorForTest(t);
  const reason = async (body: Readonly<Record<string, unknown>>): Promise<string> => {
    try {
      await simulator.gesture({ as: "mona", ...body });
    } catch (error) {
      if (error instanceof Error) return error.message;
    }
    throw new Error("the gesture was made");
  };
  const names = (await reason({ do: "?" })).replace("do must be one of: ", "").split(", ");

  for (const name of names) {
    const taken = (await reason({ do: name, "?": 1 })).split("this gesture takes: ")[1];
    const row = README.split("\n").find((line) => line.startsWith(`| \`${name}\` `));
    assert.equal(row?.split("|")[2]?.replaceAll("?", "").trim(), taken, name);
  }
  const rows = README.split("### Requests")[0]?.split("### Gestures")[1]?.match(/^\| `/gm);
  assert.equal(rows?.length, names.length);
});

test("the README names everything that the world shows", async (t) => {
  const simulator = await simulatorForTest(t);
  const answer = await fetch(`${simulator.url}/_sim/world`);
  const world = README.split("### World")[1]?.split("### ")[0] ?? "";

  const names = Object.keys((await answer.json()) as object);
  assert.deepEqual(
    names.filter((name) => !world.includes(`\`${name}\``)),
    [],
  );
});

test("the README names everything on the card", async (t) => {
  const { card } = await simulatorForTest(t);

  for (const key of Object.keys(card)) assert.ok(README.includes(`| \`${key}\``), key);
});
