/** Through the proxy agents reach the named registries and nothing else, whatever names resolve to. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { connect as connectTls } from "node:tls";

import { isPublic } from "../../../src/adapters/gateway/addresses.ts";
import { readHello } from "../../../src/adapters/gateway/client-hello.ts";
import { createRegistryProxy } from "../../../src/adapters/gateway/registry-proxy.ts";
import type { RegistryProxy } from "../../../src/adapters/gateway/registry-proxy.ts";
import type { RegistryProxySettings } from "../../../src/adapters/gateway/registry-proxy.ts";
import { atEnd } from "../../support/cleanup.ts";
import { silentLog } from "../../support/log.ts";
import { folderForTest } from "../../support/postgres.ts";

const registry = "registry.example";

test("a named registry is reached by the address that was looked at", async (t) => {
  const { socket, proxy, connectedTo } = await proxyForTest(t);

  const { status, tunnel } = await connectTo(socket, `${registry}:443`);
  const hello = await helloTo(registry);
  tunnel.end(hello);
  const [echoed] = await once(tunnel, "data");
  await once(tunnel, "close");

  assert.equal(status, 200);
  assert.deepEqual(echoed, hello);
  assert.deepEqual(connectedTo, ["93.184.215.14"]);
  assert.deepEqual(proxy.bytes(), { sent: hello.length, received: hello.length });
});

test("a tunnel that greets anybody but its registry ends before the far end hears of it", async (t) => {
  const { socket, proxy } = await proxyForTest(t);
  const greetings = {
    another: await helloTo("elsewhere.example"),
    nobody: await helloTo(""),
    hidden: hidden(await helloTo(registry)),
    // Five bytes of head that say that four follow, none of which can be a greeting.
    torn: Buffer.from([22, 3, 1, 0, 4, 1, 0, 0, 0]),
    plain: Buffer.from(`GET / HTTP/1.1\r\nhost: elsewhere.example\r\n\r\n`),
    endless: Buffer.concat([
      Buffer.from([22, 3, 1, 255, 255, 1, 255, 255, 255]),
      Buffer.alloc(40_000),
    ]),
  };

  for (const [name, greeting] of Object.entries(greetings)) {
    const { tunnel } = await connectTo(socket, `${registry}:443`);
    tunnel.write(greeting);
    await once(tunnel, "close");
    assert.deepEqual(proxy.bytes(), { sent: 0, received: 0 }, name);
  }
});

test("a greeting that comes in pieces, of bytes and of records, is read whole", async (t) => {
  const { socket } = await proxyForTest(t);
  const hello = await helloTo(registry);

  for (const greeting of [hello, inRecordsOf(50, hello)]) {
    const { tunnel } = await connectTo(socket, `${registry}:443`);
    const echoed = text(tunnel);
    for (const byte of greeting) tunnel.write(Buffer.from([byte]));
    tunnel.end();
    assert.equal(await echoed, greeting.toString());
  }
});

test("whatever stands in a greeting, reading it never throws", async () => {
  const hello = await helloTo(registry);

  for (let at = 0; at < hello.length; at += 1) {
    assert.deepEqual(readHello(hello.subarray(0, at)), { isWhole: false });
    for (const value of [0, 1, 127, 255]) readHello(changedAt(hello, at, value));
  }
});

test("names are compared without case and the dot at the end", async (t) => {
  const { socket } = await proxyForTest(t);

  for (const target of [`REGISTRY.example:443`, `${registry}.:443`]) {
    const { status, tunnel } = await connectTo(socket, target);
    tunnel.destroy();
    assert.equal(status, 200, target);
  }
});

test("other hosts, other ports and addresses are refused before anything is resolved", async (t) => {
  const { socket, resolved } = await proxyForTest(t);
  const targets = [
    "elsewhere.example:443",
    `evil-${registry}:443`,
    `${registry}.evil.example:443`,
    `${registry}:80`,
    `${registry}:22`,
    registry,
    "93.184.215.14:443",
    "127.0.0.1:443",
    "[::1]:443",
    `user@${registry}:443`,
    `${registry}:443/`,
    `${"a".repeat(5_000)}:443`,
  ];

  for (const target of targets) {
    const { status, tunnel } = await connectTo(socket, target);
    tunnel.destroy();
    assert.equal(status, 403, target.slice(0, 50));
  }
  assert.deepEqual(resolved, []);
});

const inner = [
  "127.0.0.1",
  "10.1.2.3",
  "172.31.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::1",
  "::",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "64:ff9b::a9fe:a9fe",
  "2002:7f00:1::",
  "2001::1",
  "fe80::1",
  "fd00:ec2::254",
  "fc00::1",
  "ff02::1",
];

test("a name that resolves to an address within is refused, also when it is one of several", async (t) => {
  let addresses: readonly string[] = [];
  const { socket, connectedTo } = await proxyForTest(t, {
    resolve: () => Promise.resolve(addresses),
  });

  for (const address of inner) {
    for (addresses of [[address], ["93.184.215.14", address]]) {
      const { status, tunnel } = await connectTo(socket, `${registry}:443`);
      tunnel.destroy();
      assert.equal(status, 403, address);
    }
  }
  addresses = [];
  assert.equal((await connectTo(socket, `${registry}:443`)).status, 403);
  assert.deepEqual(connectedTo, []);
});

test("public addresses are known as such", () => {
  for (const address of ["93.184.215.14", "8.8.8.8", "172.32.0.1", "2606:4700::6810:1b22"])
    assert.equal(isPublic(address), true, address);
  for (const address of [...inner, "", "registry.example", "1.2.3", "0x7f.1"])
    assert.equal(isPublic(address), false, address);
});

test("requests that ask for no tunnel are refused", async (t) => {
  const { socket } = await proxyForTest(t);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const outgoing = httpRequest(
    { socketPath: socket, path: `http://${registry}/`, agent: false },
    (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    },
  );
  outgoing.on("error", reject);
  outgoing.end();

  assert.equal(await promise, 405);
});

test("the next address is tried when one does not answer, and 502 said when none does", async (t) => {
  const echo = await echoForTest(t);
  const tried: string[] = [];
  let isUp = true;
  const { socket } = await proxyForTest(t, {
    resolve: () => Promise.resolve(["1.1.1.1", "8.8.8.8"]),
    connect: (address) => {
      tried.push(address);
      return connect({ host: "127.0.0.1", port: isUp && address === "8.8.8.8" ? echo : 1 });
    },
  });

  const first = await connectTo(socket, `${registry}:443`);
  first.tunnel.destroy();
  isUp = false;
  const second = await connectTo(socket, `${registry}:443`);

  assert.deepEqual([first.status, second.status], [200, 502]);
  assert.deepEqual(tried, ["1.1.1.1", "8.8.8.8", "1.1.1.1", "8.8.8.8"]);
});

test("a name that does not resolve is 502", async (t) => {
  const { socket } = await proxyForTest(t, {
    resolve: () => Promise.reject(new Error("ENOTFOUND")),
  });

  assert.equal((await connectTo(socket, `${registry}:443`)).status, 502);
});

for (const limit of ["idleMs", "totalMs"] as const)
  test(`a tunnel ends by itself after its ${limit}`, async (t) => {
    const { socket } = await proxyForTest(t, { limits: { [limit]: 50 } });

    const { tunnel } = await connectTo(socket, `${registry}:443`);

    await once(tunnel, "close");
  });

test("only so many tunnels are open at once, and closing the proxy ends them all", async (t) => {
  const { socket, proxy } = await proxyForTest(t, { limits: { tunnels: 2 } });
  const open = [
    await connectTo(socket, `${registry}:443`),
    await connectTo(socket, `${registry}:443`),
  ];

  assert.equal((await connectTo(socket, `${registry}:443`)).status, 429);
  const ends = open.map(({ tunnel }) => once(tunnel, "close"));
  await proxy.close();
  await Promise.all(ends);

  await assert.rejects(connectTo(socket, `${registry}:443`), { code: "ENOENT" });
});

test("without hosts there is no proxy", async () => {
  const proxy = await createRegistryProxy({ hosts: [], socket: "/nowhere", log: silentLog });

  assert.equal(proxy, null);
});

type Given = {
  readonly socket: string;
  readonly proxy: RegistryProxy;
  readonly resolved: readonly string[];
  readonly connectedTo: readonly string[];
};

/** A proxy whose registry echoes, on loopback under a public address. */
async function proxyForTest(
  t: TestContext,
  parts: Partial<RegistryProxySettings> = {},
): Promise<Given> {
  const socket = join(await folderForTest(t), "registries.sock");
  const port = await echoForTest(t);
  const resolved: string[] = [];
  const connectedTo: string[] = [];
  const proxy = await createRegistryProxy({
    hosts: [registry],
    socket,
    log: silentLog,
    resolve: (host) => {
      resolved.push(host);
      return Promise.resolve(["93.184.215.14"]);
    },
    connect: (address) => {
      connectedTo.push(address);
      return connect({ host: "127.0.0.1", port });
    },
    ...parts,
  });
  if (proxy === null) throw new Error("with hosts there is a proxy");
  atEnd(t, () => proxy.close());
  return { socket, proxy, resolved, connectedTo };
}

async function echoForTest(t: TestContext): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", () => listening.resolve());
  await listening.promise;
  atEnd(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The first message of a real client that wants to speak with this host. */
async function helloTo(servername: string): Promise<Buffer> {
  const [near, far] = duplexPair();
  const client = connectTls({ socket: near, servername });
  client.on("error", () => {});
  const [hello] = (await once(far, "data")) as [Buffer];
  client.destroy();
  return hello;
}

/** The same greeting with an extension for an encrypted one, in the place of an empty one. */
function hidden(hello: Buffer): Buffer {
  const at = hello.indexOf(Buffer.from([0, 23, 0, 0]));
  assert.notEqual(at, -1);
  const changed = Buffer.from(hello);
  changed.writeUInt16BE(0xfe0d, at);
  return changed;
}

function changedAt(hello: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(hello);
  changed[at] = value;
  return changed;
}

function inRecordsOf(bytes: number, hello: Buffer): Buffer {
  const body = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < body.length; at += bytes) {
    const part = body.subarray(at, at + bytes);
    records.push(Buffer.from([22, 3, 1, 0, part.length]), part);
  }
  return Buffer.concat(records);
}

/** Asks for a tunnel as package managers do. */
async function connectTo(
  socketPath: string,
  path: string,
): Promise<{ readonly status: number; readonly tunnel: Socket }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; tunnel: Socket }>();
  const outgoing = httpRequest({ socketPath, method: "CONNECT", path, agent: false });
  outgoing.on("connect", (answer, tunnel: Socket) => {
    tunnel.on("error", () => tunnel.destroy());
    tunnel.resume();
    resolve({ status: answer.statusCode ?? 0, tunnel });
  });
  outgoing.on("error", reject);
  outgoing.end();
  return promise;
}
