/** What strangers write comes to a terminal as text and nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { plainLine, plainText } from "../../src/cli/plain.ts";
import { table } from "../../src/cli/table.ts";
import { runs } from "../support/fuzz.ts";

const isHarmless = (text: string): boolean =>
  Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    const isControl =
      (code < 0x20 && code !== 0x0a && code !== 0x09) || (code >= 0x7f && code <= 0x9f);
    return !isControl && code !== 0x202e && code !== 0x2066;
  });

const sequences: readonly (readonly [string, string, string])[] = [
  ["colours", "\u001b[1;31mred\u001b[0m", "red"],
  ["a moved cursor", "one\u001b[2Atwo\u001b[10;10H", "onetwo"],
  ["a link", "\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007", "click"],
  ["the clipboard", "\u001b]52;c;ZXZpbA==\u001b\\after", "after"],
  ["a title", "\u001b]0;owned\u0007after", "after"],
  ["a device string", "\u001bP1$r0m\u001b\\after", "after"],
  ["an application command", "\u001b_evil\u001b\\after", "after"],
  ["one-byte introducers", "\u009b31mred\u009d0;owned\u009cafter", "redafter"],
  ["a string without an end, which hides nothing", "\u001b]0;seen", "0;seen"],
  ["a string that would go on over the line", "\u001b]0;seen\nnext\u0007", "0;seen\nnext"],
  ["a return to the line's beginning", "safe\rrm -rf", "saferm -rf"],
  ["backspaces", "ab\b\bcd", "abcd"],
  ["a change of direction", "user\u202egpj.exe", "usergpj.exe"],
  ["a cut-off sequence", "end\u001b", "end"],
  ["what is text already", "täxt\twith → ☃ and 😀\n", "täxt\twith → ☃ and 😀\n"],
];

for (const [what, hostile, plain] of sequences) {
  test(`${what} ${what.startsWith("what") ? "stays as it is" : "is taken out"}`, () => {
    assert.equal(plainText(hostile), plain);
  });
}

test("no text at all comes out with a control character", () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("latin1");

  assert.ok(isHarmless(plainText(bytes)));
  const pieces = fc.constantFrom(
    "\u001b",
    "]",
    "[",
    "\u009b",
    "\u0007",
    "\\",
    "P",
    "x",
    "\u009c",
    "1",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: "binary" }))), (parts) => {
      assert.ok(isHarmless(plainText(parts.join(""))));
    }),
    runs(),
  );
});

test("a megabyte of nothing but beginnings of sequences takes no time", () => {
  const startedAt = performance.now();

  plainText("\u001b]".repeat(500_000));

  assert.ok(performance.now() - startedAt < 3_000);
});

test("a table keeps its columns whatever stands in them", () => {
  const drawn = table(
    ["A", "B"],
    [
      ["one\ntwo", "x"],
      ["😀", "y".repeat(100)],
    ],
    10,
  );

  assert.equal(plainLine("a\tb\nc"), "a b c");
  assert.deepEqual(drawn.split("\n"), ["A        B", "one two  x", "😀        yyyyyyyyy…"]);
});
