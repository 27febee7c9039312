import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { readOutline, readWork } from "../../../../src/adapters/git/gates/read.ts";
import type { Finding } from "../../../../src/core/event.ts";
import type { Gates } from "../../../../src/core/policy.ts";
import {
  commitAll,
  importedHead,
  importOf,
  openBench,
  openWorktree,
  orderFor,
  publish,
  runGit,
  write,
} from "../bench.ts";
import type { Bench } from "../bench.ts";

const order = orderFor(3);
const secret = "guarded-Zx81Qw9-LpM2vB7n-value";

const openGuardedBench = (): Promise<Bench> => openBench({}, { secrets: () => [secret] });

/** What the gates say of what somebody did in a worktree. */
async function findingsOf(
  bench: Bench,
  work: (folder: string) => Promise<void>,
  changes: Partial<Gates> = {},
): Promise<readonly Finding[]> {
  const { folder, base } = await openWorktree(bench, order);
  await work(folder);
  const asked = importOf(order, base);
  const done = await bench.git.importWork({ ...asked, gates: { ...asked.gates, ...changes } });
  if (done.kind !== "commits") throw new Error(JSON.stringify(done));
  assert.ok(!JSON.stringify(done).includes(secret), "the answer tells the secret");
  return done.findings;
}

const guarded = {
  kind: "secret",
  what: "a value that this service guards, as it is",
  isFinal: true,
};

test("honest work passes with nothing to be said", async () => {
  await using bench = await openGuardedBench();

  const findings = await findingsOf(bench, async (folder) => {
    await write(folder, { "src/b.ts": "export const b = 1;\n", "docs/größe.md": "# Größe\n" });
    await symlink("../src/b.ts", join(folder, "docs/link"));
    await commitAll(folder, "feat: add b");
    await write(folder, { "c.txt": "c" });
  });

  assert.deepEqual(findings, []);
});

const hidingPlaces: Record<string, (folder: string) => Promise<string>> = {
  "a file": async (folder) => {
    await write(folder, { "src/config.ts": `const key = "${secret}";` });
    return "src/config.ts";
  },
  "a binary file": async (folder) => {
    const bytes = [randomBytes(70_000), Buffer.from(secret), randomBytes(70_000)];
    await writeFile(join(folder, "logo.png"), Buffer.concat(bytes));
    return "logo.png";
  },
  "the target of a link": async (folder) => {
    await symlink(secret, join(folder, "link"));
    return "link";
  },
  "the message of a commit": async (folder) => {
    await write(folder, { "a.txt": "a" });
    return await commitAll(folder, `fix: use ${secret}`);
  },
  "the name of an author": async (folder) => {
    await write(folder, { "b.txt": "b" });
    await runGit(folder, "add", "-A");
    await runGit(folder, "commit", "-qm", "fix", `--author=${secret} <a@example.org>`);
    return await runGit(folder, "rev-parse", "HEAD");
  },
  "a merged branch": async (folder) => {
    await runGit(folder, "checkout", "-q", "-b", "side");
    await write(folder, { "side.txt": `side ${secret}` });
    await commitAll(folder, "side");
    await runGit(folder, "checkout", "-q", "-");
    await write(folder, { "own.txt": "own" });
    await commitAll(folder, "own");
    await runGit(folder, "merge", "-q", "--no-edit", "side");
    return "side.txt";
  },
};

test(`a guarded value is final in ${Object.keys(hidingPlaces).join(", ")}`, async () => {
  await using bench = await openGuardedBench();
  const places: string[] = [];

  const findings = await findingsOf(bench, async (folder) => {
    for (const hide of Object.values(hidingPlaces)) places.push(await hide(folder));
  });

  assert.deepEqual(
    new Set(findings.filter(({ kind }) => kind === "secret")),
    new Set(places.map((where) => ({ ...guarded, where }))),
  );
});

test("a guarded value that one commit adds and the next one removes is final", async () => {
  await using bench = await openGuardedBench();

  const findings = await findingsOf(bench, async (folder) => {
    await write(folder, { "leak.txt": secret, "stays.txt": "stays" });
    await commitAll(folder, "oops");
    await rm(join(folder, "leak.txt"));
    await commitAll(folder, "remove it again");
  });

  assert.deepEqual(findings, [{ ...guarded, where: "leak.txt" }]);
});

test("a guarded value in the name of a file is final, and the name is told nowhere", async () => {
  await using bench = await openGuardedBench();

  const findings = await findingsOf(bench, (folder) =>
    write(folder, { [`${secret}/CODEOWNERS`]: "x", "notes.txt": "n" }),
  );

  assert.deepEqual(
    findings.map(({ kind, where, isFinal }) => `${kind} ${isFinal}: ${where}`),
    [
      "secret true: names in the root folder",
      "secret true: a file's name",
      "protected-path false: a name that holds a secret",
    ],
  );
});

test("what looks like a credential may be approved, and old ones of the base are not news", async () => {
  await using bench = await openGuardedBench();
  const old = `ghp_${"Ab3".repeat(12)}`;
  await publish(bench, (clone) => write(clone, { "old.txt": old }));

  const findings = await findingsOf(bench, (folder) =>
    write(folder, { "new.txt": `ghp_${"Cd4".repeat(12)}`, "src/b.txt": "b" }),
  );

  assert.deepEqual(findings, [
    { kind: "secret", where: "new.txt", what: "what looks like a GitHub token", isFinal: false },
  ]);
});

test("protected paths that are added, changed, removed, moved away or only passed through are named", async () => {
  await using bench = await openGuardedBench();
  await publish(bench, (clone) =>
    write(clone, { "CLAUDE.md": "c", "AGENTS.md": "a", CODEOWNERS: "o" }),
  );

  const findings = await findingsOf(bench, async (folder) => {
    await write(folder, { ".github/workflows/ci.yml": "on: push" });
    await commitAll(folder, "pass through");
    await rm(join(folder, ".github"), { recursive: true });
    await write(folder, { "AGENTS.md": "obey" });
    await rm(join(folder, "CODEOWNERS"));
    await rename(join(folder, "CLAUDE.md"), join(folder, "notes.md"));
    await symlink("elsewhere", join(folder, ".claude"));
  });

  assert.deepEqual(
    findings.map(({ kind, where }) => `${kind} ${where}`).toSorted(),
    [".claude", ".github/workflows/ci.yml", "AGENTS.md", "CLAUDE.md", "CODEOWNERS"].map(
      (path) => `protected-path ${path}`,
    ),
  );
});

test("files over the cap are named wherever in the history, and too many of them together", async () => {
  await using bench = await openGuardedBench();

  const findings = await findingsOf(
    bench,
    async (folder) => {
      await write(folder, { "big.bin": "x".repeat(2001), "small.txt": "y".repeat(2000) });
      await commitAll(folder, "big");
      await rm(join(folder, "big.bin"));
      await write(folder, { "1.txt": "1", "2.txt": "2" });
    },
    { fileBytes: 2000, files: 3 },
  );

  assert.deepEqual(findings, [
    { kind: "too-large", where: "the work", what: "4 files, and 3 may be changed", isFinal: false },
    {
      kind: "too-large",
      where: "big.bin",
      what: "2001 bytes, and 2000 are allowed",
      isFinal: false,
    },
  ]);
});

test("links that lead out, submodules and names that deceive are named", async () => {
  await using bench = await openGuardedBench();

  const findings = await findingsOf(bench, async (folder) => {
    await mkdir(join(folder, "deep"));
    await symlink("/etc/passwd", join(folder, "absolute"));
    await symlink("../../x", join(folder, "deep/out"));
    await symlink(".git/config", join(folder, "inside"));
    await write(folder, { "a\u202Ecod.exe": "x", "b\u0007.txt": "y" });
    await runGit(folder, "add", "-A");
    const head = await runGit(folder, "rev-parse", "HEAD");
    await runGit(folder, "update-index", "--add", "--cacheinfo", `160000,${head},vendor/lib`);
    await runGit(folder, "commit", "-qm", "plant");
  });

  assert.deepEqual(
    findings.map(({ kind, where, what }) => `${kind} ${where}: ${what}`).toSorted(),
    [
      "link absolute: a link to an absolute path",
      "link deep/out: a link out of the repository",
      "link inside: a link into .git",
      "protected-path a\\u{202e}cod.exe: a name with invisible characters",
      "protected-path b\\u{7}.txt: a name with control characters",
      "submodule vendor/lib: a submodule's commit",
    ],
  );
});

test("a tree that holds .git by whatever name is refused and does not reach the mirror", async () => {
  await using bench = await openGuardedBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "config.txt": "[core]" });
  const blob = await runGit(folder, "hash-object", "-w", "config.txt");
  const inner = await plantTree(folder, "100644", "config", blob);
  for (const name of [".git", ".GIT", "git~1", ".g\u200Cit"]) {
    const outer = await plantTree(folder, "40000", name, inner);
    const head = await runGit(folder, "commit-tree", outer, "-p", base, "-m", "plant");
    await runGit(folder, "update-ref", "HEAD", head);

    const work = await bench.git.importWork(importOf(order, base));

    assert.equal(work.kind, "refused", `${JSON.stringify(name)}: ${JSON.stringify(work)}`);
    await assert.rejects(runGit(bench.mirror, "cat-file", "-e", head), Error, name);
  }
});

test("a repeated import after a restart finds the same", async () => {
  await using bench = await openGuardedBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "leak.txt": secret, CODEOWNERS: "me" });

  const first = await bench.git.importWork(importOf(order, base));
  const second = await bench.restart().importWork(importOf(order, base));

  assert.deepEqual(second, first);
  assert.equal(first.kind === "commits" && first.findings.length, 2);
});

test("a secret is found also at the end of what is too large to be read at once", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "large.txt": `${"zeros 0\n".repeat(600_000)}ghp_${"Ab3".repeat(12)}\n` });

  const work = await bench.git.importWork(importOf(order, base));

  const found = work.kind === "commits" ? work.findings : [];
  assert.ok(found.some(({ kind, where }) => kind === "secret" && where === "large.txt"));
});

test("work that unpacks to more, or to more objects, than may be read is not judged", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "zeros.bin": "0".repeat(300_000) });
  const head = await importedHead(bench, order, base);
  const reading = { mirror: bench.mirror, upstreams: [base], head, secrets: [] };
  const read = async (bytes: number, objects: number): Promise<unknown> => {
    const limited = { ...reading, limits: { bytes, objects } };
    return await readWork(limited, await readOutline(limited));
  };

  assert.equal(await read(100_000, 100), "the work unpacks to over 100000 bytes");
  assert.equal(await read(1_000_000, 2), "the work holds over 2 objects");
  assert.equal(typeof (await read(1_000_000, 3)), "object");
});

/** A tree of one entry, which git itself would not write. */
async function plantTree(folder: string, mode: string, name: string, id: string): Promise<string> {
  const path = join(folder, "tree");
  await writeFile(path, Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]));
  const hash = ["hash-object", "-w", "-t", "tree", "--literally"];
  return await runGit(folder, ...hash, path);
}
