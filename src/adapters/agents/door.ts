/** A run's way out of its sandbox: to the models. It is opened anew, at the same place, by a service that adopts the run. */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { WorkerOrder } from "../../core/effect.ts";
import { noUsage, type Usage } from "../../core/handover.ts";
import type { Millis } from "../../core/ids.ts";
import type { Account } from "../../ports.ts";
import { GatewayFault } from "../gateway/fault.ts";
import type { Gateway, GatewayDoor } from "../gateway/gateway.ts";
import type { Sandbox } from "../sandbox/box.ts";
import type { GatewayAddress, KillReason } from "./adapter.ts";
import { AgentFault, codeOf } from "./fault.ts";
import { createPrivateFolder, type RunFolder } from "./run-folder.ts";

/** An open way to the models. */
export type Door = {
  /** What the agent is told of it. */
  readonly address: GatewayAddress;
  /** The socket that its port leads to; null where the agent shares our network. */
  readonly bridge: { readonly port: number; readonly socket: string } | null;
  /** Calls back once when the money is spent. */
  onExhausted(callback: (reason: KillReason) => void): void;
  /** What the run has used; nothing where that cannot be told. */
  usage(): Promise<Usage>;
  /** When the provider that refuses the run for asking too much takes requests again; null where it does not, or did not say. */
  limitedUntil(): Millis | null;
  close(): Promise<void>;
};

/** Opens it: where an agent knows it by an address, at that one. Throws AgentFault `gateway`. */
export async function openDoor(
  gateway: Gateway,
  sandbox: Sandbox,
  order: WorkerOrder,
  place: { readonly folder: RunFolder; readonly address: GatewayAddress | null },
): Promise<Door> {
  const { folder, address } = place;
  const token = address?.token ?? randomBytes(32).toString("base64url");
  const socket = sandbox.name === "none" ? null : join(folder.doors, "models.sock");
  try {
    await createPrivateFolder(folder.doors);
    // A service that was killed has left its own there.
    if (socket !== null) await rm(socket, { force: true });
    const run = { account: accountOf(order), budget: order.budget, socket, token };
    const port = Number(new URL(address?.url ?? "http://localhost").port);
    // Somebody else may have taken the port in the meantime; the agent then fails, but what it did is kept.
    const door = await gateway
      .open(socket === null && port > 0 ? { ...run, port } : run)
      .catch(() => gateway.open(run));
    return asDoor(door, socket, token);
  } catch (error) {
    throw new AgentFault(
      "gateway",
      `the way to the models cannot be opened: ${whyOf(error)}`,
      error,
    );
  }
}

/** Why a run cannot begin for want of money; null while there is some. Throws AgentFault `gateway`. */
export async function fundsMissing(
  gateway: Gateway,
  order: WorkerOrder,
): Promise<KillReason | null> {
  try {
    const spent = await gateway.spent(accountOf(order), order.budget);
    return spent === null ? null : reasonOf(spent);
  } catch (error) {
    throw new AgentFault("gateway", `what was spent cannot be told: ${whyOf(error)}`, error);
  }
}

/** Why the gateway failed; errors of the ledger may quote what was asked of the database. */
export const whyOf = (error: unknown): string =>
  error instanceof GatewayFault ? error.message : codeOf(error);

function asDoor(door: GatewayDoor, socket: string | null, token: string): Door {
  const url = door.url ?? `http://127.0.0.1:${modelPort}`;
  return {
    address: { url, token },
    bridge: socket === null ? null : { port: modelPort, socket },
    onExhausted: (callback) =>
      door.onExhausted(() => {
        callback(reasonOf(door.exhausted() ?? "run"));
      }),
    limitedUntil: () => door.limitedUntil(),
    usage: () => door.usage().catch(() => noUsage),
    close: () => door.close().catch(() => {}),
  };
}

/** On the loopback of the sandbox, where nobody else listens. */
const modelPort = 8080;

const accountOf = ({ repository, issueNumber, worker, run }: WorkerOrder): Account => ({
  repository: repository.id,
  issueNumber,
  run: `${worker}/${run}`,
});

const reasonOf = (budget: "run" | "issue" | "repositoryDay" | "day"): KillReason =>
  budget === "run" ? "budget-exhausted" : "funds-exhausted";
