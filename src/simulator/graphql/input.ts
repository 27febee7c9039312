/** Reads the `input` of a mutation, which the schema has checked already. */
import type { GraphQLResolveInfo } from "graphql";
import { byOf } from "../auth/who.ts";
import { isRecord } from "./arguments.ts";
import { NotModelled } from "../refusal.ts";
import type { Arguments, Graph } from "./graph.ts";
import type { By } from "../sim.ts";

/** The inputs of one mutation by name, and in whose name it is made. */
export interface Order<Name extends string> {
  readonly graph: Graph;
  readonly by: By;
  /** A value that the schema requires. */
  readonly text: (name: Name) => string;
  /** A value that may be left out; null counts as left out. */
  readonly optionalText: (name: Name) => string | undefined;
  /** A value that may be left out, or null to clear something. */
  readonly clearableText: (name: Name) => string | null | undefined;
  readonly optionalFlag: (name: Name) => boolean | undefined;
  readonly texts: (name: Name) => readonly string[];
  readonly optionalTexts: (name: Name) => readonly string[] | undefined;
  /** An input object within the input. */
  readonly fields: (name: Name) => Readonly<Record<string, unknown>>;
}

/** The fields of a mutation's payload. */
export type Payload = Readonly<Record<string, unknown>>;

/** A mutation with the inputs that it obeys. */
export interface Mutation {
  readonly inputs: readonly string[];
  readonly make: (order: Order<string>) => Payload | Promise<Payload>;
}

/** Defines a mutation: the inputs that it obeys, and what makes its change with them; any other input is refused as not modelled. */
export function mutation<Name extends string>(
  inputs: readonly Name[],
  make: (order: Order<Name>) => Payload | Promise<Payload>,
): Mutation {
  return { inputs, make };
}

/** Turns mutations into fields of `Mutation`, each with `clientMutationId` in its payload. */
export function mutationFields(
  mutations: Readonly<Record<string, Mutation>>,
): Record<string, (args: Arguments, graph: Graph, info: GraphQLResolveInfo) => Promise<unknown>> {
  return Object.fromEntries(
    Object.entries(mutations).map(([name, { inputs, make }]) => [
      name,
      async (args, graph) => {
        const { clientMutationId = null, ...input } = objectAt(args, "input");
        const ignored = Object.keys(input).filter((given) => !inputs.includes(given));
        if (ignored.length > 0) throw new NotModelled(`${name}(input: ${ignored.join(", ")})`);
        return { clientMutationId, ...(await make(orderOf(graph, input))) };
      },
    ]),
  );
}

function orderOf(graph: Graph, input: Arguments): Order<string> {
  const clearableText = (name: string): string | null | undefined => {
    const value = input[name];
    return typeof value === "string" || value === null ? value : undefined;
  };
  const optionalText = (name: string): string | undefined => clearableText(name) ?? undefined;
  const optionalTexts = (name: string): readonly string[] | undefined => {
    const value = input[name];
    return Array.isArray(value) ? value.map(String) : undefined;
  };
  return {
    graph,
    by: byOf(graph.actor),
    clearableText,
    optionalText,
    optionalTexts,
    text: (name) => optionalText(name) ?? fail(name),
    texts: (name) => optionalTexts(name) ?? fail(name),
    optionalFlag: (name) => {
      const value = input[name];
      return typeof value === "boolean" ? value : undefined;
    },
    fields: (name) => objectAt(input, name),
  };
}

function objectAt(values: Arguments, name: string): Arguments {
  const value = values[name];
  return isRecord(value) ? { ...value } : {};
}

function fail(name: string): never {
  throw new Error(`the schema lets an input without ${name} pass`);
}
