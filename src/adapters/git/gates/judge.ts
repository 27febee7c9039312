/** What of finished work a person must look at before it is published. Pure. */
import type { Finding } from "../../../core/event.ts";
import type { Gates } from "../../../core/policy.ts";
import type { Change } from "./change.ts";
import { faultsOfMessage } from "./messages.ts";
import { faultOfLink, faultOfName, prepareProtection } from "./paths.ts";
import type { SecretFound } from "./secrets.ts";

/** Everything that would be published. */
export type Work = {
  /** Of every commit, what it changes; and what the work changes as a whole. */
  readonly changes: readonly Change[];
  /** Bytes of the new objects, by name. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Where links lead, by object name. */
  readonly targets: ReadonlyMap<string, string>;
  /** The commits as git keeps them, by name; of a very long one only so much that it is known as one. */
  readonly commits: ReadonlyMap<string, string>;
  readonly secrets: readonly (SecretFound & { readonly where: string })[];
  /** A path as people may see it. */
  readonly shown: (path: string) => string;
};

/** The findings, those that nobody may approve first. */
export function judge(work: Work, gates: Gates, issueNumber: number): readonly Finding[] {
  const isProtected = prepareProtection(gates.protectedPaths);
  const findings: readonly Finding[] = [
    ...work.secrets.map((found): Finding => ({ kind: "secret", ...found })),
    ...tooMany(work, gates),
    ...messagesOf(work, issueNumber),
    ...work.changes.flatMap((change) => findingsOf(change, work, gates, isProtected)),
  ];
  const shown = findings.map((finding) => ({ ...finding, where: work.shown(finding.where) }));
  const different = new Map(shown.map((finding) => [JSON.stringify(finding), finding]));
  const sorted = [...different.values()].toSorted((one, other) => rank(one) - rank(other));
  return sorted.slice(0, mostFindings);
}

// Nobody reads more, and each of them goes through the store.
const mostFindings = 100;

const rank = ({ isFinal }: Finding): number => (isFinal ? 0 : 1);

function tooMany({ changes }: Work, { files }: Gates): readonly Finding[] {
  const count = new Set(changes.map(({ path }) => path)).size;
  if (count <= files) return [];
  const what = `${count} files, and ${files} may be changed`;
  return [{ kind: "too-large", where: "the work", what, isFinal: false }];
}

const messagesOf = ({ commits }: Work, issueNumber: number): readonly Finding[] =>
  [...commits].flatMap(([name, commit]) =>
    faultsOfMessage(commit, issueNumber).map((what): Finding => ({
      kind: "message",
      where: name,
      what,
      isFinal: false,
    })),
  );

function findingsOf(
  change: Change,
  { sizes, targets }: Work,
  { fileBytes }: Gates,
  isProtected: (path: string) => boolean,
): readonly Finding[] {
  const { path, after, object } = change;
  const findings: Finding[] = [];
  const add = (kind: Finding["kind"], what: string | null): void => {
    if (what !== null) findings.push({ kind, where: path, what, isFinal: false });
  };
  if (isProtected(path)) add("protected-path", "a protected path");
  if (after !== "nothing") add("protected-path", faultOfName(path));
  if (after === "submodule") add("submodule", "a submodule's commit");
  if (after === "link") add("link", faultOfLink(path, targets.get(object) ?? ""));
  const bytes = sizes.get(object) ?? 0;
  if (bytes > fileBytes) add("too-large", `${bytes} bytes, and ${fileBytes} are allowed`);
  return findings;
}
