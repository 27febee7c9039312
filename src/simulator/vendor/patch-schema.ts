/** Merges the patch list into GitHub's published types, and says which patches the published package has caught up with. */
import { parse, print } from "graphql";
import type {
  DefinitionNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
  NameNode,
  TypeDefinitionNode,
} from "graphql";
import type { SchemaPatch } from "./schema-patches.ts";

/** A type of the schema with its name as the key. */
export type TypesByName = Map<string, TypeDefinitionNode>;

/** The type definitions of an SDL document by name; of a type defined twice the first stays. */
export function typesByName(definitions: readonly DefinitionNode[]): TypesByName {
  const types: TypesByName = new Map();
  for (const definition of definitions) {
    if (isType(definition) && !types.has(definition.name.value))
      types.set(definition.name.value, definition);
  }
  return types;
}

/** The published types with every patch merged in. */
export function patchTypes(published: TypesByName, patches: readonly SchemaPatch[]): TypesByName {
  const types: TypesByName = new Map(published);
  for (const patch of patches) {
    for (const [name, addition] of patchedTypes(patch)) {
      const present = types.get(name);
      types.set(name, present === undefined ? addition : merge(present, addition));
    }
  }
  return types;
}

/** Which parts of a patch the published types already have, as schema coordinates; empty while the patch is needed. */
export function publishedParts(published: TypesByName, patch: SchemaPatch): string[] {
  return [...patchedTypes(patch)].flatMap(([name, addition]) => {
    const present = published.get(name);
    if (present === undefined) return [];
    if (!("fields" in addition) || !("fields" in present)) return [name];
    return (addition.fields ?? []).flatMap((field) => {
      const twin = (present.fields ?? []).find((known) => known.name.value === field.name.value);
      return twin === undefined ? [] : publishedField(name, field, twin);
    });
  });
}

type FieldNode = FieldDefinitionNode | InputValueDefinitionNode;

function publishedField(type: string, field: FieldNode, twin: FieldNode): string[] {
  const coordinate = `${type}.${field.name.value}`;
  const wanted = argumentsOf(field);
  if (wanted.length === 0) return print(twin.type) === print(field.type) ? [coordinate] : [];
  const known = new Set(argumentsOf(twin).map((argument) => argument.name.value));
  return wanted
    .filter((argument) => known.has(argument.name.value))
    .map((argument) => `${coordinate}(${argument.name.value}:)`);
}

function merge(present: TypeDefinitionNode, addition: TypeDefinitionNode): TypeDefinitionNode {
  if (present.kind !== "ObjectTypeDefinition" || addition.kind !== "ObjectTypeDefinition")
    throw new Error(`a patch can only extend an object type: ${present.name.value}`);
  const fields = new Map((present.fields ?? []).map((field) => [field.name.value, field]));
  for (const field of addition.fields ?? []) {
    const known = argumentsOf(fields.get(field.name.value));
    fields.set(field.name.value, { ...field, arguments: [...known, ...(field.arguments ?? [])] });
  }
  return { ...present, fields: sortedByName(fields.values()) };
}

function argumentsOf(field: FieldNode | undefined): readonly InputValueDefinitionNode[] {
  return field?.kind === "FieldDefinition" ? (field.arguments ?? []) : [];
}

/** Nodes in the order of their names. */
export function sortedByName<Named extends { readonly name: NameNode }>(
  nodes: Iterable<Named>,
): Named[] {
  return [...nodes].toSorted((one, other) => (one.name.value < other.name.value ? -1 : 1));
}

function patchedTypes(patch: SchemaPatch): TypesByName {
  return typesByName(parse(patch.sdl, { noLocation: true }).definitions);
}

function isType(definition: DefinitionNode): definition is TypeDefinitionNode {
  return definition.kind.endsWith("TypeDefinition");
}
