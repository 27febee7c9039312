/** Paths of a repository as people and other machines read them. Pure. */
import ignore from "ignore";

/** Which of the patterns, written as in `.gitignore`, protects a path? */
export function prepareProtection(patterns: readonly string[]): (path: string) => boolean {
  const rules = ignore({ ignorecase: true, allowRelativePaths: true }).add(
    patterns.map((pattern) => pattern.normalize("NFKC")),
  );
  return (path) => {
    const plain = plainPath(path);
    // A file or link in the place of a protected folder is as good as one in it.
    return rules.ignores(plain) || rules.ignores(`${plain}/`);
  };
}

/** As the most generous file system would read it: without case, and without what nobody sees. */
function plainPath(path: string): string {
  const visible = path.normalize("NFKC").replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "");
  const parts = visible.toLowerCase().split("/");
  // One of them drops dots and spaces at the end of a name.
  return parts.map((part) => part.replace(/[. ]+$/, "") || part).join("/");
}

/** What is wrong with a name that people are shown; null when nothing is. */
export function faultOfName(path: string): string | null {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(path)) return "a name with control characters";
  if (/[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u.test(path)) {
    return "a name with invisible characters";
  }
  return path.includes("\uFFFD") ? "a name that is not UTF-8" : null;
}

/** The path with every character that nobody would see written out. */
export const shownPath = (path: string): string =>
  path.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu,
    (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );

/** What is wrong with where a link leads; null when it stays among the repository's files. */
export function faultOfLink(path: string, target: string): string | null {
  const steps = target.replaceAll("\\", "/").split("/");
  if (steps[0] === "" || /^[A-Za-z]:/.test(target)) return "a link to an absolute path";
  const up = steps.findIndex((step) => step !== ".." && step !== ".");
  const names = up === -1 ? [] : steps.slice(up);
  // What lies above another link is not to be seen from here.
  if (names.includes("..")) return "a link that leads back through other folders";
  const climbs = steps.filter((step) => step === "..").length;
  if (climbs > path.split("/").length - 1) return "a link out of the repository";
  return names.some((step) => isDotGit(step)) ? "a link into .git" : null;
}

const isDotGit = (step: string): boolean => /^(?:\.git|git~[0-9]+)$/.test(plainPath(step));
