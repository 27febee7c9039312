import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import { code, plain, quoted, unlinked } from "../../src/core/quote.ts";
import { runs } from "../support/fuzz.ts";

const zero = "\u200b";

describe("text that others wrote", () => {
  const texts: readonly (readonly [string, string])[] = [
    ["<!-- WORKER:ASSIGNED -->", "> &lt;!-- WORKER:ASSIGNED -->"],
    ["<\u200b!\u2060-- X -->", "> &lt;!-- X -->"],
    ["&lt;!-- X --&gt;", "> &amp;lt;!-- X --&amp;gt;"],
    ["cc @mona and @acme/team", `> cc @${zero}mona and @${zero}acme/team`],
    ["cc ＠mona", `> cc ＠${zero}mona`],
    ["cc &#64;mona", `> cc &amp;\\#${zero}64;mona`],
    ["fixes #12", `> fixes \\#${zero}12`],
    ["closes acme/web#12", `> closes acme/web\\#${zero}12`],
    ["closes GH-12", `> closes GH-${zero}12`],
    [
      "resolves https://github.com/a/b/issues/3",
      `> resolves https${zero}://github.com/a/b/issues/${zero}3`,
    ],
    ["# A title", "> \\# A title"],
    ["A title\n===", "> A title\n> \\==="],
    ["1.    ---", "> 1.    \\---"],
    ["/agent dispatch\n```", `> ${zero}/agent dispatch\n> \\\`\\\`\\\``],
    [
      "![x](https://a.b/c.png?d)",
      `> !\\[x\\](https${zero}://a.b/c.png?d)`.replace("> !", `> ${zero}!`),
    ],
    ["- **a**\n- b_c", "> - **a**\n> - b_c"],
    ["half a character \ud800", "> half a character \ufffd"],
    ["", "> "],
  ];
  for (const [text, expected] of texts) {
    test(JSON.stringify(text), () => {
      assert.equal(quoted(text), expected);
    });
  }

  test("is cut where it is too long for a comment", () => {
    assert.ok(quoted("@#1\n".repeat(20_000)).length < 60_000);
    assert.ok(plain("x".repeat(100_000)).endsWith("x … (shortened)"));
    assert.ok(plain(`x${"😀".repeat(10_000)}`).endsWith("😀 … (shortened)"));
    assert.ok(plain("😀".repeat(10_000)).endsWith("😀 … (shortened)"));
  });

  test("is read as it was typed", () => {
    const typed = "a <b> & `c` [d](e) #f \\*g $h ~i~ &amp; 1 | 2";

    const [block] = parse(plain(typed)).filter(({ type }) => type === "inline");

    assert.equal(textOf(block!).replaceAll(zero, ""), typed);
  });

  test("marks no record in a title", () => {
    assert.equal(unlinked("<!-- X --> @a"), `<${zero}!-- X --> @${zero}a`);
  });

  test("asks no check to be skipped in a title", () => {
    assert.equal(unlinked("feat: x [Skip CI]"), `feat: x [${zero}Skip CI]`);
  });
});

const markdown = new MarkdownIt({ html: true, linkify: true });
// GitHub makes links of less than this parser; what it does with `www.` is asserted below.
markdown.linkify.set({ fuzzyEmail: false, fuzzyLink: false });
const parse = (text: string): readonly Token[] => markdown.parse(text, {});
const breaks: readonly string[] = ["softbreak", "hardbreak"];
const textOf = (block: Token): string =>
  block.children!.map(({ type, content }) => (breaks.includes(type) ? "\n" : content)).join("");

/** What a text of others must never become, whatever it is. */
const effective = [
  "html_block",
  "html_inline",
  "image",
  "link_open",
  "heading_open",
  "fence",
  "code_inline",
  "hr",
];

const piece = fc.constantFrom(
  ..."<!-- --> <!-- WORKER:ASSIGNED --> &lt;!-- &#60; &#x40; &#64; &commat; @ ＠ mona acme/team # ＃ 1 23 GH- gh- issues/ pull/ https:// http:// www. a.b github.com/a/b mailto: /agent /approve bors fixes closes ` ``` ~~~ ~ [ ] ( ) ! ![ ]( [^ ]: <img <a> <div> <script> = === --- -- - * ** _ + > # ## 1. | \\ $ $$ \\color{white} \u200b \u200d \u2060 \u{E0041} \u202e \u00a0 \u3164 \r \t \0 \ud800".split(
    " ",
  ),
  " ",
  "\n",
  "\n\n",
  "    ",
);
const text = fc
  .array(fc.oneof({ weight: 9, arbitrary: piece }, { weight: 1, arbitrary: fc.string() }), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join(""));

test("no text of others takes effect as GitHub or a bot reads it", () => {
  fc.assert(
    fc.property(text, (others) => {
      for (const made of [quoted(others), plain(others)]) {
        assert.ok(!withoutInvisible(made).includes("<!--"));
        assert.ok(made.split("\n").every((line) => !/^[\s>]*[/!]/u.test(line)));
        for (const block of parse(made)) {
          assert.ok(!effective.includes(block.type), block.type);
          for (const inline of block.children ?? []) {
            assert.ok(!effective.includes(inline.type), inline.type);
          }
          if (block.type !== "inline") continue;
          assertNoReference(textOf(block));
          assert.doesNotMatch(textOf(block), /www\.|:\/\/(?<!\u200b:\/\/)/iu);
        }
      }
    }),
    runs(3_000),
  );
});

test("what emphasis cuts in two takes no effect either", () => {
  assert.equal(
    plain("＃*1* gh-_2_ issues/*3* www*.*a https:*/*/b"),
    "＃\u200b*1* gh-\u200b_2_ issues/\u200b*3* www\u200b*.*a https\u200b:*/*/b",
  );
});

test("nothing in a text of others reaches beyond it", () => {
  fc.assert(
    fc.property(text, (others) => {
      for (const made of [quoted(others), plain(others)]) {
        const blocks = parse(`${made}\n\nOurs.`);
        const [open, inline, close] = blocks.slice(-3);
        assert.deepEqual([open?.type, open?.level], ["paragraph_open", 0]);
        assert.equal(inline?.content, "Ours.");
        assert.equal(close?.type, "paragraph_close");
      }
      const quote = parse(quoted(others));
      assert.equal(quote.filter(({ level, nesting }) => level === 0 && nesting >= 0).length, 1);
      assert.equal(quote[0]?.type, "blockquote_open");
    }),
    runs(3_000),
  );
});

test("text of others in a code span stays in it", () => {
  fc.assert(
    fc.property(text, (others) => {
      const made = code(others);
      const [, inline] = parse(`a ${made} b`);
      const types = inline!.children!.map(({ type }) => type);
      assert.deepEqual(types, ["text", "code_inline", "text"]);
      assert.ok(!made.includes("<!--"));
      assertNoReference(made);
    }),
    runs(3_000),
  );
});

test("a title is letter for letter what it was, without references", () => {
  fc.assert(
    fc.property(text, (others) => {
      const title = others.replaceAll(zero, "");
      assert.equal(unlinked(title).replaceAll(zero, ""), title);
      assertNoReference(unlinked(title));
    }),
    runs(3_000),
  );
});

function assertNoReference(shown: string): void {
  assert.doesNotMatch(shown, /[@＠][\p{L}\p{N}]/u);
  assert.doesNotMatch(shown, /(?:#|＃|gh-|issues\/|pull\/)[0-9]/iu);
}

const withoutInvisible = (made: string): string => made.replaceAll(/\p{Cf}/gu, "");
