/** News that tests wait for: log lines and requests as they come, never a time. */
import type { AppLog } from "../../src/app.ts";
import { setTimeout } from "node:timers/promises";

/** So long without any news nothing comes any more; on a busy machine much may come before what is waited for. */
const silenceMs = 60_000;
const usualPatienceMs = 180_000;

/** One line of the service's log. */
export type LoggedLine = {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** Tells everybody who waits that something has happened. */
export type News = {
  readonly tell: () => void;
  /** Settles with the next news, or after a while without any. */
  readonly next: (limitMs: number) => Promise<"news" | "late">;
  readonly until: <T>(
    what: string,
    condition: () => T | null | undefined | false,
    tell: () => string,
  ) => Promise<T>;
};

/** Without news at its beginning. */
export function openNews(patienceMs = usualPatienceMs): News {
  let changed = Promise.withResolvers<"news">();
  const next: News["next"] = async (limitMs) => {
    const over = new AbortController();
    const late = setTimeout(limitMs, "late" as const, { signal: over.signal });
    late.catch(() => {});
    try {
      return await Promise.race([changed.promise, late]);
    } finally {
      over.abort();
    }
  };
  return {
    tell: () => {
      changed.resolve("news");
      changed = Promise.withResolvers();
    },
    next,
    until: async (what, condition, tell) => {
      const giveUpAt = Date.now() + patienceMs;
      for (;;) {
        const found = condition();
        if (found !== null && found !== undefined && found !== false) return found;
        const isLate = Date.now() > giveUpAt || (await next(silenceMs)) === "late";
        if (isLate && !condition()) {
          throw new Error(`waited in vain for ${what}; the last that happened:\n${tell()}`);
        }
      }
    },
  };
}

/** Pino's face, as far as Probot, Octokit and we use it. */
export function logInto(take: (line: LoggedLine) => void): AppLog {
  const write =
    (level: string) =>
    (first: unknown, message?: unknown): void => {
      take(
        typeof first === "string"
          ? { level, message: first, fields: {} }
          : { level, message: String(message), fields: { ...(first as object) } },
      );
    };
  const quiet = (): void => {};
  const log = {
    level: "info",
    trace: quiet,
    debug: quiet,
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: write("fatal"),
    child: () => log,
  };
  return log as unknown as AppLog;
}
