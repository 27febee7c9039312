/** Checks what the simulator says against what GitHub has published about itself. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { isObject, toJsonSchema } from "../../src/simulator/vendor/json-schema.ts";
import type { JsonObject } from "../../src/simulator/vendor/json-schema.ts";
import { keptFrom } from "../support/kept.ts";
import { moduleFile } from "../support/own-file.ts";
import { faultFinder } from "./published-schemas.ts";
import type { PublishedSchemas } from "./compile-schemas.ts";
import type { FaultFinder } from "./published-schemas.ts";

/** GitHub writes this list's item out and lets an account be a user and an enterprise at once; the shared schema has it right. */
const corrected = {
  "GET /app/installations": { "200": { type: "array", items: { $ref: "#/schemas/installation" } } },
};

const restFile = new URL("../../src/simulator/vendor/openapi.json", import.meta.url);
const webhooksFile = packaged("@octokit/openapi-webhooks/generated/api.github.com.json");

/** All that decides what a validator does, besides the document. */
const makers = [
  new URL(import.meta.url),
  ...[
    "published-schemas",
    "compile-schemas",
    "validator-modules",
    "strict-keys",
    "../../src/simulator/vendor/json-schema",
  ].map((path) => pathToFileURL(moduleFile(import.meta, path))),
  packaged("ajv/package.json"),
  packaged("ajv-formats/package.json"),
];

const keptRest = keptFrom([restFile, ...makers]);
const keptWebhooks = keptFrom([webhooksFile, ...makers]);

let rest: { readonly bodies: JsonObject; readonly faultsOf: FaultFinder } | undefined;
let webhooks: { readonly keys: ReadonlySet<unknown>; readonly faultsOf: FaultFinder } | undefined;

/** The faults of a 2xx REST answer; `route` is a path template whose parameters may have any name. */
export function checkRest(method: string, route: string, status: number, body: unknown): string[] {
  rest ??= loadRest();
  const key = `${method} ${withoutNames(route)} ${status}`;
  const place = `${method} ${route} ${status}`;
  const schema = rest.bodies[key];
  if (schema === undefined) return [`${place}: not in openapi.json (see kept-operations.ts)`];
  if (schema === null)
    return body === undefined || body === null ? [] : [`${place}: a body where GitHub sends none`];
  return rest.faultsOf(key, body).map((fault) => `${place}: ${fault}`);
}

/** The 2xx and 3xx statuses that GitHub describes for a route; empty for a route it does not have. */
export function describedStatuses(method: string, route: string): number[] {
  rest ??= loadRest();
  const start = `${method} ${withoutNames(route)} `;
  return Object.keys(rest.bodies)
    .filter((key) => key.startsWith(start))
    .map((key) => Number(key.slice(start.length)));
}

/** The faults of a webhook payload. */
export function checkWebhook(event: string, payload: unknown): string[] {
  webhooks ??= loadWebhooks();
  const action =
    isObject(payload) && typeof payload["action"] === "string" ? payload["action"] : "";
  const name = event.replaceAll("_", "-");
  const full = `${name}-${action.replaceAll("_", "-")}`;
  const key = webhooks.keys.has(full) ? full : name;
  if (!webhooks.keys.has(key)) return [`webhook ${full}: GitHub has no such event`];
  return webhooks.faultsOf(key, payload).map((fault) => `webhook ${key}: ${fault}`);
}

function loadRest(): NonNullable<typeof rest> {
  const document = readJson(restFile);
  const operations: JsonObject = { ...record(document["operations"]), ...corrected };
  const bodies = Object.fromEntries(
    Object.entries(operations).flatMap(([operation, answers]) =>
      Object.entries(record(answers)).map(([status, schema]) => [
        `${withoutNames(operation)} ${status}`,
        schema,
      ]),
    ),
  );
  const schemas = record(document["schemas"]);
  const schema = (name: string): JsonObject => record(schemas[name]);
  const published = { schema, body: (key: string) => record(bodies[key]) };
  return { bodies, faultsOf: faultFinder(keptRest, () => published) };
}

function loadWebhooks(): NonNullable<typeof webhooks> {
  return { keys: webhookKeys(), faultsOf: faultFinder(keptWebhooks, publishedWebhooks) };
}

const KEYS = "keys.json";

/** The names alone, because reading all that is said of them takes a tenth of a second. */
function webhookKeys(): ReadonlySet<unknown> {
  const file = keptWebhooks.find(KEYS);
  if (file !== undefined) return new Set([readJson(pathToFileURL(file))["keys"]].flat());
  const keys = Object.keys(record(readJson(webhooksFile)["webhooks"]));
  keptWebhooks.keep([[KEYS, JSON.stringify({ keys })]]);
  return new Set(keys);
}

function publishedWebhooks(): PublishedSchemas {
  const document = readJson(webhooksFile);
  const schemas = record(record(document["components"])["schemas"]);
  const converted = new Map<string, JsonObject>();
  const schema = (name: string): JsonObject => {
    const found = converted.get(name) ?? toJsonSchema(schemas[name]);
    converted.set(name, found);
    return found;
  };
  const bodies = record(document["webhooks"]);
  return { schema, body: (key) => bodySchema(bodies[key]) };
}

function bodySchema(event: unknown): JsonObject {
  const { requestBody } = record(record(event)["post"]);
  const json = record(record(record(requestBody)["content"])["application/json"]);
  return toJsonSchema(json["schema"]);
}

/** The root folder is described as one more path of `contents/{path}`. */
function withoutNames(template: string): string {
  return template.replaceAll(/\{[^}]*\}/g, "{}").replace(/\/contents$/, "/contents/{}");
}

function packaged(file: string): URL {
  return new URL(import.meta.resolve(file));
}

function readJson(file: URL): JsonObject {
  return record(JSON.parse(readFileSync(file, "utf8")));
}

function record(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
