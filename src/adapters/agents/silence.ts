/** Notices that a run gives no sign of life: that nothing new comes into its events file. */
import { stat } from "node:fs/promises";
import { millis } from "../../core/ids.ts";
import type { Clock } from "../../ports.ts";
import type { RunFolder, RunRecord } from "./run-folder.ts";

/** The watch over one run. */
export type Silence = {
  /** The run gave a sign of life. */
  broken(): void;
  close(): void;
};

/** Calls back once the run has been silent for the time. What it said to an earlier service counts. */
export async function watchSilence(
  run: { readonly folder: RunFolder; readonly record: RunRecord },
  clock: Clock,
  silenceMs: number,
  onSilence: () => void,
): Promise<Silence> {
  let last = await lastSign(run, clock);
  let cancel = (): void => {};
  const wait = (): void => {
    cancel = clock.at(millis(last + silenceMs), () => {
      if (clock.now() - last >= silenceMs) onSilence();
      else wait();
    });
  };
  wait();
  return {
    broken: () => {
      last = clock.now();
    },
    close: () => cancel(),
  };
}

/** The file's own time outlives us. It may be of another clock than ours, so it is kept between beginning and now. */
async function lastSign(
  { folder, record }: { readonly folder: RunFolder; readonly record: RunRecord },
  clock: Clock,
): Promise<number> {
  const written = await stat(folder.events).then(
    ({ mtimeMs }) => mtimeMs,
    () => record.startedAt,
  );
  return Math.min(clock.now(), Math.max(record.startedAt, written));
}
