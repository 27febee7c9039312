/** Turns a schema object of OpenAPI 3.0 into JSON Schema that ajv accepts, without the parts that are only documentation. */

/** A JSON value that is an object. */
export type JsonObject = { readonly [key: string]: unknown };

const documentation: ReadonlySet<string> = new Set([
  "default",
  "deprecated",
  "description",
  "discriminator",
  "example",
  "examples",
  "externalDocs",
  "readOnly",
  "title",
  "writeOnly",
  "xml",
]);

/** The schema as JSON Schema: `nullable` becomes a type, references point into `#/schemas/`, documentation is left out. */
export function toJsonSchema(schema: unknown): JsonObject {
  const { nullable, properties, ...rest } = isObject(schema) ? schema : {};
  const converted: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(rest)) {
    if (!documentation.has(keyword) && !keyword.startsWith("x-"))
      converted[keyword] = convert(keyword, value);
  }
  // the names of properties are no keywords: a property may be called `description`
  if (isObject(properties)) converted["properties"] = mapValues(properties, toJsonSchema);
  return nullable === true ? orNull(converted) : converted;
}

/** Whether a JSON value is an object and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same object with every value replaced. */
export function mapValues(
  source: JsonObject,
  replace: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(source).map(([key, value]) => [key, replace(value)]));
}

function convert(keyword: string, value: unknown): unknown {
  if (keyword === "$ref") return String(value).replace("#/components/schemas/", "#/schemas/");
  if (keyword === "enum" || keyword === "required" || keyword === "type") return value;
  if (Array.isArray(value)) return value.map(toJsonSchema);
  return isObject(value) ? toJsonSchema(value) : value;
}

function orNull(schema: Record<string, unknown>): JsonObject {
  const { type, enum: choices } = schema;
  if (typeof type !== "string") return { anyOf: [schema, { type: "null" }] };
  const nullable: Record<string, unknown> = { ...schema, type: [type, "null"] };
  if (Array.isArray(choices) && !choices.includes(null)) nullable["enum"] = [...choices, null];
  return nullable;
}
