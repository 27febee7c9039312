/** Branches of the remote: moved or deleted only from the very commit that we know to be ours. */
import type { Sha } from "../../core/ids.ts";
import { sha } from "../../core/ids.ts";
import type { PushAnswer } from "../../ports.ts";
import { faultOf } from "./spawn-git.ts";
import { askRemote, talkToRemote } from "./network.ts";
import type { Remote } from "./network.ts";

/** A branch of a remote, and the commit that it must be at; null: it must not be there. */
export type BranchLease = {
  readonly mirror: string;
  readonly remote: Remote;
  readonly branch: string;
  readonly expected: Sha | null;
};

/** Moves the branch to a commit of the mirror; where it already is there, that is a success. */
export async function pushCommit(lease: BranchLease, head: Sha): Promise<PushAnswer> {
  const why = await push(lease, head);
  if (why === null) return { pushed: true };
  const found = await headOf(lease);
  if (found === head) return { pushed: true };
  if (found === lease.expected) {
    return { pushed: false, isTaken: false, why: `GitHub refused the push: ${why}` };
  }
  const state = found === null ? "is gone" : `is at ${found}, which is not ours`;
  return { pushed: false, isTaken: true, why: `branch ${lease.branch} ${state}` };
}

/** Deletes the branch if it is still at the expected commit; answers null when it is gone, else why it was left. */
export async function deleteBranch(lease: BranchLease): Promise<string | null> {
  const why = await push(lease, null);
  if (why === null) return null;
  const found = await headOf(lease);
  if (found === null) return null;
  return found === lease.expected ? why : `it is at ${found}`;
}

/** Null when the remote took it, else the remote's reason; throws GitFault when it did not come to an answer. */
async function push(lease: BranchLease, head: Sha | null): Promise<string | null> {
  const { mirror, remote, branch, expected } = lease;
  const ref = `refs/heads/${branch}`;
  const args = [
    "push",
    "--porcelain",
    "--no-verify",
    "--no-follow-tags",
    "--no-signed",
    "--recurse-submodules=no",
    `--force-with-lease=${ref}:${expected ?? ""}`,
    "--end-of-options",
    remote.url,
    `${head ?? ""}:${ref}`,
  ];
  const exit = await talkToRemote(mirror, remote, args);
  if (exit.code === 0) return null;
  const refused = exit.stdout
    .toString("utf8")
    .split("\n")
    .find((line) => line.startsWith("!"));
  const why = refused?.split("\t").at(2) ?? "";
  const isMissing = head === null && exit.stderr.includes("remote ref does not exist");
  if (isMissing) return "there is no such branch";
  // A branch `feature` leaves no room for `feature/1`, however often we try.
  const isInTheWay = exit.stderr.includes("exists; cannot create");
  const isPassing = !isInTheWay && passing.some((text) => why.includes(text));
  if (refused === undefined || isPassing) {
    throw faultOf({ gitDir: mirror, cwd: mirror, args }, exit);
  }
  return [why, ...remarks(exit.stderr)].join(" ").slice(0, 500);
}

/** Reasons of a remote that another try may find gone, from git 2.39's receive-pack and send-pack. */
const passing = [
  "(cannot lock ref",
  "(failed to update ref)",
  "(unpacker error)",
  "(Internal Server Error)",
  "(remote failed to report status)",
];

/** What the remote told the person who pushes. */
const remarks = (stderr: string): readonly string[] =>
  stderr
    .split("\n")
    .filter((line) => line.startsWith("remote: error:"))
    .map((line) => line.slice("remote: ".length).trim());

async function headOf({ mirror, remote, branch }: BranchLease): Promise<Sha | null> {
  const ref = `refs/heads/${branch}`;
  const args = ["ls-remote", "--refs", "--end-of-options", remote.url, ref];
  const listed = (await askRemote(mirror, remote, args)).split("\n");
  // The pattern also finds refs that merely end so.
  const line = listed.find((one) => one.endsWith(`\t${ref}`));
  return line === undefined ? null : sha(line.slice(0, line.indexOf("\t")));
}
