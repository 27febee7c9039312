/** Errors as GitHub writes them: the type beside the message, and Ruby's words for what graphql-js says. */
import type { GraphQLError } from "graphql";
import { Fault } from "./faults.ts";

/** An error on its way out. */
export type ErrorShape = Readonly<Record<string, unknown>>;

/** One entry of `errors`. */
export function errorShape(error: GraphQLError): ErrorShape {
  const cause = error.originalError ?? error;
  const locations = error.locations === undefined ? {} : { locations: error.locations };
  if (cause instanceof Fault)
    return { type: cause.type, ...path(error), ...locations, message: cause.message };
  return { ...path(error), ...validation(error.message), ...locations };
}

function path(error: GraphQLError): ErrorShape {
  return error.path === undefined ? {} : { path: error.path };
}

function validation(message: string): ErrorShape {
  const field = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(message);
  if (field !== null) {
    const [, fieldName, typeName] = field;
    return {
      extensions: { code: "undefinedField", typeName, fieldName },
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
    };
  }
  const argument = /^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"/.exec(message);
  if (argument !== null) {
    const [, argumentName, , name] = argument;
    return {
      extensions: { code: "argumentNotAccepted", name, typeName: "Field", argumentName },
      message: `Field '${name}' doesn't accept argument '${argumentName}'`,
    };
  }
  return { message };
}
