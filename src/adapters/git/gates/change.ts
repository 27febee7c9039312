/** What commits change, as git's raw differences tell it. Pure. */

/** One path that a commit, or the work as a whole, changes. */
export type Change = {
  /** As UTF-8; of bytes that are none, the replacement character. */
  readonly path: string;
  readonly before: EntryKind;
  readonly after: EntryKind;
  /** Object name of the new content; zeros where the path is gone. */
  readonly object: string;
};

/** What stands at a path. */
type EntryKind = "nothing" | "file" | "link" | "submodule";

/** The changes in a raw difference with `-z`, of one or of several commits, merges (`-c`) included. */
export function changesIn(raw: Buffer): readonly Change[] {
  const words = raw.toString("utf8").split("\0");
  const changes: Change[] = [];
  for (let at = 0; at < words.length; at++) {
    // With an empty format a line break may come before the first difference of a commit.
    const head = (words[at] ?? "").trimStart();
    if (!head.startsWith(":")) continue;
    const path = words[(at += 1)] ?? "";
    changes.push(changeOf(head, path));
  }
  return changes;
}

/** A merge has one colon, one mode and one object more for each parent. */
function changeOf(head: string, path: string): Change {
  const parents = head.lastIndexOf(":") + 1;
  const fields = head.slice(parents).split(" ");
  const modes = fields.slice(0, parents + 1);
  const objects = fields.slice(parents + 1, 2 * parents + 2);
  return {
    path,
    before: kindOf(modes[0]),
    after: kindOf(modes.at(-1)),
    object: objects.at(-1) ?? "",
  };
}

function kindOf(mode = ""): EntryKind {
  if (mode === "000000") return "nothing";
  if (mode === "120000") return "link";
  return mode === "160000" ? "submodule" : "file";
}
