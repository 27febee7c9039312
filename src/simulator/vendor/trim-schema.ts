/** Cuts GitHub's GraphQL types down to the kept ones and whatever these need to stay a valid schema. */
import { Kind, visit } from "graphql";
import type { TypeDefinitionNode, TypeNode } from "graphql";
import { keptMutations, keptQueries, keptTypes } from "./kept-schema.ts";
import { sortedByName } from "./patch-schema.ts";
import type { TypesByName } from "./patch-schema.ts";

/** The kept types, without descriptions and directives, each with the fields whose type is kept, in the order of their names. */
export function trimTypes(all: TypesByName): TypeDefinitionNode[] {
  const kept = keptNames(all);
  const trimmed = new Map<string, TypeDefinitionNode>();
  for (const [name, type] of all) if (kept.has(name)) trimmed.set(name, trimType(type, kept));
  return sortedByName(reachable(trimmed).map(bare));
}

function keptNames(all: TypesByName): Set<string> {
  const kept = new Set(["Query", "Mutation", ...keptTypes, ...payloads(all)]);
  for (const name of kept) if (!all.has(name)) throw new Error(`GitHub has no type ${name}`);
  const pages = [...all.values()].filter((type) => /(?:Connection|Edge)$/.test(type.name.value));
  for (const page of pages) if (pagesOver(page, kept)) kept.add(page.name.value);
  for (const type of all.values()) if (isLeafOrInput(type)) kept.add(type.name.value);
  return kept;
}

function payloads(all: TypesByName): string[] {
  const mutation = all.get("Mutation");
  if (mutation?.kind !== Kind.OBJECT_TYPE_DEFINITION) throw new Error("no type Mutation");
  return (mutation.fields ?? [])
    .filter((field) => keptMutations.includes(field.name.value))
    .map((field) => namedType(field.type));
}

function pagesOver(page: TypeDefinitionNode, kept: ReadonlySet<string>): boolean {
  if (page.kind !== Kind.OBJECT_TYPE_DEFINITION) return false;
  return (page.fields ?? []).some(
    (field) => /^nodes?$/.test(field.name.value) && kept.has(namedType(field.type)),
  );
}

function isLeafOrInput(type: TypeDefinitionNode): boolean {
  return (
    type.kind === Kind.SCALAR_TYPE_DEFINITION ||
    type.kind === Kind.ENUM_TYPE_DEFINITION ||
    type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION
  );
}

function trimType(type: TypeDefinitionNode, kept: ReadonlySet<string>): TypeDefinitionNode {
  if (type.kind === Kind.UNION_TYPE_DEFINITION)
    return { ...type, types: (type.types ?? []).filter((member) => kept.has(member.name.value)) };
  if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION)
    return type;
  return {
    ...type,
    interfaces:
      type.name.value === "Query"
        ? []
        : (type.interfaces ?? []).filter((face) => kept.has(face.name.value)),
    fields: (type.fields ?? []).filter(
      (field) =>
        isKeptField(type.name.value, field.name.value) &&
        (kept.has(namedType(field.type)) || builtIn.has(namedType(field.type))),
    ),
  };
}

const builtIn: ReadonlySet<string> = new Set(["Boolean", "Float", "ID", "Int", "String"]);

function isKeptField(type: string, field: string): boolean {
  if (type === "Query") return keptQueries.includes(field);
  return type !== "Mutation" || keptMutations.includes(field);
}

/** Only what a query or mutation can name: the other enums and inputs of GitHub are not copied. */
function reachable(types: TypesByName): TypeDefinitionNode[] {
  const found = new Set<string>();
  const open = ["Query", "Mutation", ...keptTypes];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const type = types.get(name);
    if (type === undefined || found.has(name)) continue;
    found.add(name);
    visit(type, { NamedType: (node) => void open.push(node.name.value) });
  }
  return [...types.values()].filter((type) => found.has(type.name.value));
}

/** Previews and deprecations mean nothing to the simulator, and descriptions are most of the file. */
function bare(type: TypeDefinitionNode): TypeDefinitionNode {
  return visit(type, {
    Directive: () => null,
    enter: (node) =>
      "description" in node && node.description !== undefined
        ? { ...node, description: undefined }
        : undefined,
  });
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
