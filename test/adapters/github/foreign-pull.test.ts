import assert from "node:assert/strict";
import { test } from "node:test";
import { commentId } from "../../../src/core/ids.ts";
import { bench, found } from "./setup.ts";

test("of the issues that a pull request closes those of its own repository are read, and no other's", async (t) => {
  const yard = await bench(t);
  await yard.issue({ title: "Rust", body: "It is brown." });
  await yard.issue({ repository: "acme/hangar", title: "Secret", body: "The door's code." });
  await yard.as("mona", "push", { branch: "idea", createFrom: "main", files: { "a.txt": "1\n" } });
  const body = "Closes #1, closes acme/hangar#1.";
  const pull = await yard.as("mona", "open-pull", { head: "idea", body });
  const { node_id: node, number } = pull as { node_id: string; number: number };
  const said = await yard.as("mona", "comment", { number, body: "/agent fix" });
  const comment = commentId((said as { node_id: string }).node_id);

  const order = yard.inspection(node, { request: { via: "pull", comment, wanted: "fix" } });
  const { issue } = found(await yard.forge.inspectIssue(order));

  const told = issue.comments.map(({ text }) => text);
  assert.deepEqual(told, ["Issue #1, which it closes: Rust\n\nIt is brown."]);
});
