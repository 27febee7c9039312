/** Git's output as it comes, for what is too large to be held. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";

import { gitEnvironment } from "./environment.ts";
import { faultOf } from "./spawn-git.ts";
import type { GitCall } from "./spawn-git.ts";

/** Runs git for as long as it is read; throws GitFault on any exit code but 0. */
export async function* streamGit(
  call: Omit<GitCall, "input" | "output"> & { readonly input: Buffer },
): AsyncGenerator<Buffer> {
  const child = spawn("git", [...call.args], {
    cwd: call.cwd,
    env: gitEnvironment(call.settings ?? [], { ...call.variables, GIT_DIR: call.gitDir }),
  });
  const exit = once(child, "close");
  const stderr = buffer(child.stderr);
  // Git may end without reading all: its exit code tells.
  child.stdin.on("error", () => {});
  child.stdin.end(call.input);
  try {
    for await (const chunk of child.stdout) if (Buffer.isBuffer(chunk)) yield chunk;
    const [code] = await exit;
    if (code === 0) return;
    const said = (await stderr).toString("utf8");
    throw faultOf(call, { code: Number(code), stdout: Buffer.alloc(0), stderr: said });
  } finally {
    child.kill("SIGKILL");
  }
}
