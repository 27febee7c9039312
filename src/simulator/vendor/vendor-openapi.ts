/**
 * Script: `node src/simulator/vendor/vendor-openapi.ts <api.github.com.json>` writes openapi.json.
 * Its argument is `generated/api.github.com.json` of the npm package @octokit/openapi, installed elsewhere because of its 394 MB.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { isObject, mapValues, toJsonSchema } from "./json-schema.ts";
import type { JsonObject } from "./json-schema.ts";
import { keptOperations } from "./kept-operations.ts";

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error("name the file api.github.com.json");
const text = readFileSync(source, "utf8");
const description: unknown = JSON.parse(text);
const operations = Object.fromEntries(keptOperations.map((key) => [key, answers(key)]));
const vendored = {
  source: {
    package: `@octokit/openapi ${String(at(description, "info", "version"))} (MIT)`,
    file: "generated/api.github.com.json",
    sha256: createHash("sha256").update(text).digest("hex"),
    script: "src/simulator/vendor/vendor-openapi.ts",
  },
  operations,
  schemas: referenced(operations),
};
writeFileSync(new URL("openapi.json", import.meta.url), `${JSON.stringify(vendored)}\n`);

/** The body schema by 2xx or 3xx status; null where there is no body. */
function answers(key: string): Record<string, JsonObject | null> {
  const [method = "", path = ""] = key.split(" ");
  const responses = at(description, "paths", path, method.toLowerCase(), "responses");
  if (!isObject(responses)) throw new Error(`GitHub describes no ${key}`);
  return Object.fromEntries(
    Object.entries(responses)
      .filter(([status]) => /^[23]/.test(status))
      .map(([status, response]) => [status, bodySchema(response)]),
  );
}

function bodySchema(response: unknown): JsonObject | null {
  const reference = at(response, "$ref");
  if (typeof reference === "string")
    return bodySchema(at(description, ...reference.slice(2).split("/")));
  const content = at(response, "content");
  const schema = at(content, "application/json", "schema");
  return schema === undefined ? null : toJsonSchema(schema);
}

/** Every shared schema that these schemas lead to. */
function referenced(root: unknown): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = {};
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name of references(node)) {
      if (name in found) continue;
      const schema = toJsonSchema(at(description, "components", "schemas", name));
      found[name] = schema;
      open.push(schema);
    }
  }
  return Object.fromEntries(
    Object.entries(found).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function references(node: unknown): string[] {
  const names: string[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    if (!isObject(value)) return;
    const target = value["$ref"];
    if (typeof target === "string") names.push(target.slice("#/schemas/".length));
    mapValues(value, collect);
  };
  collect(node);
  return names;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = isObject(found) ? found[key] : undefined;
  return found;
}
