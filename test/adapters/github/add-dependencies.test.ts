/** Dependencies that GitHub is told of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isFault } from "../../../src/runtime/fault.ts";
import { bench, found } from "./setup.ts";

test("each is added once, and read like those that people add", async (t) => {
  const { forge, issue, inspection, asked } = await bench(t);
  const id = await issue();
  await issue();
  await issue();
  const order = inspection(id, { dependsOn: ["#2", "#3"] });
  const { id: own, repository, blockers } = found(await forge.inspectIssue(order)).issue;
  assert.deepEqual(
    blockers.map(({ reference }) => reference),
    ["#2", "#3"],
  );

  await forge.addDependencies({ repository, issue: own, blockers: blockers.slice(0, 1) });
  await forge.addDependencies({ repository, issue: own, blockers });
  asked();
  await forge.addDependencies({ repository, issue: own, blockers });

  assert.equal(asked().length, 1);
  const known = found(await forge.inspectIssue(inspection(id))).issue.blockers;
  assert.deepEqual(known.map(({ reference }) => reference).toSorted(), ["#2", "#3"]);
});

test("what GitHub refuses is a fault that trying again does not mend", async (t) => {
  const { forge, issue, inspection } = await bench(t);
  const id = await issue();
  const order = inspection(id, { dependsOn: ["#1"] });
  const { repository, blockers } = found(await forge.inspectIssue(order)).issue;

  await assert.rejects(
    forge.addDependencies({ repository, issue: order.issue, blockers }),
    (error) => isFault(error) && !error.retryable,
  );
});
