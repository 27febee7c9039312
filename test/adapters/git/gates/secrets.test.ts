import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";

import { findSecrets, prepareSearch } from "../../../../src/adapters/git/gates/secrets.ts";

/** Letters and digits that look like chance and are the same in every run. */
const letters = (seed: string, length: number): string =>
  createHash("shake256", { outputLength: length })
    .update(seed)
    .digest("base64url")
    .slice(0, length);

const token = `ghs_${letters("token", 36)}`;
const webhook = letters("webhook", 40);
const odd = "p&ss/w+rd=with %odd? signs!";
const newKey = (): string =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
const key = newKey();
const secrets = [token, webhook, odd, key, "short-ish"];

const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

const disguises: Record<string, (text: string) => string> = {
  "as it is": (text) => text,
  reversed: (text) => text.split("").toReversed().join(""),
  "as lower-case hex": (text) => Buffer.from(text).toString("hex"),
  "as upper-case hex": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "as base64": (text) => Buffer.from(text).toString("base64"),
  "as base64 behind one byte": (text) => Buffer.from(`x${text}y`).toString("base64"),
  "as base64 behind two bytes": (text) => Buffer.from(`xy${text}z`).toString("base64"),
  "as base64url": (text) => Buffer.from(`{"key":"${text}"}`).toString("base64url"),
  "percent-encoded": percent,
  "percent-encoded in capitals": (text) => percent(text).toUpperCase(),
  "percent-encoded where it must be": encodeURIComponent,
  "as UTF-16": (text) => Buffer.from(text, "utf16le").toString("latin1"),
};

for (const [name, disguise] of Object.entries(disguises)) {
  test(`a guarded value is found ${name}, whole and by twelve characters of it`, () => {
    for (const secret of [token, webhook, odd, key.split("\n")[7]!]) {
      const part = secret.slice(-14, -2);
      for (const text of [secret, part].map((value) => `before ${disguise(value)} after`)) {
        const found = findSecrets(text, secrets);
        assert.ok(
          found.some(({ isFinal }) => isFinal),
          text,
        );
        assert.ok(!JSON.stringify(found).includes(part), "the finding tells the secret");
      }
    }
  });
}

test("eleven characters of a guarded value and words that only begin like one are no finding", () => {
  assert.deepEqual(findSecrets(`x ${webhook.slice(3, 14)} x`, secrets), []);
  assert.deepEqual(findSecrets("sk-ant-api03- and ghs_ and github_pat_ and AKIA", secrets), []);
});

test("a value of eight to eleven characters is found whole", () => {
  assert.deepEqual(
    findSecrets("it is short-ish!", secrets).map(({ isFinal }) => isFinal),
    [true],
  );
  assert.deepEqual(findSecrets("it is short-is", secrets), []);
});

test("another RSA key is a private key, and none of ours", () => {
  for (const other of [newKey(), newKey(), newKey()]) {
    assert.deepEqual(findSecrets(other, secrets), [{ what: "a private key", isFinal: false }]);
  }
});

test("each line of our key but the first and the shortest is found alone", () => {
  const lines = key.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));

  for (const line of lines.slice(1).filter(({ length }) => length >= 12)) {
    assert.ok(
      findSecrets(`const x = "${line}";`, secrets).some(({ isFinal }) => isFinal),
      line,
    );
  }
});

test("a key with escaped line breaks is found by any of its lines", () => {
  const escaped = key.replaceAll("\n", "\\n");

  assert.ok(findSecrets(key.split("\n")[9]!, [escaped]).some(({ isFinal }) => isFinal));
});

const likely: Record<string, string> = {
  "a private key": "-----BEGIN OPENSSH PRIVATE KEY-----",
  "what looks like a GitHub token": `ghp_${letters("a", 60).replaceAll(/[-_]/g, "a").slice(0, 36)}`,
  "what looks like a GitLab token": `glpat-${letters("b", 20)}`,
  "what looks like an AWS access key": "AKIAIOSFODNN7EXAMPLE",
  "what looks like a Slack token": "xoxb-123456789012-123456789012-abcdefghij",
  "what looks like a key to a model": `sk-proj-4X${letters("c", 40)}`,
  "what looks like a Google key": `AIza${letters("d", 35)}`,
  "what looks like an npm token": `npm_${"aB3".repeat(12)}`,
};

for (const [what, text] of Object.entries(likely)) {
  test(`${what} is a finding that somebody may approve`, () => {
    assert.deepEqual(findSecrets(`key: "${text}"\n`, []), [{ what, isFinal: false }]);
  });
}

test("GitHub's signed installation tokens, with dots and dashes, and fine-grained ones are known", () => {
  const signed = `ghs_123456_${letters("head", 30)}.${letters("body", 200)}.${letters("sign", 86)}`;
  const fine = `github_pat_11ABCDEFG0${letters("fine", 60).replaceAll("-", "_")}`;

  for (const text of [signed, fine]) {
    const [found] = findSecrets(text, []);
    assert.equal(found?.what, "what looks like a GitHub token");
  }
});

test("ordinary texts are no finding", () => {
  const texts = [
    "class sk-folding-cube-with-a-long-name-for-a-spinner {}",
    "const task-risk-disk = 'sk-learn';",
    "ghp_short, npm_config_registry, xoxo-hugs, AKIA",
    "0".repeat(1000),
    "a".repeat(1000),
    "-----BEGIN PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----",
  ];

  for (const text of texts) assert.deepEqual(findSecrets(text, secrets), [], text);
});

test("a secret that arrives in pieces is found wherever it is cut", () => {
  const bytes = Buffer.from(
    `${"x".repeat(500)}${webhook}${"y".repeat(500)}${likely["a private key"]}`,
  );
  const begin = prepareSearch(secrets);
  for (const size of [1, 7, 64, 300, 511]) {
    const search = begin();
    for (let at = 0; at < bytes.length; at += size) search.read(bytes.subarray(at, at + size));

    assert.deepEqual(
      search.found().map(({ isFinal }) => isFinal),
      [true, false],
      `${size}`,
    );
  }
});

test("values that are empty, short or all the same sign find nothing", () => {
  assert.deepEqual(findSecrets("anything at all ************", ["", "a", "*".repeat(40)]), []);
});
