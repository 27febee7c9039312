/** One ajv for one published document; a schema is compiled when its first body is checked, and equal parts are compiled once. */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject } from "ajv";
import ajvFormats from "ajv-formats";
import { isObject, mapValues } from "../../src/simulator/vendor/json-schema.ts";
import type { JsonObject } from "../../src/simulator/vendor/json-schema.ts";
import { withStrictKeys } from "./strict-keys.ts";
import type { PublishedSchemas } from "./strict-keys.ts";

/** Says what is wrong with a body by the schema with that key; empty when nothing is. */
export type FaultFinder = (key: string, body: unknown) => string[];

/** Prepares the validators of published schemas. */
export function faultFinder(published: PublishedSchemas): FaultFinder {
  const ajv = new Ajv2020({ strict: false, allErrors: true, inlineRefs: false });
  ajvFormats.default(ajv);
  // the address of a bot has brackets, as in 1+yardmaster[bot]@users.noreply.github.com
  ajv.addFormat("email", /^\S+@\S+$/);
  ajv.addFormat("int32", true).addFormat("int64", true);
  ajv.addFormat("float", true).addFormat("double", true);
  ajv.addSchema(withEqualPartsShared(withStrictKeys(published)), "published");
  return (key, body) => {
    const step = encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
    const validate = ajv.getSchema(`published#/bodies/${step}`);
    if (validate === undefined) throw new Error(`no schema for ${key}`);
    if (validate(body) === true) return [];
    return (validate.errors ?? [])
      .filter((error) => !isForgotten(error))
      .map(
        ({ instancePath, message, params }) =>
          `${instancePath} ${message} ${JSON.stringify(params)}`,
      );
  };
}

/** Keys that the descriptions name in most users, Apps and permissions and leave out of some. */
const FORGOTTEN_KEYS: readonly unknown[] = ["client_id", "merge_queues", "user_view_type"];

function isForgotten({ keyword, params }: ErrorObject): boolean {
  return (
    keyword === "unevaluatedProperties" && FORGOTTEN_KEYS.includes(params["unevaluatedProperty"])
  );
}

/** GitHub repeats the same user, repository and App in every event; compiling each copy takes seconds. */
function withEqualPartsShared(document: JsonObject): JsonObject {
  const names = new Map<string, string>();
  const parts: Record<string, unknown> = {};
  const shared = mapValues(document, (section) => share(section));
  return { ...shared, parts };

  function share(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(share);
    if (!isObject(node)) return node;
    const copy = mapValues(node, share);
    if (!isObject(copy["properties"]) || !("type" in copy)) return copy;
    const text = JSON.stringify(copy);
    const name = names.get(text) ?? `part-${names.size}`;
    names.set(text, name);
    parts[name] = copy;
    return { $ref: `#/parts/${name}` };
  }
}
