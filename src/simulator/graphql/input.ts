/** Reads the `input` of a mutation, which the schema has checked already. */
import { byOf } from "../auth/who.ts";
import type { Arguments, Graph } from "./graph.ts";
import type { By } from "../sim.ts";

/** The input of one mutation, and in whose name it is made. */
export interface Order {
  readonly graph: Graph;
  readonly by: By;
  /** A value that the schema requires. */
  readonly text: (name: string) => string;
  /** A value that may be left out; null counts as left out. */
  readonly optionalText: (name: string) => string | undefined;
  readonly optionalFlag: (name: string) => boolean | undefined;
  readonly texts: (name: string) => readonly string[];
  readonly optionalTexts: (name: string) => readonly string[] | undefined;
  /** An input object within the input. */
  readonly fields: (name: string) => Readonly<Record<string, unknown>>;
}

/** A mutation: makes its change and gives the fields of its payload. */
export type Mutation = (
  order: Order,
) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;

/** Turns mutations into fields of `Mutation`, each with `clientMutationId` in its payload. */
export function mutationFields(
  mutations: Readonly<Record<string, Mutation>>,
): Record<string, (args: Arguments, graph: Graph) => Promise<unknown>> {
  return Object.fromEntries(
    Object.entries(mutations).map(([name, mutate]) => [
      name,
      async (args, graph) => {
        const input = objectAt(args, "input");
        const payload = await mutate(orderOf(graph, input));
        return { clientMutationId: input["clientMutationId"] ?? null, ...payload };
      },
    ]),
  );
}

function orderOf(graph: Graph, input: Arguments): Order {
  const optionalText = (name: string): string | undefined => {
    const value = input[name];
    return typeof value === "string" ? value : undefined;
  };
  const optionalTexts = (name: string): readonly string[] | undefined => {
    const value = input[name];
    return Array.isArray(value) ? value.map(String) : undefined;
  };
  return {
    graph,
    by: byOf(graph.actor),
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
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function fail(name: string): never {
  throw new Error(`the schema lets an input without ${name} pass`);
}
