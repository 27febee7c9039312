/** What git says to GitHub. The token travels in the environment of these processes and nowhere else. */
import { dirname } from "node:path";

import type { RepositoryRef } from "../../core/issue.ts";
import type { Setting } from "./environment.ts";
import { GitFault } from "./fault.ts";
import { exitOfGit, faultOf } from "./spawn-git.ts";
import type { GitCall, GitExit } from "./spawn-git.ts";

/** Where a repository is reached now, and with what; `url` is without any secret. */
export type Remote = {
  readonly url: string;
  readonly username: string;
  readonly token: string;
};

/** Gives the present address of a repository and a token that is good for at least some minutes. */
export type Credential = (repository: RepositoryRef) => Promise<Remote>;

/** Runs one git command against a remote in the mirror; answers with any exit code, its text without the token. */
export async function talkToRemote(
  mirror: string,
  remote: Remote,
  args: readonly string[],
): Promise<GitExit> {
  const call: GitCall = { gitDir: mirror, cwd: dirname(mirror), args, settings: access(remote) };
  const exit = await exitOfGit(call);
  return { ...exit, stderr: withoutSecrets(exit.stderr, remote) };
}

/** As `talkToRemote`; throws GitFault on any exit code but 0. */
export async function askRemote(
  mirror: string,
  remote: Remote,
  args: readonly string[],
): Promise<string> {
  const exit = await talkToRemote(mirror, remote, args);
  if (exit.code !== 0) throw faultOf({ gitDir: mirror, cwd: mirror, args }, exit);
  return exit.stdout.toString("utf8");
}

function access(remote: Remote): readonly Setting[] {
  const { protocol, hostname, username, password } = new URL(remote.url);
  if (username !== "" || password !== "") {
    throw new GitFault("refused", "the address of a repository holds a secret", null);
  }
  const isLoopback = hostname === "127.0.0.1" || hostname === "[::1]" || hostname === "localhost";
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback)) {
    throw new GitFault("refused", `no token is sent over ${protocol} to ${hostname}`, null);
  }
  return [
    ["protocol.http.allow", isLoopback ? "always" : "never"],
    // Bound to this repository: another address never sees it, whatever the command line says.
    [`http.${remote.url}.extraHeader`, `Authorization: Basic ${basic(remote)}`],
  ];
}

const basic = ({ username, token }: Remote): string =>
  Buffer.from(`${username}:${token}`).toString("base64");

/** Git does not print what we gave it; should a remote echo it, it ends here. */
const withoutSecrets = (text: string, remote: Remote): string =>
  text.replaceAll(remote.token, "***").replaceAll(basic(remote), "***");
