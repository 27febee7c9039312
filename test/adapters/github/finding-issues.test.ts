import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindingOrder } from "../../../src/core/finding-issue.ts";
import { issueNumber } from "../../../src/core/ids.ts";
import { bench } from "./setup.ts";

const more = {
  parent: issueNumber(1),
  finding: "F-1-1",
  isRepeat: false,
  mark: "finding I_1@7 F-1-1",
  title: "[Finding] The lid leaks (from #1)",
  body: "It leaks. <!-- yardmaster:other -->",
  labels: ["review-finding", "spawned-from:#1", "depth:1"],
};

test("a finding's issue is opened in one request, and found again where an earlier try has opened it", async (t) => {
  const { forge, simulator, known, issue, asked } = await bench(t);
  const { repository } = await known(await issue());
  const order: FindingOrder = { repository, ...more };
  asked();

  const number = await forge.trackFinding(order, false);
  assert.deepEqual(asked(), ["POST /repos/acme/rocket/issues"]);
  const again = await forge.trackFinding(order, true);

  assert.equal(again, number);
  const [looked = "", ...rest] = asked();
  assert.match(looked, /^GET \/repos\/acme\/rocket\/issues\?labels=spawned-from/);
  assert.deepEqual(rest, []);
  const rows = [...simulator.sim.world.issues.values()].filter(({ title }) => title === more.title);
  assert.equal(rows.length, 1);
  assert.equal(
    rows[0]?.body,
    "<!-- yardmaster:finding I_1@7 F-1-1 -->\n\nIt leaks. &lt;!-- yardmaster:other -->",
  );
});

test("somebody else's copy of the mark is not taken for ours", async (t) => {
  const { forge, known, issue } = await bench(t);
  const { repository } = await known(await issue());
  const copy = await known(
    await issue({
      title: "A copy",
      body: "<!-- yardmaster:finding I_1@7 F-1-1 -->",
      labels: ["spawned-from:#1"],
    }),
  );

  const number = await forge.trackFinding({ repository, ...more }, true);

  assert.notEqual(number, copy.number);
});
