/** One ajv for one published document, which is what takes so long that its code is kept. */
import { createHash } from "node:crypto";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";
import { isObject, mapValues } from "../../src/simulator/vendor/json-schema.ts";
import type { JsonObject } from "../../src/simulator/vendor/json-schema.ts";
import { strictKeys } from "./strict-keys.ts";
import type { SchemaNamed } from "./strict-keys.ts";
import { validatorModules } from "./validator-modules.ts";

/** A published document: shared schemas by name, and by key those of whole bodies. */
export interface PublishedSchemas {
  readonly schema: SchemaNamed;
  readonly body: SchemaNamed;
}

/** A validator, and as modules that can be kept. */
export interface Compiled {
  readonly validate: ValidateFunction;
  readonly modules: ReadonlyMap<string, string>;
}

/** Compiles the schemas of bodies by their keys; parts that are equal are compiled once. */
export function compiler({ schema, body }: PublishedSchemas): (key: string) => Compiled {
  const ajv = publishedAjv();
  const strict = strictKeys(schema);
  const share = sharing(ajv, (name) => strict.inner(schema(name)));
  return (key) => {
    const validate = ajv.compile(share(strict.atValue(body(key))));
    return { validate, modules: validatorModules(ajv, validate, key) };
  };
}

function publishedAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    inlineRefs: false,
    // what is published is taken as it is, and the code as it comes: most of it runs once
    meta: false,
    validateSchema: false,
    code: { optimize: false, source: true },
  });
  ajvFormats.default(ajv);
  // the address of a bot has brackets, as in 1+yardmaster[bot]@users.noreply.github.com
  ajv.addFormat("email", /^\S+@\S+$/);
  ajv.addFormat("int32", true).addFormat("int64", true);
  ajv.addFormat("float", true).addFormat("double", true);
  return ajv;
}

/** GitHub repeats the same user, repository and App in every event; compiling each copy takes seconds. */
function sharing(
  ajv: Ajv2020,
  schemaNamed: (name: string) => JsonObject,
): (schema: unknown) => JsonObject {
  const parts = new Set<string>();
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
    // named by what it says, so that all test processes mean the same by a name
    const text = createHash("sha256").update(JSON.stringify(schema));
    const name = `part-${text.digest("hex").slice(0, 32)}`;
    if (!parts.has(name)) ajv.addSchema(schema, name);
    parts.add(name);
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
