/** Which issues and pull requests a request is about, for the request log. */
import { readNodeId } from "../world/world.ts";
import type { World } from "../world/world.ts";

/** Numbers that the path or the body names: by number, node id, branch or commit; ascending. */
export function subjectsOf(world: World, path: string, text: string): readonly number[] {
  const numbers = new Set(numbersInPath(path));
  for (const value of texts(parsed(text))) {
    const number = numberOfNode(world, value);
    if (number !== null) numbers.add(number);
    for (const pull of world.pulls.values()) {
      if (pull.headSha === value || pull.headRef === value) numbers.add(pull.number);
    }
  }
  return [...numbers].toSorted((one, other) => one - other);
}

function numbersInPath(path: string): readonly number[] {
  const parts = path.split("/");
  return parts.flatMap((part, index) => {
    const kind = parts[index - 1];
    const number = Number(part);
    const isSubject = kind === "issues" || kind === "pulls";
    return isSubject && Number.isSafeInteger(number) && number > 0 ? [number] : [];
  });
}

function numberOfNode(world: World, text: string): number | null {
  const node = text.includes("_") ? readNodeId(text) : null;
  if (node === null) return null;
  switch (node.prefix) {
    case "I":
      return world.issues.get(node.id)?.number ?? null;
    case "PR":
      return world.pulls.get(node.id)?.number ?? null;
    case "IC":
      return world.issues.get(world.comments.get(node.id)?.issueId ?? 0)?.number ?? null;
    default:
      return null;
  }
}

function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
