/** Reads a seed file: YAML that overrides parts of the default seed; every fault is told at once. */
import { parse } from "yaml";
import { defaultSeed } from "./default-seed.ts";
import { CHECK_CONCLUSIONS } from "../world/pulls.ts";
import { ROLES } from "../world/find.ts";
import type { Access, Permissions, Role } from "../world/accounts.ts";
import type { CheckConclusion } from "../world/pulls.ts";
import type { FieldType, Seed, SeedIssue, SeedLabel, SeedPerson } from "./seed.ts";

type Fields = Readonly<Record<string, unknown>>;

const KEYS = [
  "org",
  "repository",
  "otherRepositories",
  "description",
  "private",
  "defaultBranch",
  "people",
  "app",
  "permissions",
  "events",
  "project",
  "ci",
  "labels",
  "files",
  "issues",
];

/** The seed that a file describes; throws an Error that lists what is wrong. */
export function readSeed(text: string): Seed {
  const faults: string[] = [];
  const file = new SeedReader(parse(text) ?? {}, "the seed", faults);
  file.only(KEYS);
  const org = file.text("org", defaultSeed.org);
  const people = file.has("people") ? readPeople(file) : defaultSeed.people;
  const first = people[0]?.login ?? org;
  const seed: Seed = {
    org,
    repository: file.text("repository", defaultSeed.repository),
    otherRepositories: file.texts("otherRepositories", defaultSeed.otherRepositories),
    description: file.text("description", defaultSeed.description),
    private: file.flag("private", defaultSeed.private),
    defaultBranch: file.text("defaultBranch", defaultSeed.defaultBranch),
    people,
    app: {
      slug: file.text("app", defaultSeed.app.slug),
      permissions: file.has("permissions") ? readPermissions(file) : defaultSeed.app.permissions,
      events: file.texts("events", defaultSeed.app.events),
    },
    project: readProject(file, org),
    ci: readCi(file),
    labels:
      file.list("labels").length > 0 ? file.list("labels").map(readLabel) : defaultSeed.labels,
    commits: readCommits(file, people, first),
    issues: file.list("issues").map((issue) => readIssue(issue, first)),
  };
  if (faults.length > 0) throw new Error(`the seed file is wrong:\n${faults.join("\n")}`);
  return seed;
}

function readPeople(file: SeedReader): SeedPerson[] {
  const people = file.part("people");
  return people.keys().map((login) => ({ login, name: login, role: people.role(login) }));
}

function readPermissions(file: SeedReader): Permissions {
  const permissions = file.part("permissions");
  return Object.fromEntries(permissions.keys().map((name) => [name, permissions.access(name)]));
}

function readProject(file: SeedReader, org: string): Seed["project"] {
  const project = file.part("project");
  project.only(["title", "owner", "options", "fields", "closedTo", "mergedTo"]);
  const fields = project.part("fields");
  return {
    title: project.text("title", defaultSeed.project.title),
    owner: project.text("owner", org),
    options: project.texts("options", defaultSeed.project.options),
    fields: Object.fromEntries(fields.keys().map((name) => [name, fields.fieldType(name)])),
    closedTo: project.clearable("closedTo", defaultSeed.project.closedTo),
    mergedTo: project.clearable("mergedTo", defaultSeed.project.mergedTo),
  };
}

function readCi(file: SeedReader): Seed["ci"] {
  const ci = file.part("ci");
  ci.only(["checks", "auto"]);
  const checks = ci.texts("checks", defaultSeed.ci.checks);
  if (!ci.has("auto")) return { checks, auto: null };
  const auto = ci.part("auto");
  auto.only(["conclusion", "afterMs"]);
  return {
    checks,
    auto: { conclusion: auto.conclusion("conclusion"), afterMs: auto.number("afterMs", 0) },
  };
}

function readLabel(label: SeedReader): SeedLabel {
  label.only(["name", "color", "description"]);
  return {
    name: label.needed("name"),
    color: label.text("color", "ededed"),
    description: label.text("description", ""),
  };
}

function readIssue(issue: SeedReader, author: string): SeedIssue {
  issue.only(["title", "body", "author", "labels", "status"]);
  return {
    title: issue.needed("title"),
    body: issue.text("body", ""),
    author: issue.text("author", author),
    labels: issue.texts("labels", []),
    status: issue.clearable("status", null),
  };
}

/** With `files`, the history is one commit with exactly these. */
function readCommits(
  file: SeedReader,
  people: readonly SeedPerson[],
  author: string,
): Seed["commits"] {
  const isKnown = (login: string): boolean => people.some((person) => person.login === login);
  if (!file.has("files")) {
    return defaultSeed.commits.map((commit) =>
      isKnown(commit.author) ? commit : { ...commit, author },
    );
  }
  const part = file.part("files");
  const files = Object.fromEntries(part.keys().map((path) => [path, part.text(path, "")]));
  return [{ author, message: "chore: begin", files }];
}

/** Reads fields of one mapping and notes what does not fit. */
class SeedReader {
  readonly #fields: Fields;
  readonly #place: string;
  readonly #faults: string[];

  constructor(value: unknown, place: string, faults: string[]) {
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    this.#fields = isMapping ? { ...value } : {};
    this.#place = place;
    this.#faults = faults;
    if (!isMapping) faults.push(`${place} must be a mapping`);
  }

  keys(): string[] {
    return Object.keys(this.#fields);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  only(names: readonly string[]): void {
    const strange = this.keys().filter((name) => !names.includes(name));
    for (const name of strange) this.#faults.push(`${this.#place} has no ${JSON.stringify(name)}`);
  }

  text(name: string, otherwise: string): string {
    return this.#read(name, otherwise, "a text", (value) => typeof value === "string");
  }

  needed(name: string): string {
    if (!this.has(name)) this.#faults.push(`${this.#place}: ${name} is missing`);
    return this.text(name, "");
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.#read(name, otherwise, "true or false", (value) => typeof value === "boolean");
  }

  clearable(name: string, otherwise: string | null): string | null {
    return this.#fields[name] === null
      ? null
      : this.#read<string | null>(
          name,
          otherwise,
          "a text or null",
          (value) => typeof value === "string",
        );
  }

  texts(name: string, otherwise: readonly string[]): readonly string[] {
    return this.#read(
      name,
      otherwise,
      "a list of texts",
      (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
    );
  }

  fieldType(name: string): FieldType | readonly string[] {
    return Array.isArray(this.#fields[name])
      ? this.texts(name, [])
      : this.#choice<FieldType>(name, ["TEXT", "NUMBER", "DATE"], "TEXT");
  }

  role(name: string): Role {
    return this.#choice(name, ROLES, "read");
  }

  access(name: string): Access {
    return this.#choice(name, ["read", "write", "admin"], "read");
  }

  conclusion(name: string): CheckConclusion {
    return this.#choice(name, CHECK_CONCLUSIONS, "success");
  }

  number(name: string, otherwise: number): number {
    return this.#read(name, otherwise, "a number", (value) => typeof value === "number");
  }

  part(name: string): SeedReader {
    return new SeedReader(this.#fields[name] ?? {}, name, this.#faults);
  }

  list(name: string): SeedReader[] {
    const value = this.#fields[name] ?? [];
    if (!Array.isArray(value)) {
      this.#faults.push(`${name} must be a list`);
      return [];
    }
    return value.map(
      (item: unknown, index) => new SeedReader(item, `${name}[${index}]`, this.#faults),
    );
  }

  #choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const isChoice = (value: unknown): value is T => choices.some((choice) => choice === value);
    return this.#read(name, otherwise, `one of ${choices.join(", ")}`, isChoice);
  }

  #read<T>(name: string, otherwise: T, wanted: string, fits: (value: unknown) => value is T): T {
    const value = this.#fields[name];
    if (value === undefined) return otherwise;
    if (fits(value)) return value;
    this.#faults.push(`${this.#place}: ${name} must be ${wanted}`);
    return otherwise;
  }
}
