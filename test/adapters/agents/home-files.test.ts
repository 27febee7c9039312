/** Files for an agent's home, in which an earlier run has had its way. */
import assert from "node:assert/strict";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { writeHomeFiles } from "../../../src/adapters/agents/home-files.ts";
import { atEnd } from "../../support/cleanup.ts";

test("files are written with their folders, and over what they were", async (t) => {
  const { home } = place(t);

  await writeHomeFiles(home, { ".codex/deep/config.toml": "one", ".rc": "two" });
  await writeHomeFiles(home, { ".codex/deep/config.toml": "three" });

  assert.equal(readFileSync(join(home, ".codex/deep/config.toml"), "utf8"), "three");
  assert.equal(readFileSync(join(home, ".rc"), "utf8"), "two");
  assert.equal(statSync(join(home, ".rc")).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(home, ".codex/deep")), ["config.toml"]);
});

test("no link is followed, neither on the way nor at its end", async (t) => {
  const { home, outside } = place(t);
  writeFileSync(join(outside, "config.toml"), "not yours");
  symlinkSync(outside, join(home, ".codex"));
  symlinkSync(join(outside, "config.toml"), join(home, ".rc"));
  symlinkSync(join(outside, "new"), join(home, ".dangling"));
  linkSync(join(outside, "config.toml"), join(home, ".hard"));

  await writeHomeFiles(home, {
    ".codex/config.toml": "a",
    ".rc": "b",
    ".dangling": "c",
    ".hard": "d",
  });

  assert.deepEqual(readdirSync(outside), ["config.toml"]);
  assert.equal(readFileSync(join(outside, "config.toml"), "utf8"), "not yours");
  assert.ok(lstatSync(join(home, ".codex")).isDirectory());
  assert.equal(readFileSync(join(home, ".codex/config.toml"), "utf8"), "a");
  assert.equal(readFileSync(join(home, ".hard"), "utf8"), "d");
});

test("a file where a folder must be gives way, a folder where a file must be is a fault", async (t) => {
  const { home } = place(t);
  writeFileSync(join(home, ".codex"), "x");
  mkdirSync(join(home, ".rc/inner"), { recursive: true });

  await writeHomeFiles(home, { ".codex/config.toml": "a" });
  await assert.rejects(writeHomeFiles(home, { ".rc": "b" }), { kind: "folder" });

  assert.equal(readFileSync(join(home, ".codex/config.toml"), "utf8"), "a");
  assert.deepEqual(readdirSync(home).toSorted(), [".codex", ".rc"]);
});

test("a path that leads out of the home, and a home that is a link, are faults", async (t) => {
  const { home, outside } = place(t);
  const link = `${home}-link`;
  symlinkSync(outside, link);

  for (const path of ["../out", "a/../../out", "/etc/x", ".", "a//b"]) {
    await assert.rejects(writeHomeFiles(home, { [path]: "x" }), { kind: "folder" }, path);
  }
  await assert.rejects(writeHomeFiles(link, { file: "x" }), { kind: "folder" });
  assert.ok(!existsSync(join(outside, "file")));
});

function place(t: TestContext): { home: string; outside: string } {
  const root = mkdtempSync(join(tmpdir(), "home-"));
  atEnd(t, () => rmSync(root, { recursive: true }));
  const folders = { home: join(root, "home"), outside: join(root, "outside") };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  return folders;
}
