/** Makes GitHub's published schemas refuse keys that they do not name, so that an invented key is found too. */
import { isObject, mapValues } from "../../src/simulator/vendor/json-schema.ts";
import type { JsonObject } from "../../src/simulator/vendor/json-schema.ts";

/** A shared schema by the name that references give it. */
export type SchemaNamed = (name: string) => JsonObject | undefined;

/** What is made of a schema: for the place of a value, and for one that others refer to. */
export interface StrictKeys {
  readonly atValue: (schema: unknown) => unknown;
  readonly inner: (schema: unknown) => JsonObject;
}

/** Puts `unevaluatedProperties: false` wherever a value stands, and makes each `oneOf` an `anyOf`. */
export function strictKeys(schemaNamed: SchemaNamed): StrictKeys {
  return { atValue, inner };

  /** A schema in the place of a value. */
  function atValue(schema: unknown): unknown {
    if (!isObject(schema)) return schema;
    return namesKeys(schema) ? { ...inner(schema), unevaluatedProperties: false } : inner(schema);
  }

  /** A schema that only adds to another one: the place of the value decides about further keys. */
  function inner(schema: unknown): JsonObject {
    const strict: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(isObject(schema) ? schema : {})) {
      if (keyword === "properties" && isObject(value)) strict[keyword] = mapValues(value, atValue);
      else if (keyword === "items" || keyword === "additionalProperties")
        strict[keyword] = atValue(value);
      else if (/^(?:oneOf|anyOf|allOf)$/.test(keyword) && Array.isArray(value)) {
        const branches = value.map(inner);
        // published branches overlap, which `oneOf` would refuse, and leave out the null that `type` allows
        if (keyword === "allOf") strict[keyword] = branches;
        else strict["anyOf"] = isNullable(schema) ? [...branches, { type: "null" }] : branches;
      } else strict[keyword] = value;
    }
    return strict;
  }

  function isNullable(schema: unknown): boolean {
    return isObject(schema) && Array.isArray(schema["type"]) && schema["type"].includes("null");
  }

  function namesKeys(schema: JsonObject, seen: readonly JsonObject[] = []): boolean {
    if (seen.includes(schema) || schema["additionalProperties"] === true) return false;
    const parts: unknown[] = ["oneOf", "anyOf", "allOf"].flatMap(
      (keyword) => schema[keyword] ?? [],
    );
    const reference = schema["$ref"];
    if (typeof reference === "string") parts.push(target(reference));
    const isOpen = parts.some((part) => isObject(part) && isOpenObject(part, [...seen, schema]));
    const isNamed = isObject(schema["properties"]);
    return (
      !isOpen &&
      (isNamed || parts.some((part) => isObject(part) && namesKeys(part, [...seen, schema])))
    );
  }

  /** An object of which only some keys, or none, are described. */
  function isOpenObject(schema: JsonObject, seen: readonly JsonObject[]): boolean {
    const reference = schema["$ref"];
    if (typeof reference === "string") {
      const to = target(reference);
      return isObject(to) && !seen.includes(to) && isOpenObject(to, [...seen, to]);
    }
    const isComposed = ["oneOf", "anyOf", "allOf"].some((keyword) => keyword in schema);
    const isObjectSchema = [schema["type"]].flat().includes("object");
    return isObjectSchema && !isComposed && !isObject(schema["properties"]);
  }

  function target(reference: string): unknown {
    return schemaNamed(reference.slice("#/schemas/".length));
  }
}
