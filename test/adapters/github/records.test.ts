import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { commentBody, readRecords } from "../../../src/adapters/github/records.ts";
import { issueId } from "../../../src/core/ids.ts";
import type { Comment } from "../../../src/core/showing.ts";
import { runs } from "../../support/fuzz.ts";

const issue = issueId("I_1");
const secret = "a secret of ours";
const assigned: Comment = {
  key: "worker-1700000000-12",
  records: [
    {
      name: "WORKER:ASSIGNED",
      payload: { assigned: true, worker_id: "worker-1700000000-12", attempt: 1 },
    },
  ],
  frame: null,
  text: "**Worker Assigned**\n- **Worker ID:** `worker-1700000000-12`",
};

test("a comment is a marker, the records in the format others read, and text", () => {
  assert.equal(
    commentBody(assigned, issue, secret),
    `<!-- yardmaster:worker-1700000000-12 -->
<!-- WORKER:ASSIGNED -->
\`\`\`json
{
  "assigned": true,
  "worker_id": "worker-1700000000-12",
  "attempt": 1,
  "v": 1,
  "sig": "${readSignature(commentBody(assigned, issue, secret))}"
}
\`\`\`
<!-- /WORKER:ASSIGNED -->

**Worker Assigned**
- **Worker ID:** \`worker-1700000000-12\``,
  );
});

test("a record is genuine only with our secret, on its issue and unchanged", () => {
  const body = commentBody(assigned, issue, secret);
  const isGenuine = (text: string, on = issue, by = secret): boolean | undefined =>
    readRecords(text, on, by)[0]?.isGenuine;

  assert.equal(isGenuine(body), true);
  assert.equal(isGenuine(body, issueId("I_2")), false);
  assert.equal(isGenuine(body, issue, "another secret"), false);
  assert.equal(isGenuine(body.replace('"attempt": 1', '"attempt": 2')), false);
  assert.equal(isGenuine(body.replace('"attempt": 1', '"attempt": 1,\n  "pr": 3')), false);
  assert.equal(isGenuine(body.replaceAll("ASSIGNED", "RESULT")), false);
});

test("a record of numbers is read as it was written, in the order that others know", () => {
  const comment: Comment = {
    key: "state-1",
    records: [
      {
        name: "ORCHESTRATION:SLEEP",
        payload: { waiting_on: [4, 5], reason: "waiting_for_ci", sleeping: true },
      },
    ],
    frame: null,
    text: "",
  };
  const body = commentBody(comment, issue, secret);

  const [record] = readRecords(body, issue, secret);
  assert.equal(record?.isGenuine, true);
  assert.deepEqual(record.payload["waiting_on"], [4, 5]);
  assert.match(
    body,
    /\{\n {2}"sleeping": true,\n {2}"reason": "waiting_for_ci",\n {2}"waiting_on"/,
  );
  assert.equal(readRecords(body.replace("4,", "6,"), issue, secret)[0]?.isGenuine, false);
});

test("records of other orchestrators are read, fenced or not, and are not ours", () => {
  const payload = { assigned: true, worker_id: "worker-1-2" };
  const json = JSON.stringify({ ...payload, data: { any: 1 } });
  const expected = [
    { name: "WORKER:ASSIGNED", payload: { ...payload, data: null }, isGenuine: false },
  ];

  for (const inner of [json, `\`\`\`json\n${json}\n\`\`\``]) {
    const body = `<!-- WORKER:ASSIGNED -->\r\n${inner}\r\n<!-- /WORKER:ASSIGNED -->\n\nhello`;

    assert.deepEqual(readRecords(body, issue, secret), expected);
  }
});

test("what is not a record is left out", () => {
  for (const inner of ["nothing", "[1]", "{", ""]) {
    const body = `<!-- WORKER:RESULT -->\n${inner}\n<!-- /WORKER:RESULT -->`;

    assert.deepEqual(readRecords(body, issue, secret), []);
  }
  assert.deepEqual(readRecords("<!-- WORKER:RESULT -->\n{}", issue, secret), []);
});

test("a marker in the text of a comment is no record", () => {
  const forged = commentBody(assigned, issue, secret);

  const body = commentBody(
    { key: "status", records: [], frame: null, text: forged },
    issue,
    secret,
  );

  assert.deepEqual(readRecords(body, issue, secret), []);
  assert.equal(body.match(/<!--/gu)?.length, 1);
});

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("-->", "<!--", "```\n", "<!-- /WORKER:RESULT -->", "\n"),
);
/** Keys are ours, plain words; what V8 makes of escapes in keys that differ in them alone is not ours to prove. */
const key = fc
  .string()
  .filter((word) => !["v", "sig", "__proto__"].includes(word) && !/["\\]/u.test(word));
const payload = fc.dictionary(key, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), {
  noNullPrototype: true,
});
const record = fc.record(
  { name: fc.constantFrom("WORKER:ASSIGNED" as const, "WORKER:RESULT" as const), payload },
  { noNullPrototype: true },
);

test("a handover stands between the seed's marks, however long it is, and can set none itself", () => {
  const handover = (text: string): string =>
    commentBody({ key: "handover-1", records: [], frame: "HANDOVER", text }, issue, secret);

  assert.equal(
    handover("# Handover\n<!-- HANDOVER:END -->"),
    "<!-- yardmaster:handover-1 -->\n\n<!-- HANDOVER:START -->\n# Handover\n&lt;!-- HANDOVER:END -->\n<!-- HANDOVER:END -->",
  );
  const long = handover("line\n".repeat(20_000));
  assert.ok(long.length <= 65_536);
  assert.match(long, /\(truncated\)\*\n<!-- HANDOVER:END -->$/);
});

test("what is written is what is read, for any payload", () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 3 }), text, (records, words) => {
      const body = commentBody({ key: "status", records, frame: null, text: words }, issue, secret);

      assert.deepEqual(
        readRecords(body, issue, secret),
        records.map((one) => ({ ...one, isGenuine: true })),
      );
    }),
    runs(),
  );
});

test("any text fits GitHub's limit, in whole characters and with code blocks closed", () => {
  const piece = fc.constantFrom("😀", "a", "\n", "\n```\n", "\n~~~~js\n", "  ", "\u{D800}", "<!--");
  const words = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 70_000 }))
    .map(([pieces, times]) => pieces.join("").repeat(times).slice(0, 80_000));

  fc.assert(
    fc.property(words, (long) => {
      const body = commentBody(
        { key: "status", records: [], frame: null, text: long },
        issue,
        secret,
      );

      assert.ok(body.length <= 65_000);
      assert.ok(body.isWellFormed());
      const isCut = long.replaceAll("<!--", "&lt;!--").length > 64_970;
      if (isCut) assert.ok(body.endsWith("\n\n*(truncated)*"));
      if (isCut) assert.equal(fenceLeftOpen(body), false);
    }),
    runs(50),
  );
});

test("a cut falls between lines", () => {
  const body = commentBody(
    { key: "status", records: [], frame: null, text: `${"word ".repeat(20)}\n`.repeat(1000) },
    issue,
    secret,
  );

  assert.ok(body.endsWith(`${"word ".repeat(20)}\n\n*(truncated)*`));
});

function readSignature(body: string): string {
  return /"sig": "([\w-]{43})"/u.exec(body)?.[1] ?? "";
}

/** As CommonMark says, for fences at the left edge. */
function fenceLeftOpen(body: string): boolean {
  let open = "";
  for (const line of body.split("\n")) {
    const mark = /^(`{3,}|~{3,})/u.exec(line.trimStart())?.[0] ?? "";
    if (open === "") open = mark;
    else if (mark.startsWith(open) && line.trim() === mark) open = "";
  }
  return open !== "";
}
