/** Reads from the mirror what the gates judge: everything that a push would make public. */
import type { Sha } from "../../../core/ids.ts";
import { spawnGit } from "../spawn-git.ts";
import { changesIn } from "./change.ts";
import type { Change } from "./change.ts";
import type { Work } from "./judge.ts";
import { longestCommit } from "./messages.ts";
import { readObjects } from "./objects.ts";
import type { ObjectHead, ObjectReader } from "./objects.ts";
import { shownPath } from "./paths.ts";
import { findSecrets, prepareSearch } from "./secrets.ts";
import type { SecretFound, SecretSearch } from "./secrets.ts";

/** What is to be read, and how much at most. */
export type Reading = {
  readonly mirror: string;
  /** Last commits of the base branch that the work contains. */
  readonly upstreams: readonly Sha[];
  readonly head: Sha;
  /** Values that must not become public. */
  readonly secrets: readonly string[];
  readonly limits: { readonly bytes: number; readonly objects: number };
};

/** What would be published, without what it holds. */
export type Outline = {
  /** The paths that differ from any of the upstreams. */
  readonly files: readonly string[];
  readonly changes: readonly Change[];
  /** The new objects by name, each with one of its paths; commits and the root folder have an empty one. */
  readonly paths: ReadonlyMap<string, string>;
};

/** All commits are read, not only the last: what one adds and the next takes away again would be public too. */
export async function readOutline(reading: Reading): Promise<Outline> {
  const [ofCommits, asWhole, paths] = await Promise.all([
    changesOfCommits(reading),
    changesAsWhole(reading),
    pathsOfObjects(reading),
  ]);
  return {
    files: [...new Set(asWhole.map(({ path }) => path))].toSorted(),
    changes: [...ofCommits, ...asWhole],
    paths,
  };
}

/** What is to be judged, or why that cannot be. */
export async function readWork(
  reading: Reading,
  { changes, paths }: Outline,
): Promise<Work | string> {
  const { limits, mirror } = reading;
  if (paths.size > limits.objects) return `the work holds over ${limits.objects} objects`;
  const links = changes.filter(({ after }) => after === "link").map(({ object }) => object);
  const notes = takeNotes(prepareSearch(reading.secrets), new Set(links), paths);
  const names = [...new Set([...paths.keys(), ...links])];
  if (!(await readObjects(mirror, names, limits.bytes, notes.reader))) {
    return `the work unpacks to over ${limits.bytes} bytes`;
  }
  notes.paths([...changes.map(({ path }) => path), ...paths.values()]);
  const { sizes, targets, commits, secrets } = notes;
  const isGuarded = secrets.some(({ isFinal }) => isFinal);
  return {
    changes,
    sizes,
    targets,
    commits,
    secrets,
    shown: isGuarded ? hiding(reading) : shownPath,
  };
}

/** Names that are themselves a guarded value are not shown. */
const hiding =
  ({ secrets }: Reading): Work["shown"] =>
  (path) =>
    findSecrets(path, secrets).some(({ isFinal }) => isFinal)
      ? "a name that holds a secret"
      : shownPath(path);

/** Commits that GitHub does not have yet. */
const unpublished = ({ head, upstreams }: Reading): readonly string[] => [
  head,
  "--not",
  ...upstreams,
  "--remotes=origin",
];

const raw = ["--raw", "-z", "-r", "--no-abbrev", "--no-renames", "--no-ext-diff"];

/** Of a merge, what is in neither parent; what it takes over from one is in the difference as a whole. */
const changesOfCommits = async (reading: Reading): Promise<readonly Change[]> =>
  changesIn(await ask(reading, ["log", "--format=", "-c", ...raw, ...unpublished(reading), "--"]));

async function changesAsWhole(reading: Reading): Promise<readonly Change[]> {
  const { upstreams, head } = reading;
  const differences = await Promise.all(
    upstreams.map((commit) => ask(reading, ["diff-tree", ...raw, commit, head, "--"])),
  );
  return differences.flatMap(changesIn);
}

async function pathsOfObjects(reading: Reading): Promise<ReadonlyMap<string, string>> {
  const list = await ask(reading, ["rev-list", "--objects", ...unpublished(reading), "--"]);
  const lines = list.toString("utf8").split("\n");
  return new Map(
    lines.filter((line) => line !== "").map((line) => [line.slice(0, 40), line.slice(41)]),
  );
}

const ask = async ({ mirror }: Reading, args: readonly string[]): Promise<Buffer> =>
  await spawnGit({ gitDir: mirror, cwd: mirror, args });

type Notes = Pick<Work, "sizes" | "targets" | "commits" | "secrets"> & {
  readonly reader: ObjectReader;
  /** Looks through the paths themselves: a secret may lie across several folders' names. */
  readonly paths: (paths: readonly string[]) => void;
};

function takeNotes(
  begin: () => SecretSearch,
  links: ReadonlySet<string>,
  paths: ReadonlyMap<string, string>,
): Notes {
  const sizes = new Map<string, number>();
  const targets = new Map<string, string>();
  const commits = new Map<string, string>();
  const secrets: (SecretFound & { where: string })[] = [];
  let open: { head: ObjectHead; search: SecretSearch } | null = null;
  const end = (): void => {
    if (open === null) return;
    const where = placeOf(open.head, paths.get(open.head.name) ?? "");
    secrets.push(...open.search.found().map((found) => ({ ...found, where })));
    open = null;
  };
  return {
    ...{ sizes, targets, commits, secrets },
    reader: {
      begin: (head) => {
        open = { head, search: begin() };
        if (head.type === "blob") sizes.set(head.name, head.bytes);
      },
      piece: (bytes) => {
        if (open === null) return;
        const { name, type } = open.head;
        open.search.read(bytes);
        if (links.has(name)) append(targets, name, bytes, longestTarget);
        if (type === "commit") append(commits, name, bytes, longestCommit);
      },
      end,
    },
    paths: (all) => {
      const search = begin();
      search.read(Buffer.from([...new Set(all)].join("\n")));
      secrets.push(...search.found().map((found) => ({ ...found, where: "a file's name" })));
    },
  };
}

// No system follows a longer one.
const longestTarget = 4096;

function append(texts: Map<string, string>, name: string, bytes: Buffer, most: number): void {
  const text = texts.get(name) ?? "";
  if (text.length <= most) texts.set(name, `${text}${bytes.toString("utf8")}`);
}

/** A folder's content is names of files; a commit's are its message and who made it. */
function placeOf({ name, type }: ObjectHead, path: string): string {
  if (type === "commit") return name;
  return type === "tree" ? `names in ${path === "" ? "the root folder" : path}` : path;
}
