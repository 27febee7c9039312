/** Reading a file that grows. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { openTail, type Tail } from "../../../src/adapters/agents/tail.ts";
import { runs } from "../../support/fuzz.ts";

async function linesOf(tail: Tail): Promise<string[]> {
  const lines: string[] = [];
  for (let read = await tail.advance(); read; read = await tail.advance()) lines.push(...read);
  return lines;
}

test("lines come out as they went in, wherever the writer stopped in between", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tail-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "events");
  const text = fc.array(fc.string({ unit: "grapheme" })).map((parts) => parts.join("\n"));

  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(200)), async (whole, cuts) => {
      writeFileSync(path, "");
      await using tail = await openTail(path);
      const bytes = Buffer.from(whole);
      const lines: string[] = [];
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
        (a, b) => a - b,
      );
      for (const [index, place] of places.entries()) {
        appendFileSync(path, bytes.subarray(places[index - 1] ?? 0, place));
        lines.push(...(await linesOf(tail)));
      }

      assert.deepEqual([...lines, tail.rest()], whole.split("\n"));
      assert.equal(tail.bytes, bytes.length);
    }),
    runs(40),
  );
});

test("an endless line is cut and the next one is whole", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tail-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "events");
  writeFileSync(path, `${"x".repeat(20_000_000)}\nnext\n`);
  await using tail = await openTail(path);

  const lines = await linesOf(tail);

  assert.deepEqual(
    lines.map(({ length }) => length),
    [16 * 1024 * 1024, 4],
  );
});
