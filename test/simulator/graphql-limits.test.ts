import assert from "node:assert/strict";
import { test } from "node:test";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asPerson, at } from "./graphql-client.ts";

const issues = (args: string, rest = "nodes { number }") =>
  `{ repository(owner: "acme", name: "rocket") { issues${args} { ${rest} } } }`;

test("a connection wants first or last once it is asked for more than its count", async (t) => {
  const ask = asApp(await simulatorForTest(t));

  const count = await ask(issues("", "totalCount"));
  const rows = await ask(issues(""));

  assert.deepEqual(count.data, { repository: { issues: { totalCount: 0 } } });
  assert.equal(rows.status, 200);
  assert.deepEqual(rows.data, { repository: null });
  assert.equal(rows.errors[0]!.type, "MISSING_PAGINATION_BOUNDARIES");
  assert.deepEqual(rows.errors[0]!.path, ["repository", "issues"]);
  assert.equal(
    rows.errors[0]!.message,
    "You must provide a `first` or `last` value to properly paginate the `issues` connection.",
  );
});

test("a page holds at most 100 rows", async (t) => {
  const ask = asApp(await simulatorForTest(t));

  const { errors } = await ask(issues("(last: 101)"));

  assert.deepEqual(
    errors.map(({ type, message }) => [type, message]),
    [
      [
        "EXCESSIVE_PAGINATION",
        "Requesting 101 records on the `issues` connection exceeds the `last` limit of 100 records.",
      ],
    ],
  );
});

test("pages follow each other in both directions", async (t) => {
  const simulator = await simulatorForTest(t);
  for (const title of ["1", "2", "3", "4", "5"])
    await simulator.gesture({ as: "mona", do: "open-issue", title });
  const ask = asApp(simulator);
  const page = "nodes { number } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
  const connectionOf = async (args: string) =>
    at((await ask(issues(args, page))).data, "repository", "issues");
  const numbers = (found: unknown) =>
    (at(found, "nodes") as { number: number }[]).map((row) => row.number);

  const first = await connectionOf("(first: 2)");
  const next = await connectionOf(
    `(first: 2, after: "${String(at(first, "pageInfo", "endCursor"))}")`,
  );
  const last = await connectionOf("(last: 2)");
  const before = await connectionOf(
    `(last: 2, before: "${String(at(last, "pageInfo", "startCursor"))}")`,
  );
  const broken = await ask(issues(`(first: 2, after: "rubbish")`));

  assert.deepEqual([first, next, last, before].map(numbers), [
    [1, 2],
    [3, 4],
    [4, 5],
    [2, 3],
  ]);
  assert.equal(at(first, "pageInfo", "hasPreviousPage"), false);
  assert.equal(at(next, "pageInfo", "hasNextPage"), true);
  assert.equal(at(last, "pageInfo", "hasNextPage"), false);
  assert.equal(broken.errors[0]!.message, "`rubbish` does not appear to be a valid cursor.");
});

test("a request costs what GitHub's formula says, in the answer and in the headers", async (t) => {
  const ask = asPerson(await simulatorForTest(t), "mona");
  const nested = (alias: string, size: number) => `
    ${alias}: repository(owner: "acme", name: "rocket") {
      issues(first: ${size}) { nodes { blockedBy(first: 50) { nodes { id } } comments(last: 20) { nodes { id } } } }
    }`;
  const limit = "rateLimit { limit cost nodeCount used remaining }";

  const small = await ask(`{ ${limit} ${nested("r", 50)} }`);
  const large = await ask(`{ ${limit} ${nested("r", 100)} }`);
  const three = await ask(
    `{ ${limit} ${nested("a", 100)} ${nested("b", 100)} ${nested("c", 100)} }`,
  );

  // the figures that github.com gave for requests of this form
  const costs = [small, large, three].map((reply) => at(reply.data, "rateLimit"));
  assert.deepEqual(costs, [
    { limit: 5000, cost: 1, nodeCount: 3550, used: 1, remaining: 4999 },
    { limit: 5000, cost: 2, nodeCount: 7100, used: 3, remaining: 4997 },
    { limit: 5000, cost: 6, nodeCount: 21_300, used: 9, remaining: 4991 },
  ]);
  assert.equal(three.headers.get("x-ratelimit-remaining"), "4991");
  assert.equal(three.headers.get("x-ratelimit-resource"), "graphql");
});

test("sizes in variables count as well, also when they are defaults in a fragment", async (t) => {
  const ask = asApp(await simulatorForTest(t));

  const { data } = await ask(
    `query($a: Int!, $b: Int = 40) {
      rateLimit { cost nodeCount }
      repository(owner: "acme", name: "rocket") { issues(first: $a) { nodes { ...rest } } }
    }
    fragment rest on Issue { comments(last: $b) { nodes { id } } }`,
    { a: 90 },
  );

  assert.deepEqual(at(data, "rateLimit"), { cost: 1, nodeCount: 90 + 90 * 40 });
});

test("a request for more than 500,000 nodes is turned down as a whole", async (t) => {
  const ask = asApp(await simulatorForTest(t));

  const { status, data, errors } = await ask(
    issues(
      "(first: 100)",
      "nodes { comments(first: 100) { nodes { reactions(first: 100) { nodes { id } } } } }",
    ),
  );

  assert.equal(status, 200);
  assert.equal(data, undefined);
  assert.equal(errors[0]!.type, "MAX_NODE_LIMIT_EXCEEDED");
});

test("an hour's points come to an end with RATE_LIMITED and HTTP 200", async (t) => {
  const ask = asApp(await simulatorForTest(t));
  const dear = issues(
    "(first: 100)",
    "nodes { comments(first: 100) { nodes { reactions(first: 10) { nodes { id } } } } }",
  );
  // 1 + 100 + 10,000 requests
  const cost = 101;
  for (let spent = 0; spent + cost <= 5000; spent += cost) await ask(dear);

  const { status, errors, headers } = await ask(dear);

  assert.equal(status, 200);
  assert.equal(errors[0]!.type, "RATE_LIMITED");
  assert.equal(headers.get("x-ratelimit-remaining"), String(5000 - 49 * cost));
});

test("what GitHub has and the simulator has not is refused loudly and noted", async (t) => {
  const simulator = await simulatorForTest(t, { toleratesNotModelled: true });
  await simulator.gesture({ as: "mona", do: "open-issue", title: "x" });
  const ask = asApp(simulator);
  const issue = (fields: string) =>
    `{ repository(owner: "acme", name: "rocket") { issue(number: 1) { ${fields} } } }`;

  const html = await ask(issue("bodyHTML"));
  const event = await ask(
    issue("timelineItems(first: 1, itemTypes: [PINNED_EVENT]) { totalCount }"),
  );
  const filter = await ask(
    `{ organization(login: "acme") { projectV2(number: 1) { items(first: 1, query: "sprint:@current") { totalCount } } } }`,
  );

  assert.equal(html.errors[0]!.message, "not modelled: Issue.bodyHTML");
  assert.equal(event.errors[0]!.message, "not modelled: timelineItems(itemTypes: PINNED_EVENT)");
  assert.equal(
    filter.errors[0]!.message,
    'not modelled: ProjectV2.items(query: "sprint:@current")',
  );
  assert.equal(simulator.notModelled.length, 3);
});

test("what the schema does not have is answered in GitHub's words", async (t) => {
  const simulator = await simulatorForTest(t, { toleratesNotModelled: true });
  const ask = asApp(simulator);

  const field = await ask("{ viewer { shoeSize } }");
  const argument = await ask(`{ user(login: "mona", size: 3) { id } }`);
  const variable = await ask("query($id: ID!) { node(id: $id) { id } }");
  const nothing = await ask("");
  const broken = await ask("{");

  assert.equal(field.status, 200);
  assert.equal(field.errors[0]!.message, "Field 'shoeSize' doesn't exist on type 'User'");
  assert.equal(field.errors[0]!.extensions!["code"], "undefinedField");
  assert.equal(argument.errors[0]!.message, "Field 'user' doesn't accept argument 'size'");
  assert.equal(argument.errors[0]!.extensions!["code"], "argumentNotAccepted");
  assert.match(variable.errors[0]!.message, /\$id/);
  assert.match(nothing.errors[0]!.message, /^A query attribute must be specified/);
  assert.equal(broken.errors.length, 1);
});
