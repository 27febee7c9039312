import assert from "node:assert/strict";
import { test } from "node:test";
import { textLines } from "../../../src/adapters/github/markdown.ts";

const commands = (body: string): readonly string[] =>
  textLines(body).filter((line) => line.startsWith("/"));

const spoken: readonly (readonly [what: string, body: string])[] = [
  ["alone", "/agent dispatch"],
  ["with Windows line ends", "Please:\r\n\r\n/agent dispatch\r\n"],
  ["after a line of text", "It is time.\n/agent dispatch"],
  ["indented by less than code", "  /agent dispatch"],
  ["after a closed quotation", "> what about this?\n\n/agent dispatch"],
  ["after closed code", "```\nx\n```\n/agent dispatch"],
  ["after a list and a line of text", "- a\n- b\n\nso:\n/agent dispatch"],
  ["after a heading", "# now\n/agent dispatch"],
];

for (const [what, body] of spoken) {
  test(`a command ${what} is heard`, () => {
    assert.deepEqual(commands(body), ["/agent dispatch"]);
  });
}

const unspoken: readonly (readonly [what: string, body: string])[] = [
  ["quoted", "> /agent dispatch"],
  ["in the lazy end of a quotation", "> look\n/agent dispatch"],
  ["in a nested quotation", ">>>>>>>>>>>>>>>>>>>>> /agent dispatch"],
  ["in fenced code", "```\n/agent dispatch\n```"],
  ["in a fence that never closes", "~~~\n\n/agent dispatch"],
  ["in indented code", "text\n\n    /agent dispatch"],
  ["in code after a tab", "\t/agent dispatch"],
  ["in inline code", "`/agent dispatch`"],
  ["in inline code over lines", "see `a\n/agent dispatch\nb`"],
  ["behind inline code", "`a` /agent dispatch"],
  ["in an HTML comment", "<!--\n\n/agent dispatch\n\n-->"],
  ["in an HTML block", "<div>\n/agent dispatch\n</div>"],
  ["in an HTML attribute", 'see <a title="\n/agent dispatch\n">x</a>'],
  ["in a list item", "- /agent dispatch"],
  ["in the lazy end of a list item", "- look\n/agent dispatch"],
  ["in a second paragraph of a list item", "- look\n\n  /agent dispatch"],
  ["in a heading", "# /agent dispatch"],
  ["in a link definition", '[a]: https://x "\n/agent dispatch\n"'],
  ["in emphasis", "*/agent dispatch*"],
  ["escaped", "\\/agent dispatch"],
  ["far down a long comment", `${"a\n".repeat(4000)}\n/agent dispatch`],
];

for (const [what, body] of unspoken) {
  test(`a command ${what} is not heard`, () => {
    assert.deepEqual(commands(body), []);
  });
}

test("arguments are kept as they were typed", () => {
  const typed = "/agent send *a*_b_ https://example.org/x_y [c](d) &amp; --base=feature/x_y";

  assert.deepEqual(textLines(typed), [typed]);
});

test("inline code in a command is kept, HTML keeps its place but not its words", () => {
  assert.deepEqual(textLines("/agent send `x`\nnext <b>"), [
    "/agent send `x`",
    "next \u{FFFC}\u{FFFC}\u{FFFC}",
  ]);
});

const size = 65_536;
const pathological: readonly string[] = [
  "a\n=\n",
  "> ",
  "- ",
  "- > ",
  "1. > - ",
  "> - > - > - > -\n",
  "> a\nb\n\n",
  "- - - a\nb\n\n",
  "a\n\n",
  "[",
  "![",
  "[a](",
  "[a]: b\n",
  "[a]: <b\n",
  "`a``b```c",
  "<a ",
  "<!--",
  "*a **b ",
  "|a",
  "***\n",
  " ",
  "/agent dispatch\n",
].map((piece) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size));

test("65,536 characters of anything are read without a stall", () => {
  const startedAt = performance.now();

  for (const body of pathological) textLines(`/agent dispatch\n${body}`);

  // Unbounded, one of them alone takes more than a minute; the whole list takes about half a second.
  assert.ok(performance.now() - startedAt < 20_000);
});
