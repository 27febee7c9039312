/** From an order to a Worker: a new run, or the process or the exit that an earlier start has left. */
import { randomUUID } from "node:crypto";
import { noUsage } from "../../core/handover.ts";
import type { Worker, WorkerExit } from "../../ports.ts";
import type { KillReason } from "./adapter.ts";
import type { AgentsOptions } from "./agents.ts";
import { beginRun, type Start } from "./begin.ts";
import { fundsMissing } from "./door.ts";
import { openDoors, type Doors } from "./doors.ts";
import type { AgentEvent } from "./event.ts";
import { watchExcess } from "./excess.ts";
import { isAlive } from "./kill.ts";
import type { Occupancy } from "./occupancy.ts";
import { readRecord, type RunRecord } from "./run-folder.ts";
import { FollowedRun, type Ended } from "./runner.ts";

/** A Worker of this machine. */
export type LocalWorker = Worker & {
  /** Leaves the process to the next service; `exited` will not settle. */
  close(): Promise<void>;
};

/** Starts the run, or finds it. Throws AgentFault. */
export async function startRun(
  options: AgentsOptions,
  occupancy: Occupancy,
  start: Start,
): Promise<LocalWorker> {
  const { adapter, order, workplace, folder } = start;
  const { log } = options;
  const address = { repository: order.repository.id, worker: order.worker, run: order.run };
  const found = await readRecord(folder);
  if (found === null || isAlive(found)) await occupancy.take(workplace.worktree, address);
  const leave = (): void => occupancy.leave(workplace.worktree, address);
  let doors: Doors | null = null;
  try {
    const missing = found === null ? await moneyMissing(options, start) : null;
    if (missing !== null) {
      leave();
      log.info({ worker: order.worker, reason: missing }, "worker not started");
      return unpaid(start, missing);
    }
    doors = await openDoors(options, start, found?.gateway ?? null);
    const record = found ?? (await beginRun(options, start, doors, sessionOf(order.session)));
    log.info(
      { worker: order.worker, run: order.run, agent: adapter.id, pid: record.pid },
      found ? "worker found" : "worker started",
    );
    return new Accompanied({ options, start, doors, leave }, record);
  } catch (error) {
    await doors?.close();
    leave();
    throw error;
  }
}

async function moneyMissing(
  { gateway }: AgentsOptions,
  { adapter, order }: Start,
): Promise<KillReason | null> {
  return adapter.provider === null || gateway === null ? null : fundsMissing(gateway, order);
}

const sessionOf = (earlier: string | null): { id: string; isResumed: boolean } =>
  earlier === null ? { id: randomUUID(), isResumed: false } : { id: earlier, isResumed: true };

/** The exit of a run that was not begun, because there is no money for it. */
function unpaid({ adapter, order }: Start, reason: KillReason): LocalWorker {
  const { outcome, handover } = adapter.parser().end({ by: "us", reason });
  const { session } = order;
  const exit: WorkerExit = { outcome, retryAt: null, handover, session, usage: noUsage };
  return {
    exited: Promise.resolve(exit),
    stop: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

type Company = {
  readonly options: AgentsOptions;
  readonly start: Start;
  readonly doors: Doors;
  readonly leave: () => void;
};

/** A run with its doors, from its beginning or adoption to its exit. */
class Accompanied implements LocalWorker {
  readonly exited: Promise<WorkerExit>;
  readonly #company: Company;
  #followed: FollowedRun;
  #ending: KillReason | null = null;
  #unwatch = (): void => {};

  constructor(company: Company, record: RunRecord) {
    this.#company = company;
    this.#followed = this.#follow(record);
    this.exited = this.#accompany(record);
    company.doors.models?.onExhausted((reason) => void this.#end(reason));
  }

  async stop(): Promise<void> {
    await this.#end("stopped");
    await this.exited;
  }

  async close(): Promise<void> {
    this.#unwatch();
    this.#followed.close();
    await this.#company.doors.close();
  }

  async #end(reason: KillReason): Promise<void> {
    this.#ending ??= reason;
    await this.#followed.end(reason);
  }

  async #accompany(record: RunRecord): Promise<WorkerExit> {
    const { doors, leave, start, options } = this.#company;
    const { worker, run } = start.order;
    let ended = await this.#followed.ended;
    this.#unwatch();
    if (isForgotten(record, ended) && this.#ending === null) {
      ended = await this.#beginAfresh(ended);
    }
    const usage = (await doors.models?.usage()) ?? noUsage;
    const isRefused = ended.exit.outcome === "refused-by-provider";
    const limitedUntil = isRefused ? (doors.models?.limitedUntil() ?? null) : null;
    await doors.remove().catch(() => {});
    leave();
    const { outcome } = ended.exit;
    options.log.info({ worker, run, agent: start.adapter.id, outcome }, "worker exited");
    return { ...ended.exit, retryAt: ended.exit.retryAt ?? limitedUntil, usage };
  }

  /** Once more without the session that the agent does not know any more; what it did is in the worktree. */
  async #beginAfresh(ended: Ended): Promise<Ended> {
    const { options, start, doors } = this.#company;
    options.log.warn(
      { worker: start.order.worker },
      "the agent's session is gone; a new one begins",
    );
    try {
      const record = await beginRun(options, start, doors, sessionOf(null));
      this.#followed = this.#follow(record);
    } catch {
      return ended;
    }
    if (this.#ending !== null) void this.#followed.end(this.#ending);
    return await this.#followed.ended.finally(() => this.#unwatch());
  }

  #follow(record: RunRecord): FollowedRun {
    const { options, start } = this.#company;
    const { adapter, order, folder } = start;
    const session = { id: record.session, isResumed: record.isResumed };
    const run = { folder, record, parser: adapter.parser(session) };
    const { clock, sandbox, boxLimits, log, graceMs = 5_000 } = options;
    this.#unwatch = watchExcess(sandbox, record, boxLimits, (excess) => {
      log.warn({ worker: order.worker, excess }, "agent takes too much of the machine");
      void sandbox.end(folder.name).catch(() => {});
    });
    return new FollowedRun(run, {
      clock,
      limits: order.limits,
      isCounted: !adapter.caps.maxTurns,
      graceMs,
      onEvent: (event) => tell(options, order.worker, event),
      endBox: () => sandbox.end(folder.name).catch(() => {}),
    });
  }
}

function tell({ log, onEvent }: AgentsOptions, worker: string, event: AgentEvent): void {
  if (event.type === "retried") {
    log.warn({ worker, status: event.status }, "model provider is asked again");
  }
  onEvent?.(worker, event);
}

/** A resumed run that failed before the agent said anything: its session is not there any more. */
const isForgotten = ({ isResumed }: RunRecord, { end, exit, hasBegun }: Ended): boolean =>
  isResumed &&
  !hasBegun &&
  exit.outcome === "crashed" &&
  end.by === "itself" &&
  end.code !== 0 &&
  !unstartable.has(end.code);

/** What the shell answers for a program that is not there or cannot be run. */
const unstartable: ReadonlySet<number> = new Set([126, 127]);
