/** Tells when to look at a run again: at once where the system says so, else a few times a second. */
import { watch, type FSWatcher } from "node:fs";

/** A stream of reasons to look. */
export type Wakeups = {
  /** Settles at the first wake-up since it last settled; false once it is closed. */
  next(): Promise<boolean>;
  wake(): void;
  close(): void;
};

/** Wakes when a file of this folder changes, and every 200 ms on Linux. */
export function wakeups(folder: string): Wakeups {
  let upcoming = Promise.withResolvers<void>();
  let isOpen = true;
  const wake = (): void => upcoming.resolve();
  const interval = setInterval(wake, pollMs);
  const watcher = watchFolder(folder, wake);
  return {
    wake,
    next: async () => {
      await upcoming.promise;
      upcoming = Promise.withResolvers();
      return isOpen;
    },
    close: () => {
      isOpen = false;
      clearInterval(interval);
      watcher?.close();
      wake();
    },
  };
}

/** A death without an exit record changes no file and is only seen by looking, which costs a `ps` where there is no /proc. */
const pollMs = process.platform === "linux" ? 200 : 1_000;

/** Watches are limited per user; without one the interval suffices. */
function watchFolder(folder: string, wake: () => void): FSWatcher | null {
  try {
    return watch(folder, wake).on("error", () => {});
  } catch {
    return null;
  }
}
