import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { importedHead, openBench, openWorktree, orderFor, publish, write } from "./bench.ts";

const order = orderFor(3);

test("a repository that tells agents nothing gives no guidance", async () => {
  await using bench = await openBench();
  const { base } = await openWorktree(bench, order);

  assert.equal(await bench.git.guidance(order, base), null);
});

test("each file is told under its name, and a link to another one only once", async () => {
  await using bench = await openBench();
  await publish(bench, async (folder) => {
    await write(folder, {
      "AGENTS.md": "Run the tests.\n",
      ".github/copilot-instructions.md": "Be kind.",
    });
    await symlink("AGENTS.md", join(folder, "CLAUDE.md"));
  });
  const { base } = await openWorktree(bench, order);

  assert.equal(
    await bench.git.guidance(order, base),
    "# AGENTS.md\n\nRun the tests.\n\n# .github/copilot-instructions.md\n\nBe kind.\n",
  );
});

test("a link is followed once, and only to a file of the repository", async () => {
  await using bench = await openBench();
  await publish(bench, async (folder) => {
    await write(folder, { "docs/agents.md": "From docs." });
    await symlink("docs/agents.md", join(folder, "CLAUDE.md"));
    await symlink("/etc/passwd", join(folder, "AGENTS.md"));
    await symlink("CLAUDE.md", join(folder, "GEMINI.md"));
    await write(folder, { ".github/keep": "" });
    await symlink("../../x", join(folder, ".github/copilot-instructions.md"));
  });
  const { base } = await openWorktree(bench, order);

  assert.equal(await bench.git.guidance(order, base), "# CLAUDE.md\n\nFrom docs.\n");
});

test("a long file is cut at 32 kB, and a huge one left out", async () => {
  await using bench = await openBench();
  await publish(bench, (folder) =>
    write(folder, { "CLAUDE.md": "ä".repeat(20_000), "AGENTS.md": "x".repeat(1_100_000) }),
  );
  const { base } = await openWorktree(bench, order);

  const text = (await bench.git.guidance(order, base)) ?? "";

  assert.equal(text, `# CLAUDE.md\n\n${"ä".repeat(16_384)}\n\n(The rest is left out.)\n`);
});

test("what a Worker wrote is no guidance, not even for the attempt that goes on from it", async () => {
  await using bench = await openBench();
  await publish(bench, (folder) => write(folder, { "CLAUDE.md": "By people." }));
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "CLAUDE.md": "By an agent.", "AGENTS.md": "By an agent." });
  const from = await importedHead(bench, order, base);
  const next = orderFor(3, { attempt: 2, from });
  const second = await openWorktree(bench, next);

  assert.equal(second.base, from);
  assert.equal(await bench.git.guidance(order, base), "# CLAUDE.md\n\nBy people.\n");
  assert.equal(await bench.git.guidance(next, second.base), "# CLAUDE.md\n\nBy people.\n");
});
