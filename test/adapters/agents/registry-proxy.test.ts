/** The way from a sandbox to package registries, and to nowhere else. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test, { type TestContext } from "node:test";
import { openRegistryProxy } from "../../../src/adapters/agents/registry-proxy.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { atEnd } from "../../support/cleanup.ts";
import { order, shellAgent, yard } from "./runs.ts";

test("an allowed host is reached byte for byte, by its name and port 443", async (t) => {
  const { say, dialled } = await proxy(t, ["registry.example"]);

  const answer = await say("CONNECT Registry.example:443 HTTP/1.1\r\n\r\nhello");

  assert.equal(answer, "HTTP/1.1 200 Connection Established\r\n\r\nHELLO");
  assert.deepEqual(dialled, ["registry.example:443"]);
});

test("nothing else is answered with a connection", async (t) => {
  const { say, dialled } = await proxy(t, ["registry.example"]);
  const refused = [
    "CONNECT other.example:443 HTTP/1.1",
    "CONNECT registry.example:22 HTTP/1.1",
    "CONNECT registry.example HTTP/1.1",
    "CONNECT registry.example.evil.example:443 HTTP/1.1",
    "CONNECT evil.example#registry.example:443 HTTP/1.1",
    "CONNECT user@registry.example:443 HTTP/1.1",
    "CONNECT 169.254.169.254:443 HTTP/1.1",
    "CONNECT [::1]:443 HTTP/1.1",
    "GET http://registry.example/ HTTP/1.1\r\nhost: registry.example",
    "GET / HTTP/1.1\r\nhost: registry.example",
  ];

  for (const request of refused) {
    const answer = await say(`${request}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 (400|403|405) /, request);
  }
  assert.deepEqual(dialled, []);
});

test("a registry that cannot be reached ends the connection", async (t) => {
  const { say } = await proxy(t, ["registry.example"], 1);

  assert.equal(await say("CONNECT registry.example:443 HTTP/1.1\r\n\r\n"), "");
});

const sandbox = createBubblewrap();
const preflight = await sandbox.preflight();
const skip = preflight.ok ? false : preflight.why;

test(
  "a run has the way only where its repository asks and the operator allows",
  { skip },
  async (t) => {
    const script = 'echo "PROXY=$HTTPS_PROXY"; ls -d $DOORS/* 2>&1; cat /proc/net/tcp';
    const cases = [
      [["registry.example", "other.example"], ["registry.example"], true],
      [[], ["registry.example"], false],
      [["registry.example"], ["other.example"], false],
    ] as const;
    for (const [allowed, asked, isThere] of cases) {
      const place = yard(t);
      const agents = place.agents({
        sandbox,
        registryHosts: allowed,
        agentVariables: { DOORS: place.folder.doors },
        adapters: [shellAgent(["/bin/sh", "-c", script])],
      });
      const terms = { agent: "shell", registries: asked, variables: ["DOORS"] };

      await (
        await agents.start(order("", terms), place.workplace)
      ).exited;

      const seen = readFileSync(place.folder.events, "utf8");
      assert.equal(seen.includes("PROXY=http://127.0.0.1:8081\n"), isThere, seen);
      assert.equal(seen.includes("registries.sock"), isThere);
      // 8081 on the loopback, listening.
      assert.equal(seen.includes("0100007F:1F91 00000000:0000 0A"), isThere);
    }
  },
);

type Proxy = {
  /** Sends these bytes to the proxy and answers with all that comes back. */
  readonly say: (request: string) => Promise<string>;
  readonly dialled: readonly string[];
};

/** A proxy whose registries are a server that answers in capitals and hangs up; `port` leads to another one. */
async function proxy(t: TestContext, hosts: readonly string[], port?: number): Promise<Proxy> {
  const registry = createServer((socket) => {
    socket.once("data", (data) => socket.end(data.toString().toUpperCase()));
  }).listen(0, "127.0.0.1");
  atEnd(t, () => registry.close());
  await once(registry, "listening");
  const own = (registry.address() as AddressInfo).port;
  const folder = mkdtempSync(join(tmpdir(), "proxy-"));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  const socket = join(folder, "s");
  const dialled: string[] = [];
  const opened = await openRegistryProxy(socket, hosts, (host, asked) => {
    dialled.push(`${host}:${asked}`);
    return connect({ host: "127.0.0.1", port: port ?? own });
  });
  atEnd(t, () => opened.close());
  assert.ok(statSync(socket).isSocket());
  return {
    dialled,
    say: async (request) => {
      const client = connect(socket);
      client.write(request);
      return await text(client);
    },
  };
}
