/** What broke when git broke. Git only gives text: the one table that reads it is here, beside captured samples. */

/** Why git failed, as far as it matters to what comes next. */
export type GitFaultKind =
  | "authentication"
  | "forbidden"
  | "not-found"
  | "network"
  | "timed-out"
  | "interrupted"
  | "locked"
  | "disk-full"
  | "corrupt"
  | "refused"
  | "unexpected";

/** Git, the disk or the remote failed; nothing half-done is left that a repetition would trip over. */
export class GitFault extends Error {
  readonly kind: GitFaultKind;
  readonly retryable: boolean;

  constructor(kind: GitFaultKind, message: string, cause: unknown) {
    super(message, { cause });
    this.name = "GitFault";
    this.kind = kind;
    this.retryable = retryable.has(kind);
  }
}

// Every try asks for a fresh token, so a refused one is worth another try.
const retryable: ReadonlySet<GitFaultKind> = new Set<GitFaultKind>([
  "authentication",
  "network",
  "timed-out",
  "interrupted",
  "locked",
  "disk-full",
]);

/** The fault of a git command; people read its message, so the data folder's whereabouts are left out. */
export function commandFault(
  kind: GitFaultKind,
  place: { readonly gitDir: string | null; readonly args: readonly string[] },
  said: string,
  cause: unknown,
): GitFault {
  const dataFolder = place.gitDir?.split("/repositories/")[0] ?? "";
  const text = said.trim().slice(-2000);
  const plain = dataFolder === "" ? text : text.replaceAll(`${dataFolder}/`, "");
  return new GitFault(kind, `git ${place.args[0]} failed: ${plain}`, cause);
}

/** The fault that an error of the file system is; any other error as it is. */
export function asFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof GitFault || !("syscall" in error)) return error;
  const code = "code" in error ? String(error.code) : "";
  const kind = code === "ENOSPC" || code === "EDQUOT" ? "disk-full" : "unexpected";
  return new GitFault(kind, `${String(error.syscall)} failed: ${code}`, error);
}

/** What git said on its error stream, sorted; the first line of the table that is found in it decides. */
export function kindOf(stderr: string): GitFaultKind {
  return faultTable.find(({ says }) => stderr.includes(says))?.kind ?? "unexpected";
}

/** Texts of git 2.39 with the kinds they mean, the most telling first; `sample` is a captured line. */
export const faultTable: readonly {
  readonly kind: GitFaultKind;
  readonly says: string;
  readonly sample: string;
}[] = [
  {
    kind: "disk-full",
    says: "No space left on device",
    sample: "fatal: write error: No space left on device",
  },
  {
    kind: "disk-full",
    says: "Disk quota exceeded",
    sample: "fatal: cannot create directory at 'src': Disk quota exceeded",
  },
  {
    kind: "authentication",
    says: "fatal: Authentication failed for ",
    sample: "fatal: Authentication failed for 'http://127.0.0.1:8080/octo/demo.git/'",
  },
  {
    kind: "authentication",
    says: "terminal prompts disabled",
    sample: "fatal: could not read Username for 'http://127.0.0.1:8080': terminal prompts disabled",
  },
  {
    kind: "forbidden",
    says: "The requested URL returned error: 403",
    sample:
      "fatal: unable to access 'http://127.0.0.1:8080/octo/demo.git/': The requested URL returned error: 403",
  },
  {
    kind: "not-found",
    says: "/' not found",
    sample: "fatal: repository 'http://127.0.0.1:8080/octo/none.git/' not found",
  },
  {
    kind: "not-found",
    says: "fatal: couldn't find remote ref ",
    sample: "fatal: couldn't find remote ref refs/heads/none",
  },
  {
    kind: "network",
    says: "fatal: unable to access ",
    sample:
      "fatal: unable to access 'http://127.0.0.1:1/octo/demo.git/': Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server",
  },
  {
    kind: "network",
    says: "error: RPC failed; ",
    sample: "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502",
  },
  {
    kind: "network",
    says: "hung up unexpectedly",
    sample: "fatal: the remote end hung up unexpectedly",
  },
  { kind: "network", says: "fatal: early EOF", sample: "fatal: early EOF" },
  {
    kind: "locked",
    says: ".lock': File exists",
    sample: "fatal: Unable to create '/d/mirror.git/packed-refs.lock': File exists.",
  },
  {
    kind: "locked",
    says: "error: cannot lock ref ",
    sample:
      "error: cannot lock ref 'refs/remotes/origin/main': is at 1111111111111111111111111111111111111111 but expected 2222222222222222222222222222222222222222",
  },
  {
    kind: "locked",
    says: "error: could not lock config file ",
    sample: "error: could not lock config file /d/mirror.git/config: File exists",
  },
  {
    kind: "refused",
    says: "fatal: pack exceeds maximum allowed size",
    sample: "fatal: pack exceeds maximum allowed size (1000 bytes)",
  },
  {
    kind: "refused",
    says: "fatal: fsck error in packed object",
    sample: "fatal: fsck error in packed object",
  },
  {
    kind: "refused",
    says: "error: invalid path '",
    sample: "error: invalid path '.git/config'",
  },
  {
    kind: "corrupt",
    says: "fatal: not a git repository",
    sample: "fatal: not a git repository: '/d/mirror.git'",
  },
  {
    kind: "corrupt",
    says: "error: unable to unpack ",
    sample: "error: unable to unpack ea0dc3085f30b8ca07df8a7daa6645656074633b header",
  },
  {
    kind: "corrupt",
    says: "fatal: bad object ",
    sample: "fatal: bad object 1111111111111111111111111111111111111111",
  },
];
