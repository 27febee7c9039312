/** Steps that are taken one after the other; one that breaks is reported, and the rest go on. */

/** A chain of steps. */
export interface Chain {
  readonly add: (step: () => Promise<void>) => void;
  /** Resolves when all steps are done, those included that steps have added; rejects when some broke. */
  readonly settled: () => Promise<void>;
  /** Ends the step under way and takes no more. */
  readonly close: () => Promise<void>;
}

/** Begins a chain. */
export function openChain(): Chain {
  let work: Promise<void> = Promise.resolve();
  const failures: unknown[] = [];
  let isClosed = false;

  const take = async (step: () => Promise<void>): Promise<void> => {
    if (isClosed) return;
    try {
      await step();
    } catch (error) {
      failures.push(error);
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`simulator: ${text}\n`);
    }
  };

  return {
    add: (step) => {
      work = work.then(async () => await take(step));
    },
    settled: async () => {
      let seen: Promise<void>;
      do {
        seen = work;
        await seen;
      } while (seen !== work);
      if (failures.length > 0) throw new AggregateError(failures.splice(0), "automation broke");
    },
    close: async () => {
      isClosed = true;
      await work;
    },
  };
}
