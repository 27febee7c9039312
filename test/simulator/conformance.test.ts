import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { JsonObject } from "../../src/simulator/vendor/json-schema.ts";
import { keptFrom } from "../support/kept.ts";
import { checkRest, checkWebhook } from "./conformance.ts";
import { faultFinder } from "./published-schemas.ts";

const route = "/repos/{owner}/{repo}/labels/{name}";
const label = {
  id: 1,
  node_id: "LA_1",
  url: "http://127.0.0.1/repos/acme/widgets/labels/bug",
  name: "bug",
  color: "d73a4a",
  description: null,
  default: true,
};

test("a body as GitHub describes it has no faults", () => {
  assert.deepEqual(checkRest("GET", route, 200, label), []);
});

test("the parameters of a route may have any name", () => {
  assert.deepEqual(checkRest("GET", "/repos/{o}/{r}/labels/{label...}", 200, label), []);
});

test("a missing key, a wrong type, an address that is none and an invented key are faults", () => {
  const bodies = [
    { ...label, name: undefined },
    { ...label, default: "yes" },
    { ...label, url: "not an address" },
    { ...label, bogus: 1 },
  ];

  const faults = bodies.map((body) => checkRest("GET", route, 200, withoutUndefined(body)));

  assert.deepEqual(
    faults.map((found) => found.length),
    [1, 1, 1, 1],
  );
  assert.match(faults[3]![0]!, /bogus/);
});

test("a list is checked in each of its entries", () => {
  const list = checkRest("GET", "/repos/{o}/{r}/labels", 200, [label, { ...label, color: 3 }]);

  assert.equal(list.length, 1);
  assert.match(list[0]!, /\/1\/color/);
});

test("a status that GitHub does not describe and an unknown route are faults", () => {
  assert.equal(checkRest("GET", route, 201, label).length, 1);
  assert.equal(checkRest("GET", "/repos/{o}/{r}/nothing", 200, label).length, 1);
});

test("where GitHub sends no body there must be none", () => {
  assert.deepEqual(checkRest("DELETE", route, 204, undefined), []);
  assert.equal(checkRest("DELETE", route, 204, label).length, 1);
});

test("an event without its parts and an event that GitHub does not have are faults", () => {
  assert.ok(checkWebhook("label", { action: "created" }).length >= 2);
  assert.equal(checkWebhook("label", { action: "painted" }).length, 1);
});

test("a validator that was kept finds the faults that it found when it was made, without the schemas", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const kept = keptFrom([new URL(import.meta.url)], folder);
  const person = {
    type: "object",
    required: ["email"],
    properties: { email: { format: "email" } },
  };
  const schemas: JsonObject = {
    person,
    people: { type: "array", items: { $ref: "#/schemas/person" } },
  };
  const published = {
    schema: (name: string) => schemas[name] as JsonObject,
    body: (name: string) => schemas[name] as JsonObject,
  };
  const people = [{ email: "1+yard[bot]@example.com" }, { email: "none" }, { bogus: 1 }, 1];

  const made = faultFinder(kept, () => published)("people", people);
  const found = faultFinder(kept, () => assert.fail("the schemas are not needed"))(
    "people",
    people,
  );

  assert.equal(made.length, 4);
  assert.deepEqual(found, made);
});

function withoutUndefined(body: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(body));
}
