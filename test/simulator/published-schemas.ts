/** One ajv for one published document; what a body needs is prepared when it is first checked, and equal parts are compiled once. */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject, ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";
import { isObject, mapValues } from "../../src/simulator/vendor/json-schema.ts";
import type { JsonObject } from "../../src/simulator/vendor/json-schema.ts";
import { strictKeys } from "./strict-keys.ts";
import type { SchemaNamed } from "./strict-keys.ts";

/** A published document: shared schemas by name, and by key those of whole bodies. */
export interface PublishedSchemas {
  readonly schema: SchemaNamed;
  readonly body: SchemaNamed;
}

/** Says what is wrong with a body by the schema with that key; empty when nothing is. */
export type FaultFinder = (key: string, body: unknown) => string[];

/** Prepares the validators of published schemas. */
export function faultFinder({ schema, body: bodySchema }: PublishedSchemas): FaultFinder {
  const ajv = publishedAjv();
  const strict = strictKeys(schema);
  const share = sharing(ajv, (name) => strict.inner(schema(name)));
  const validators = new Map<string, ValidateFunction>();
  return (key, body) => {
    const validate = validators.get(key) ?? ajv.compile(share(strict.atValue(bodySchema(key))));
    validators.set(key, validate);
    if (validate(body) === true) return [];
    return (validate.errors ?? [])
      .filter((error) => !isForgotten(error))
      .map(
        ({ instancePath, message, params }) =>
          `${instancePath} ${message} ${JSON.stringify(params)}`,
      );
  };
}

function publishedAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    inlineRefs: false,
    // each test file compiles for itself: what is published is taken as it is, and the code as it comes
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  });
  ajvFormats.default(ajv);
  // the address of a bot has brackets, as in 1+yardmaster[bot]@users.noreply.github.com
  ajv.addFormat("email", /^\S+@\S+$/);
  ajv.addFormat("int32", true).addFormat("int64", true);
  ajv.addFormat("float", true).addFormat("double", true);
  return ajv;
}

/** Keys that the descriptions name in most users, Apps, permissions and issues and leave out of some. */
const FORGOTTEN_KEYS: readonly unknown[] = [
  "client_id",
  "merge_queues",
  "parent_issue_url",
  "user_view_type",
];

function isForgotten({ keyword, params }: ErrorObject): boolean {
  return (
    keyword === "unevaluatedProperties" && FORGOTTEN_KEYS.includes(params["unevaluatedProperty"])
  );
}

/** GitHub repeats the same user, repository and App in every event; compiling each copy takes seconds. */
function sharing(
  ajv: Ajv2020,
  schemaNamed: (name: string) => JsonObject,
): (schema: unknown) => JsonObject {
  const parts = new Map<string, string>();
  const named = new Set<string>();
  return (schema) => {
    const shared = share(schema);
    return isObject(shared) ? shared : {};
  };

  function share(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(share);
    if (!isObject(node)) return node;
    const copy = mapValues(node, share);
    const reference = copy["$ref"];
    if (typeof reference === "string" && reference.startsWith("#/schemas/"))
      copy["$ref"] = define(reference.slice("#/schemas/".length));
    if (!isObject(copy["properties"]) || !("type" in copy)) return copy;
    return { $ref: partOf(copy) };
  }

  function partOf(schema: JsonObject): string {
    const text = JSON.stringify(schema);
    const present = parts.get(text);
    if (present !== undefined) return present;
    const name = `part-${parts.size}`;
    parts.set(text, name);
    ajv.addSchema(schema, name);
    return name;
  }

  function define(name: string): string {
    const key = `schema-${name}`;
    if (named.has(name)) return key;
    named.add(name);
    const shared = share(schemaNamed(name));
    ajv.addSchema(isObject(shared) ? shared : {}, key);
    return key;
  }
}
