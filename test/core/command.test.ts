/** Commands: from any text that people type to something that we know how to obey. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Command } from "../../src/core/command.ts";
import { parseCommands } from "../../src/core/command.ts";
import { commandTable } from "../../src/core/help-text.ts";
import { nearestVerb } from "../../src/core/nearest-verb.ts";
import { allVerbs, verbs } from "../../src/core/verbs.ts";
import { noTerms } from "../../src/core/terms.ts";
import type { Terms } from "../../src/core/terms.ts";
import { commandLines } from "../support/story.ts";
import { runs } from "../support/fuzz.ts";

const parse = (text: string): readonly Command[] => parseCommands(commandLines(text), "agent");

const raise = (usd: number, hours: number): Command => ({
  verb: "wish",
  wish: { kind: "raise", usd, forMs: hours * 60 * 60_000 },
});

const dispatch = (named: Partial<Terms>): Command => ({
  verb: "dispatch",
  terms: { ...noTerms, ...named },
});

describe("a line becomes a command", () => {
  const lines: readonly (readonly [string, Command | null])[] = [
    ["/agent help", { verb: "help" }],
    ["/agent status", { verb: "status" }],
    ["/agent why", { verb: "why" }],
    ["/agent why not", { verb: "malformed", of: "why", typed: "not" }],
    ["/agent dispatch", { verb: "dispatch", terms: noTerms }],
    ["  /AGENT\tDispatch  ", { verb: "dispatch", terms: noTerms }],
    ["/agent dispatch --agent=scripted", dispatch({ agent: "scripted" })],
    ["/agent dispatch --agent scripted", dispatch({ agent: "scripted" })],
    ["/agent dispatch --depends-on #3,#12,#3", dispatch({ dependsOn: ["#3", "#12"] })],
    [
      "/agent dispatch --depends-on=#3 --model opus",
      dispatch({ dependsOn: ["#3"], model: "opus" }),
    ],
    [
      "/agent dispatch --depends-on #3,",
      { verb: "malformed", of: "dispatch", typed: "--depends-on #3," },
    ],
    [
      "/agent dispatch --depends-on acme/web#3",
      { verb: "malformed", of: "dispatch", typed: "--depends-on acme/web#3" },
    ],
    ["/agent dispatch --model=opus --agent=claude", dispatch({ agent: "claude", model: "opus" })],
    [
      "/agent dispatch --agent=a --agent=b",
      { verb: "malformed", of: "dispatch", typed: "--agent=b" },
    ],
    ["/agent dispatch --agent", { verb: "malformed", of: "dispatch", typed: "--agent" }],
    ["/agent dispatch --force", { verb: "malformed", of: "dispatch", typed: "--force" }],
    ["/agent dispatch please", { verb: "malformed", of: "dispatch", typed: "please" }],
    ["/agent retry", { verb: "retry" }],
    ["/agent retry --fresh", { verb: "malformed", of: "retry", typed: "--fresh" }],
    ["/agent stop", { verb: "wish", wish: { kind: "stop" } }],
    ["/agent stop it", { verb: "malformed", of: "stop", typed: "it" }],
    ["/agent send Make it  blue", { verb: "wish", wish: { kind: "send", text: "Make it blue" } }],
    ["/agent send", { verb: "malformed", of: "send", typed: "" }],
    ["/agent broadcast Hear", { verb: "wish", wish: { kind: "broadcast", text: "Hear" } }],
    ["/agent broadcast", { verb: "malformed", of: "broadcast", typed: "" }],
    ["/agent handover", { verb: "wish", wish: { kind: "handover", note: "" } }],
    ["/agent handover too  slow", { verb: "wish", wish: { kind: "handover", note: "too slow" } }],
    ["/agent abort", { verb: "wish", wish: { kind: "abort" } }],
    ["/agent approve", { verb: "wish", wish: { kind: "approve" } }],
    ["/agent approve it", { verb: "malformed", of: "approve", typed: "it" }],
    ["/agent hold", { verb: "wish", wish: { kind: "hold", reason: "" } }],
    ["/agent hold not yet", { verb: "wish", wish: { kind: "hold", reason: "not yet" } }],
    ["/agent unhold", { verb: "wish", wish: { kind: "unhold" } }],
    ["/agent block", { verb: "wish", wish: { kind: "block", reason: "" } }],
    ["/agent block no  tank", { verb: "wish", wish: { kind: "block", reason: "no tank" } }],
    ["/agent unblock", { verb: "wish", wish: { kind: "unblock" } }],
    ["/agent unblock now", { verb: "malformed", of: "unblock", typed: "now" }],
    ["/agent budget +2USD 24h", raise(2, 24)],
    ["/agent budget 0.50 2d", raise(0.5, 48)],
    ["/agent budget $3", raise(3, 24)],
    ["/agent budget -2", { verb: "malformed", of: "budget", typed: "-2" }],
    ["/agent budget 1e9", { verb: "malformed", of: "budget", typed: "1e9" }],
    ["/agent budget 2 24y", { verb: "malformed", of: "budget", typed: "24y" }],
    ["/agent budget 2 31d", { verb: "malformed", of: "budget", typed: "31d" }],
    ["/agent budget", { verb: "malformed", of: "budget", typed: "" }],
    ["/agent", { verb: "unknown", typed: "", nearest: null }],
    ["/agent sing loudly", { verb: "unknown", typed: "sing", nearest: "send" }],
    ["/agent constructor", { verb: "unknown", typed: "constructor", nearest: null }],
    ["/agents dispatch", null],
    ["agent dispatch", null],
    ["please /agent dispatch", null],
    ["/agent/dispatch", null],
    ["", null],
  ];
  for (const [line, command] of lines) {
    test(JSON.stringify(line), () => {
      assert.deepEqual(parse(line), command === null ? [] : [command]);
    });
  }

  test("whatever people type", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 80 })), (typed) => {
        const lines = typed.map((line) => ({ line, below: "" }));
        const isOurs = typed.some((line) => line.toLowerCase().includes("/agent"));
        assert.ok(parseCommands(lines, "agent").length === 0 || isOurs);
      }),
      runs(),
    );
  });
});

describe("a comment may hold several commands", () => {
  test("in their order, each message up to the next of them", () => {
    assert.deepEqual(
      parse("Hello\n/agent send Look at\n/etc/hosts\nand more.\n/agent why\nThanks."),
      [
        { verb: "wish", wish: { kind: "send", text: "Look at\n/etc/hosts\nand more." } },
        { verb: "why" },
      ],
    );
  });

  test("five, and a sixth makes it none", () => {
    const lines = (count: number): string => Array(count).fill("/agent why").join("\n");

    assert.deepEqual(parse(lines(5)), Array(5).fill({ verb: "why" }));
    assert.deepEqual(parse(lines(6)), [{ verb: "too-many", most: 5 }]);
  });
});

describe("a misspelt verb is told the nearest", () => {
  const rows: readonly (readonly [string, string | null])[] = [
    ["despatch", "dispatch"],
    ["DISPTACH", "dispatch"],
    ["halp", "help"],
    ["staus", "status"],
    ["unhodl", "unhold"],
    ["xy", null],
    ["explain", null],
    ["dispatchdispatchdispatch", null],
    ["", null],
  ];
  for (const [typed, verb] of rows) {
    test(`${typed} → ${verb}`, () => {
      assert.equal(nearestVerb(typed), verb);
    });
  }
});

describe("the registry", () => {
  for (const verb of allVerbs) {
    test(`has examples of ${verb} that are understood, and a usage that begins with it`, () => {
      const { examples, usage } = verbs[verb];
      assert.ok(examples.length > 0 && usage.length > 0);
      for (const text of [...examples, ...usage]) assert.equal(text.split(" ")[0], verb);
      for (const example of examples) {
        const [command, ...more] = parse(`/agent ${example}`);
        assert.deepEqual(more, []);
        assert.ok(command !== undefined && !("typed" in command), example);
      }
    });
  }

  test("makes README's table of commands, and nothing else does", async () => {
    const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
    const lines = readme.split("\n");
    const from = lines.findIndex((line) => line.startsWith("| command | who |"));
    const rows = lines.slice(from);

    assert.deepEqual(
      rows.slice(
        0,
        rows.findIndex((line) => !line.startsWith("|")),
      ),
      commandTable("agent"),
    );
  });
});
