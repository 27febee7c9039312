import assert from "node:assert/strict";
import { test } from "node:test";

import { asFault, faultTable, GitFault, kindOf } from "../../../src/adapters/git/fault.ts";

for (const { kind, sample } of faultTable) {
  test(`git's words mean ${kind}: ${sample.slice(0, 60)}`, () => {
    assert.equal(kindOf(`remote: something else\n${sample}\n`), kind);
  });
}

test("words that nobody has seen yet are unexpected", () => {
  assert.equal(kindOf("fatal: the moon is in the seventh house"), "unexpected");
});

test("a full disk is a fault that may pass, whoever met it", async () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write '/secret/path'"), {
    code: "ENOSPC",
    syscall: "write",
  });

  const fault = asFault(full);

  assert.ok(fault instanceof GitFault);
  assert.equal(fault.kind, "disk-full");
  assert.equal(fault.retryable, true);
  assert.equal(fault.message, "write failed: ENOSPC");
  const bug = new TypeError("a bug");
  assert.equal(asFault(bug), bug);
});
