/** Single values in `.github/yardmaster.yml` that have rules of their own. */
import { z } from "zod";

/** A branch name up to its last part, by the rules of git-check-ref-format, without what only confuses people. */
export const BranchPrefix = z
  .string()
  .max(60)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/u,
    "must begin with a letter or digit and have only letters, digits, dots, hyphens, underscores and slashes",
  )
  .refine(
    (prefix) => ["..", "//", "/.", "./", ".lock/"].every((part) => !prefix.includes(part)),
    "must be the beginning of a valid branch name",
  );

/** A pattern as in `.gitignore`, `!` before it to take a default away. */
export const ProtectedPath = z
  .string()
  .max(200)
  .refine(
    (path) => path.trim() === path && path !== "" && path !== "!",
    "must be a pattern as in .gitignore, without blanks around it",
  )
  .refine((path) => !/\p{Cc}/u.test(path), "must not have control characters")
  .refine((path) => !path.startsWith("#"), "would be a comment in .gitignore");

/** Ours, or read by git, the loader, the agent or what stands between it and its model. */
const keptNames: readonly string[] = [
  "ALL_PROXY",
  "APP_ID",
  "BASH_ENV",
  "DATABASE_URL",
  "ENV",
  "HOME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "PATH",
  "PRIVATE_KEY",
  "PRIVATE_KEY_PATH",
  "SHELL",
  "TMPDIR",
  "USER",
  "WEBHOOK_SECRET",
];
const keptBeginnings: readonly string[] = [
  "ANTHROPIC_",
  "CLAUDE_",
  "CODEX_",
  "GEMINI_",
  "GH_",
  "GIT_",
  "GITHUB_",
  "LD_",
  "NODE_",
  "OPENAI_",
  "SSH_",
  "XDG_",
  "YARDMASTER_",
];

const isKept = (name: string): boolean =>
  keptNames.includes(name) ||
  keptBeginnings.some((beginning) => name.startsWith(beginning)) ||
  name.endsWith("_API_KEY");

/** Name of a variable; what it holds is the operator's to decide. */
export const Variable = z
  .string()
  .max(100)
  .regex(
    /^[A-Z][A-Z0-9_]*$/u,
    "must be the name of a variable: capital letters, digits and underscores",
  )
  .refine((name) => !isKept(name), "is a name that workers are never given from here");

/** A host by its name in lower case, without scheme, port and path. */
export const Host = z
  .string()
  .max(253)
  .refine(isHost, "must be the name of a host, for example registry.npmjs.org");

function isHost(host: string): boolean {
  const labels = host.split(".");
  const isNamed = labels.length > 1 && labels.every((label) => hostLabel.test(label));
  // What ends in a number is an address.
  return isNamed && !/^[0-9]/u.test(labels.at(-1) ?? "");
}

const hostLabel = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/u;
