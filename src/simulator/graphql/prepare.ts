/** Turns a GraphQL request into an operation that can run, or into the errors GitHub gives instead. */
import { getOperationAST, getVariableValues, GraphQLError, Kind, parse, validate } from "graphql";
import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode } from "graphql";
import { githubSchema } from "./schema.ts";
import { priceOf } from "./cost.ts";
import type { GraphqlRequest } from "../graphql-face.ts";
import type { Price } from "./cost.ts";

/** An operation with its variables and its price. */
export interface Prepared {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly price: Price;
}

/** Why nothing can run; `unknown` names fields and arguments that the vendored schema does not have. */
export interface Unprepared {
  readonly errors: readonly GraphQLError[];
  readonly unknown: readonly string[];
}

/** Reads, validates and prices a request. */
export function prepare(request: GraphqlRequest): Prepared | Unprepared {
  if (request.query === "")
    return because(new GraphQLError("A query attribute must be specified and must be a string."));
  const document = parsed(request.query);
  if (document instanceof GraphQLError) return because(document);
  const faults = validate(githubSchema(), document);
  if (faults.length > 0) return { errors: faults, unknown: faults.flatMap(unknownPart) };
  const operation = getOperationAST(document, request.operationName);
  if (operation === null || operation === undefined)
    return because(new GraphQLError(`No operation named "${request.operationName}"`));
  const { coerced, errors } = getVariableValues(
    githubSchema(),
    operation.variableDefinitions ?? [],
    request.variables,
  );
  if (coerced === undefined) return { errors, unknown: [] };
  const price = priceOf(operation, fragmentsOf(document), coerced);
  return { document, operation, variables: request.variables, price };
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens: 20_000 });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function because(error: GraphQLError): Unprepared {
  return { errors: [error], unknown: [] };
}

/** What the schema lacks may be a slip of the asker or of the vendored schema: the log shows it either way. */
function unknownPart({ message }: GraphQLError): string[] {
  return /^(?:Cannot query field|Unknown (?:argument|type))/.test(message) ? [message] : [];
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}
