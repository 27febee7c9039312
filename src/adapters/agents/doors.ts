/** All ways out of one run's sandbox. A service that adopts the run opens them anew, at the same places. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createRegistryProxy, type RegistryProxy } from "../gateway/registry-proxy.ts";
import type { Box } from "../sandbox/box.ts";
import type { Environment, GatewayAddress } from "./adapter.ts";
import type { AgentsOptions } from "./agents.ts";
import type { Start } from "./begin.ts";
import { openDoor, whyOf, type Door } from "./door.ts";
import { AgentFault } from "./fault.ts";
import { createPrivateFolder } from "./run-folder.ts";

/** What is open for a run. */
export type Doors = {
  /** To the models; null for an agent without. */
  readonly models: Door | null;
  /** Ports of the sandbox and the sockets that they lead to. */
  readonly bridges: Box["bridges"];
  /** What tells programs of the way to the registries. */
  readonly variables: Environment;
  /** Shuts them; their folder stays, because a sandbox that lives on would not see another one. */
  close(): Promise<void>;
  /** Shuts them for good. */
  remove(): Promise<void>;
};

/** Opens them; `address` is what an agent that lives already knows. Throws AgentFault `gateway`. */
export async function openDoors(
  options: AgentsOptions,
  { adapter, order, folder }: Start,
  address: GatewayAddress | null,
): Promise<Doors> {
  const { gateway, sandbox, registryHosts, log } = options;
  await createPrivateFolder(folder.doors);
  const models =
    adapter.provider === null || gateway === null
      ? null
      : await openDoor(gateway, sandbox, order, { folder, address });
  const hosts = registryHosts.filter((host) => order.registries.includes(host));
  // Outside of a sandbox nothing keeps the agent from the network anyway.
  const isProxied = hosts.length > 0 && sandbox.name !== "none";
  const socket = join(folder.doors, "registries.sock");
  const registries = isProxied ? await openRegistries({ socket, hosts, log }, models) : null;
  const close = async (): Promise<void> => {
    await models?.close();
    await registries?.close();
  };
  return {
    models,
    bridges: [
      ...(models?.bridge ? [models.bridge] : []),
      ...(registries === null ? [] : [{ port: registryPort, socket }]),
    ],
    variables: registries === null ? {} : proxyVariables,
    close,
    remove: async () => {
      await close();
      await rm(folder.doors, { recursive: true, force: true }).catch(() => {});
    },
  };
}

async function openRegistries(
  settings: Parameters<typeof createRegistryProxy>[0],
  models: Door | null,
): Promise<RegistryProxy | null> {
  try {
    return await createRegistryProxy(settings);
  } catch (error) {
    await models?.close();
    const why = `the way to the registries cannot be opened: ${whyOf(error)}`;
    throw new AgentFault("gateway", why, error);
  }
}

/** On the loopback of the sandbox. */
const registryPort = 8081;

const proxy = `http://127.0.0.1:${registryPort}`;
const direct = "127.0.0.1,localhost";

/** npm, pip, cargo, go and curl read the general ones; the others have names of their own. */
const proxyVariables: Environment = {
  HTTPS_PROXY: proxy,
  https_proxy: proxy,
  NO_PROXY: direct,
  no_proxy: direct,
  YARN_HTTPS_PROXY: proxy,
  NODE_USE_ENV_PROXY: "1",
};
