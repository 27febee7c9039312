import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { access, chmod, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";

import { collectInSandbox } from "../../../src/adapters/git/collect-in-sandbox.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { noSandbox } from "../../../src/adapters/sandbox/none.ts";
import type { Sandbox } from "../../../src/adapters/sandbox/box.ts";
import { noBoxes } from "../sandbox/boxes.ts";
import {
  commitAll,
  importedHead,
  importOf,
  openBench,
  openWorktree,
  orderFor,
  pathsIn,
  runGit,
  write,
} from "./bench.ts";
import type { Bench } from "./bench.ts";

const order = orderFor(3);
const skip = noBoxes;
const openBoxedBench = (): Promise<Bench> =>
  openBench({}, { collect: collectInSandbox(createBubblewrap()) });

test("commits and uncommitted changes come out of a sandbox", { skip }, async () => {
  await using bench = await openBoxedBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  const own = await commitAll(folder, "say it");
  await write(folder, { "b.txt": "b" });

  const head = await importedHead(bench, order, base);
  const again = await importedHead(bench, order, base);

  assert.equal(again, head);
  assert.equal(await runGit(bench.mirror, "rev-parse", `${head}^`), own);
  assert.ok((await pathsIn(bench.mirror, head)).includes("b.txt"));
});

test("a data folder that is reached through a link is no hindrance", { skip }, async () => {
  await using bench = await openBench();
  const link = `${bench.root}-link`;
  await symlink(bench.root, link);
  try {
    const collect = collectInSandbox(createBubblewrap());
    const git = bench.restart({ root: link, collect });
    const { base } = await git.createWorktree(order);
    await write(git.workplace(order).worktree, { "a.txt": "a" });

    const work = await git.importWork(importOf(order, base));

    assert.equal(work.kind, "commits", JSON.stringify(work));
  } finally {
    await rm(link);
  }
});

test("a removed worktree's ignored files come out of a sandbox", { skip }, async () => {
  await using bench = await openBoxedBench();
  const { folder } = await openWorktree(bench, order);
  await write(folder, { ".gitignore": "notes", notes: "remember" });

  const [saved] = await bench.git.removeWorktrees({
    ...order,
    attempts: [order],
    deleteBranch: null,
  });

  assert.ok((await pathsIn(bench.mirror, saved?.head ?? "")).includes("notes"));
  await assert.rejects(access(folder));
});

test("where the repository is gone, the files still come out of a sandbox", { skip }, async () => {
  await using bench = await openBoxedBench();
  const { folder } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  await rm(bench.git.workplace(order).repository, { recursive: true });

  const [saved] = await bench.git.removeWorktrees({
    ...order,
    attempts: [order],
    deleteBranch: null,
  });

  assert.ok((await pathsIn(bench.mirror, saved?.head ?? "")).includes("a.txt"));
});

test("what an agent made unreadable is made readable in a sandbox", { skip }, async () => {
  await using bench = await openBoxedBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "closed/a.txt": "a", "b.txt": "b" });
  await chmod(join(folder, "b.txt"), 0);
  await chmod(join(folder, "closed"), 0);

  const head = await importedHead(bench, order, base);

  const paths = await pathsIn(bench.mirror, head);
  assert.ok(paths.includes("closed/a.txt") && paths.includes("b.txt"), paths.join(" "));
});

test(
  "a worktree or repository that became a link is not shown to a sandbox",
  { skip },
  async () => {
    for (const which of ["worktree", "repository"] as const) {
      await using bench = await openBoxedBench();
      const { base } = await openWorktree(bench, order);
      const path = bench.git.workplace(order)[which];
      await rename(path, join(bench.root, "elsewhere"));
      await symlink(join(bench.root, "elsewhere"), path);

      const work = await bench.git.importWork(importOf(order, base));

      assert.deepEqual(work.kind, "refused");
    }
  },
);

test("a collection that takes too long is ended and refused", { skip }, async () => {
  const collect = collectInSandbox(createBubblewrap(), 1);
  await using bench = await openBench({}, { collect });
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });

  const work = await bench.git.importWork(importOf(order, base));

  assert.match(work.kind === "refused" ? work.why : "", /took over 0.001 seconds/);
});

test("without a sandbox the collection is the one beside the files", async () => {
  await using bench = await openBench({}, { collect: collectInSandbox(noSandbox) });
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });

  assert.ok((await pathsIn(bench.mirror, await importedHead(bench, order, base))).length > 0);
});

/** A sandbox in which an agent has taken over what runs: its script stands in the place of our program. */
const taken = (script: string): Sandbox => ({
  name: "bubblewrap",
  preflight: async () => ({ ok: true }),
  wrap: async (_, box) => ({
    argv: ["/bin/sh", "-c", `cd "$1" && ${script}`, "taken", box.workingFolder],
    env: { PATH: "/usr/bin:/bin" },
    descriptors: [],
  }),
  end: async () => {},
});

/** Real boxes, and the programs that were run in them. */
function watchedBoxes(): { readonly sandbox: Sandbox; readonly programs: string[] } {
  const boxes = createBubblewrap();
  const programs: string[] = [];
  const wrap: Sandbox["wrap"] = (command, box, folder) => {
    programs.push(basename(command[0] ?? ""));
    return boxes.wrap(command, box, folder);
  };
  return { sandbox: { ...boxes, wrap }, programs };
}

test(
  "usual work is collected by a shell, and only what that cannot do by Node",
  { skip },
  async () => {
    const { sandbox, programs } = watchedBoxes();
    await using bench = await openBench({}, { collect: collectInSandbox(sandbox) });
    const { folder, base } = await openWorktree(bench, order);
    await write(folder, { "a.txt": "a" });

    await importedHead(bench, order, base);
    const usual = programs.splice(0);
    await write(folder, { "closed/b.txt": "b" });
    await chmod(join(folder, "closed"), 0);
    await importedHead(bench, order, base);

    assert.deepEqual(usual, ["sh"]);
    assert.deepEqual(programs.slice(0, 2), ["sh", "node"]);
  },
);

test(
  "files of any name and kind come out of a sandbox as they would without one",
  { skip },
  async () => {
    const { sandbox, programs } = watchedBoxes();
    await using bench = await openBench();
    const boxed = bench.restart({ collect: collectInSandbox(sandbox) });
    const names = ["-n", "a b", "a\nb", "$(touch planted)", "*", "'\"\\", "ä/ö", "\u{81}", "q/w"];
    const { folder, base } = await openWorktree(bench, order);
    const odd = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0x81, 0x88, 0xff])]);
    await write(folder, Object.fromEntries(names.map((name) => [name, name])));
    await write(folder, { "gone/a": "a", "linked/a": "a", file: "a", link: "a", pipe: "a" });
    await writeFile(odd, "odd");
    await commitAll(folder, "have many files");
    for (const name of ["file", "link", "pipe"]) await rm(join(folder, name));
    await rm(join(folder, "gone"), { recursive: true });
    await rename(join(folder, "linked"), join(folder, "elsewhere"));
    await symlink("elsewhere", join(folder, "linked"));
    await symlink("elsewhere/a", join(folder, "link"));
    await write(folder, { "file/now/a": "a folder", "elsewhere/a": "changed" });
    execFileSync("/bin/sh", ["-c", `mkfifo "$1"`, "sh", join(folder, "pipe")]);
    for (const name of names) await writeFile(join(folder, name), "changed");
    await writeFile(odd, "changed");

    const inside = await boxed.importWork(importOf(order, base));
    const plain = await bench.git.importWork(importOf(order, base));

    assert.deepEqual(programs, ["sh"]);
    assert.equal(inside.kind, "commits");
    assert.deepEqual(inside, plain);
  },
);

const forged: Record<string, string> = {
  "no answer": "exit 0",
  "an answer that is no JSON": "echo {{{ > answer.json",
  "an answer with a head that is no commit": `echo '{"kind":"collected","head":"HEAD","hasPack":true}' > answer.json`,
  "an answer with a path": `echo '{"kind":"collected","head":"${"1".repeat(40)}","hasPack":true,"pack":"/etc/passwd"}' > answer.json`,
  "an answer that is a link": "ln -s /etc/passwd answer.json",
  "an answer that is a pipe": "mkfifo answer.json",
  "an answer without end": "yes | head -c 10000000 > answer.json",
  "a head without its objects": `echo '{"kind":"collected","head":"${"1".repeat(40)}","hasPack":false}' > answer.json`,
  "a pack that is not there": `echo '{"kind":"collected","head":"${"1".repeat(40)}","hasPack":true}' > answer.json`,
  "a pack that is a link": `ln -s /etc/passwd work.pack; echo '{"kind":"collected","head":"${"1".repeat(40)}","hasPack":true}' > answer.json`,
  "a pack that is a pipe": `mkfifo work.pack; echo '{"kind":"collected","head":"${"1".repeat(40)}","hasPack":true}' > answer.json`,
  "a pack that is none": `yes | head -c 100000 > work.pack; echo '{"kind":"collected","head":"${"1".repeat(40)}","hasPack":true}' > answer.json`,
};

for (const [name, script] of Object.entries(forged)) {
  test(`from a collection that was taken over, ${name} is refused`, async () => {
    await using bench = await openBench({}, { collect: collectInSandbox(taken(script)) });
    const { base } = await openWorktree(bench, order);
    const refs = await runGit(bench.mirror, "for-each-ref");

    const work = await bench.git.importWork(importOf(order, base)).catch((error: unknown) => error);

    if (work instanceof Error) assert.equal(work.name, "GitFault", String(work));
    else assert.equal((work as { kind: string }).kind, "refused", JSON.stringify(work));
    assert.equal(await runGit(bench.mirror, "for-each-ref"), refs);
  });
}

/** A sandbox whose shell does what it is asked for, and then something to the answer; in the place of the program is nothing. */
const dishonest = (script: string): Sandbox => ({
  ...taken("exit 0"),
  wrap: async (command, box, folder) => {
    const [shell = "", option = "", text = "", ...words] = command;
    if (shell !== "/bin/sh") return await taken("exit 0").wrap(command, box, folder);
    const changed = text.replace(
      'echo "$turn $?"',
      () => `code=$?; cd "$2" && { ${script}; } 2> /dev/null; echo "$turn $code"`,
    );
    assert.notEqual(changed, text);
    return { argv: [shell, option, changed, ...words], env: box.environment, descriptors: [] };
  },
});

test("what an honest shell answers is taken, in a sandbox or not", async () => {
  await using bench = await openBench({}, { collect: collectInSandbox(dishonest(":")) });
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });

  assert.ok(
    (await pathsIn(bench.mirror, await importedHead(bench, order, base))).includes("a.txt"),
  );
});

const forgedAnswers: Record<string, string> = {
  "answers that are links":
    "case $words in ls-files*) mv $turn.out $turn.kept; ln -s $turn.kept $turn.out ;; esac",
  "answers that are pipes": "rm $turn.out; mkfifo $turn.out",
  "no answers": "rm $turn.out",
  "answers that are too long": "case $words in ls-files*) truncate -s 100000000 $turn.out ;; esac",
  "answers to other questions": "echo 'x y'; echo; turn=99999",
  "names of other things than objects":
    'case $words in commit-tree*) echo "$(cat $turn.out)^0" > $turn.out ;; esac',
  "names that are options": "[ $words != write-tree ] || echo --help > $turn.out",
  "links where the next questions go":
    "for next in 1 2 3 4; do ln -s ../../planted $((turn + next)).in; done",
  "an early end": "[ $act != git ] || kill $$",
};

for (const [name, script] of Object.entries(forgedAnswers)) {
  test(`from a shell in the sandbox that was taken over, ${name} are not taken`, async () => {
    const collect = collectInSandbox(dishonest(script), 1_000);
    await using bench = await openBench({}, { collect });
    const { folder, base } = await openWorktree(bench, order);
    await write(folder, { "a.txt": "a", "src/a.txt": "changed" });
    const refs = await runGit(bench.mirror, "for-each-ref");

    const work = await bench.git.importWork(importOf(order, base)).catch((error: unknown) => error);

    if (work instanceof Error) assert.equal(work.name, "GitFault", String(work));
    else assert.equal((work as { kind: string }).kind, "refused", JSON.stringify(work));
    assert.equal(await runGit(bench.mirror, "for-each-ref"), refs);
    const files = await readdir(bench.root, { recursive: true });
    assert.deepEqual(
      files.filter((path) => basename(path) === "planted"),
      [],
    );
  });
}

test("an unrelated commit of the mirror is not taken for the work", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  const other = await importedHead(bench, order, base);
  const answer = JSON.stringify({ kind: "collected", head: other, hasPack: false });
  const next = orderFor(4);
  const git = bench.restart({
    collect: collectInSandbox(taken(`printf '%s' '${answer}' > answer.json`)),
  });
  await git.createWorktree(next);

  const work = await git.importWork(importOf(next, base));

  assert.equal(work.kind, "refused");
});
