/**
 * What a query costs, by the formula GitHub documents: the requests its connections would need if every page were full,
 * divided by 100 and rounded, at least 1. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
import { Kind } from "graphql";
import type {
  FragmentDefinitionNode,
  FieldNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValueNode,
} from "graphql";

/** The most nodes that one request may ask for. */
export const MOST_NODES = 500_000;

/** Points and the largest number of nodes that an operation could return. */
export interface Price {
  readonly points: number;
  readonly nodes: number;
}

/** The price of a validated operation with its coerced variables; fields with `first` or `last` are taken for connections. */
export function priceOf(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Variables,
): Price {
  let requests = 0;
  let nodes = 0;
  visit(operation.selectionSet, 1);
  return { points: Math.max(1, Math.round(requests / 100)), nodes };

  function visit(set: SelectionSetNode | undefined, parents: number): void {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) visitField(selection, parents);
      else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, parents);
      else visit(fragments.get(selection.name.value)?.selectionSet, parents);
    }
  }

  function visitField(field: FieldNode, parents: number): void {
    const size = pageSize(field, variables);
    if (size === undefined) return visit(field.selectionSet, parents);
    requests += parents;
    nodes += parents * size;
    visit(field.selectionSet, parents * size);
  }
}

type Variables = Readonly<Record<string, unknown>>;

function pageSize(field: FieldNode, variables: Variables): number | undefined {
  const sizes = (field.arguments ?? [])
    .filter((argument) => argument.name.value === "first" || argument.name.value === "last")
    .map((argument) => numberOf(argument.value, variables))
    .filter((size) => size !== undefined);
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}

function numberOf(value: ValueNode, variables: Variables): number | undefined {
  if (value.kind === Kind.INT) return Number(value.value);
  if (value.kind !== Kind.VARIABLE) return undefined;
  const given = variables[value.name.value];
  return typeof given === "number" ? given : undefined;
}
