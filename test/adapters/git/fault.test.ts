import assert from "node:assert/strict";
import { test } from "node:test";

import { faultTable, kindOf } from "../../../src/adapters/git/fault.ts";

for (const { kind, sample } of faultTable) {
  test(`git's words mean ${kind}: ${sample.slice(0, 60)}`, () => {
    assert.equal(kindOf(`remote: something else\n${sample}\n`), kind);
  });
}

test("words that nobody has seen yet are unexpected", () => {
  assert.equal(kindOf("fatal: the moon is in the seventh house"), "unexpected");
});
