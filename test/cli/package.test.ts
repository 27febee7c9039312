/** The package as a user gets it: packed, installed into an empty folder, and run from there. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { z } from "zod";

import { version } from "../../src/version.ts";
import { projectFolder } from "../support/own-file.ts";

/** What is installed runs on the Node that runs this test, not on an older one of the machine. */
const env = { PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` };

/** Code in a folder that is there only once is compiled only once: to keep what comes of it costs time and is of no use. */
const installed = { ...env, NODE_DISABLE_COMPILE_CACHE: "1" };

const npm = (cwd: string, args: readonly string[]): Promise<{ readonly stdout: string }> =>
  execa("npm", [...args, "--no-audit", "--no-fund", "--prefer-offline"], { cwd, env });

const Packed = z.tuple([z.object({ filename: z.string() })]);
const Report = z.object({
  ok: z.literal(true),
  faults: z.tuple([]),
  issues: z.array(z.object({ isDone: z.literal(true), pull: z.number() })).length(1),
});

test("the packed tarball, installed into an empty folder, tells its version and runs the demo", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-package-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const packed = await npm(projectFolder, ["pack", "--json", "--pack-destination", folder]);
  const [{ filename }] = Packed.parse(JSON.parse(packed.stdout.slice(packed.stdout.indexOf("["))));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));

  await npm(folder, ["install", join(folder, filename)]);
  const program = join(folder, "node_modules", ".bin", "yardmaster");
  const told = await execa(program, ["--version"], { cwd: folder, env: installed });
  const demo = await execa(program, ["demo", "--json", "--issues", "1"], {
    cwd: folder,
    env: installed,
  });

  assert.equal(told.stdout, version());
  Report.parse(JSON.parse(demo.stdout));
  assert.deepEqual(
    await readdir(join(folder, "node_modules", "yardmaster", "dist", "simulator", "vendor")),
    ["schema.graphql"],
  );
});
