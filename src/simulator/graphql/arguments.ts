/** Arguments that remember who read them: one that nobody reads would be obeyed on GitHub and ignored here. */
import { getNamedType, isInputObjectType } from "graphql";
import { isDeepStrictEqual } from "node:util";
import type { GraphQLArgument, GraphQLInputField } from "graphql";
import type { Arguments } from "./graph.ts";

/** Arguments under watch. */
export interface Watch {
  readonly args: Arguments;
  /** Those that were given, mean something, and have not been read; parts of an object with its name before them. */
  readonly unread: () => readonly string[];
}

/** Watches the arguments of one field, and the fields of the objects among them. */
export function watch(
  given: Arguments,
  definitions: readonly (GraphQLArgument | GraphQLInputField)[],
): Watch {
  const read = new Set<string>();
  const parts = new Map<string, Watch>();
  const args: Record<string, unknown> = {};
  const meaningful = definitions.filter(({ name, defaultValue }) => {
    const value = given[name];
    return (
      value !== undefined &&
      value !== null &&
      !isDeepStrictEqual({ value }, { value: defaultValue })
    );
  });
  for (const { name, type } of definitions) {
    if (!(name in given)) continue;
    const part = watchPart(given[name], getNamedType(type));
    if (part !== null) parts.set(name, part);
    const get = (): unknown => {
      read.add(name);
      return part === null ? given[name] : part.args;
    };
    Object.defineProperty(args, name, { enumerable: true, get });
  }
  const unread = (): string[] =>
    meaningful.flatMap(({ name }) => {
      if (!read.has(name)) return [name];
      return (parts.get(name)?.unread() ?? []).map((inner) => `${name}.${inner}`);
    });
  return { args, unread };
}

function watchPart(value: unknown, type: ReturnType<typeof getNamedType>): Watch | null {
  if (!isInputObjectType(type) || !isRecord(value)) return null;
  return watch(value, Object.values(type.getFields()));
}

/** Whether a value is an object whose fields can be read. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
