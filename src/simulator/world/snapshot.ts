/** Keeps the world in one JSON file, written shortly after each change and read at start. */
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { emptyWorld } from "./world.ts";
import type { World } from "./world.ts";

/** Changes that come within this time are written together. */
const SETTLE_MS = 200;

/** Writing takes at most this share of the time, however large the world is. */
const PAUSE_PER_WRITE = 10;

/** The world and the file it is kept in. */
export interface Keeper {
  readonly world: World;
  /** True when the file was there already. */
  readonly restored: boolean;
  /** Says that the world changed. */
  readonly touch: () => void;
  /** Writes the file now. */
  readonly flush: () => void;
}

/** Opens the world kept in a file, or begins an empty one. */
export function openWorld(file: string): Keeper {
  const restored = existsSync(file);
  const world = restored
    ? revive(readFileSync(file, "utf8"))
    : emptyWorld(randomSecret(), randomId());
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = SETTLE_MS;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const startedAt = performance.now();
    // Deliveries have a file of their own: they are many and large.
    writeFileSync(`${file}.part`, JSON.stringify({ ...plain(world), deliveries: [] }), {
      mode: 0o600,
    });
    renameSync(`${file}.part`, file);
    pauseMs = Math.max(SETTLE_MS, PAUSE_PER_WRITE * (performance.now() - startedAt));
  };
  const touch = (): void => {
    timer ??= setTimeout(flush, pauseMs).unref();
  };
  return { world, restored, touch, flush };
}

/** The world as plain JSON: each table becomes a list. */
export function plain(world: World): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(world).map(([key, value]) => [
      key,
      value instanceof Map ? [...value.values()] : value,
    ]),
  );
}

function revive(text: string): World {
  const stored: Record<string, unknown> = JSON.parse(text);
  const world = emptyWorld(String(stored["tokenSecret"]), Number(stored["nextId"]));
  world.clockAheadMs = Number(stored["clockAheadMs"]);
  for (const [key, table] of Object.entries(world)) {
    if (table instanceof Map) fill(table, stored[key]);
  }
  return world;
}

function fill(table: Map<number, unknown>, rows: unknown): void {
  if (!Array.isArray(rows)) return;
  for (const row of rows) table.set(row.id, row);
}

/**
 * Far from small numbers, so that an issue number taken for an id is found out, and within what GraphQL's Int holds. No two
 * worlds name their installations alike: @octokit/auth-app has one list of tokens under way in a process, by installation.
 */
function randomId(): number {
  return randomInt(1_000_000, 1_000_000_000);
}

function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}
