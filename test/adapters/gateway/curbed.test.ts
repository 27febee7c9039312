/** A request is freed of whatever would lead the provider into the network for the agent, or let it work unseen. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { always, says } from "../../support/model-scenario.ts";
import { ask, gatewayForTest, message, openaiHeaders } from "./given.ts";
import type { Asked } from "./given.ts";

test("an agent cannot make the provider reach into the network or work unseen", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));
  const tools = [
    { name: "Bash", input_schema: {} },
    { type: "bash_20250124", name: "bash" },
    { type: "web_fetch_20250910", name: "web_fetch" },
    { type: "code_execution_20250825", name: "code_execution" },
    { type: "mcp_toolset", mcp_server_name: "x" },
  ];

  await ask(
    run,
    message({ tools, mcp_servers: [{ url: "https://x.example" }], speed: "fast", system: "Be" }),
  );
  await ask(run, {
    path: "/responses",
    headers: openaiHeaders,
    body: {
      model: "gpt-6-sol",
      input: "Hello",
      background: true,
      n: 3,
      tools: [{ type: "function", name: "shell" }, { type: "web_search" }, { type: "mcp" }],
    },
  });

  const namespace = { type: "namespace", tools: [{ type: "custom", name: "exec" }] };
  const item = { type: "additional_tools", role: "developer" };
  await ask(run, {
    path: "/responses",
    headers: openaiHeaders,
    body: {
      model: "gpt-6-sol",
      input: [
        {
          ...item,
          tools: [
            { ...namespace, tools: [...namespace.tools, { type: "mcp" }] },
            { type: "web_search" },
          ],
        },
        { type: "message", role: "user", content: "Hello" },
      ],
    },
  });

  const [first, second, third] = models.requests.map(({ text }) => JSON.parse(text));
  assert.deepEqual(first.tools, tools.slice(0, 2));
  assert.deepEqual([first.mcp_servers, first.speed, first.system], [undefined, undefined, "Be"]);
  assert.deepEqual(second.tools, [{ type: "function", name: "shell" }]);
  assert.deepEqual([second.background, second.n, second.input], [undefined, undefined, "Hello"]);
  assert.deepEqual(third.input, [
    { ...item, tools: [namespace] },
    { type: "message", role: "user", content: "Hello" },
  ]);
});

test("content that the provider would have to fetch is refused, in every form", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));
  const url = "https://collector.example/?secret=1";
  const contents = [
    [{ type: "image", source: { type: "url", url } }],
    [{ type: "tool_result", content: [{ type: "document", source: { type: "url", url } }] }],
    [{ type: "image_url", image_url: { url } }],
    [{ type: "input_image", image_url: url }],
    [{ type: "input_file", file_url: url }],
    [{ type: "input_audio", audio_url: url }],
  ];

  for (const content of contents) {
    const { status } = await ask(run, message({ messages: [{ role: "user", content }] }));
    assert.equal(status, 400);
  }
  const { status } = await ask(run, message({ input: [{ content: contents[3] }] }));
  assert.equal(status, 400);
  assert.deepEqual(models.requests, []);

  const own = [
    { type: "image", source: { type: "base64", data: "aGk=" } },
    { type: "input_image", image_url: "data:image/png;base64,aGk=" },
    { type: "tool_use", input: { source: { type: "url", url } } },
  ];
  const kept = await ask(run, message({ messages: [{ role: "assistant", content: own }] }));
  assert.equal(kept.status, 200);
});

test("a model that searches the network by itself is not asked", async (t) => {
  const { run, models } = await gatewayForTest(t, always(says("Hi")));
  const asked = (model: string): Asked => ({
    path: "/chat/completions",
    headers: openaiHeaders,
    body: { model, messages: [{ role: "user", content: "Hello" }] },
  });

  for (const model of ["gpt-5-search-api", "gpt-4o-Search-preview-2025-03-11", "o3-deep-research"])
    assert.equal((await ask(run, asked(model))).status, 400, model);
  assert.deepEqual(models.requests, []);
  assert.equal((await ask(run, asked("research-1"))).status, 200);
});
