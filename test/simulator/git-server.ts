/** A git server on loopback around one repository, and a real git client to use it with. */

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { serveGit } from "../../src/simulator/git/backend.ts";
import type { GitHost, GitKnock } from "../../src/simulator/git/backend.ts";
import { createRefWatch } from "../../src/simulator/git/ref-watch.ts";
import type { RefChange } from "../../src/simulator/git/ref-watch.ts";
import { createRepository } from "../../src/simulator/git/repository.ts";
import type { Signature } from "../../src/simulator/git/repository.ts";

export const MONA: Signature = { name: "Mona", email: "mona@example.com", atMs: 1_700_000_000_000 };

const BEARER = "Bearer mona-token";
const BASIC = `Basic ${Buffer.from("x-access-token:mona-token").toString("base64")}`;

const execute = promisify(execFile);

/** Runs the git of a person who works in `folder`. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute("git", args, {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Mona",
      GIT_AUTHOR_EMAIL: "mona@example.com",
      GIT_COMMITTER_NAME: "Mona",
      GIT_COMMITTER_EMAIL: "mona@example.com",
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** What git printed on its way to a failure; throws when it does not fail. */
export async function complaint(folder: string, ...args: string[]): Promise<string> {
  try {
    await git(folder, ...args);
  } catch (error) {
    return error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  }
  throw new Error(`git ${args.join(" ")} did not fail`);
}

export interface GitServer extends AsyncDisposable {
  readonly folder: string;
  readonly gitDir: string;
  readonly origin: string;
  /** With Mona's token in it. */
  readonly cloneUrl: string;
  readonly seen: RefChange[];
  readonly knocks: GitKnock[];
}

/** Starts a server of `octo/demo` with two commits; the token `mona-token` may do everything. */
export async function startGitServer(changes: Partial<GitHost<string>> = {}): Promise<GitServer> {
  const folder = await mkdtemp(join(tmpdir(), "simulator-git-"));
  const gitDir = join(folder, "7.git");
  await createRepository(gitDir, "main", [
    { message: "begin", author: MONA, committer: MONA, files: { "README.md": "# Demo\n" } },
    { message: "add code", author: MONA, committer: MONA, files: { "src/a.txt": "1\n2\n3\n" } },
  ]);
  const seen: RefChange[] = [];
  const knocks: GitKnock[] = [];
  const host: GitHost<string> = {
    admit: (knock) => {
      knocks.push(knock);
      if (knock.owner !== "octo" || knock.name !== "demo") {
        return { kind: "refused", status: 404, text: "Repository not found." };
      }
      if (knock.authorization !== BEARER && knock.authorization !== BASIC) {
        return { kind: "refused", status: 401, text: "Invalid username or token." };
      }
      return { kind: "granted", gitDir, login: "mona", actor: "mona" };
    },
    judge: async () => [],
    write: createRefWatch<string>(async (_gitDir, moved) => void seen.push(...moved)).write,
    ...changes,
  };
  const server = createServer((request, response) => {
    void serveGit(host, request, response, new URL(request.url ?? "/", "http://127.0.0.1"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    gitDir,
    origin: `http://127.0.0.1:${port}`,
    cloneUrl: `http://x-access-token:mona-token@127.0.0.1:${port}/octo/demo.git`,
    seen,
    knocks,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
