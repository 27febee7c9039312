/** What a measurement has started is ended in the opposite order, also when the measurement fails or is interrupted. */

type Ending = () => Promise<unknown>;

const endings: Ending[] = [];
let last: Promise<void> = Promise.resolve();
let isOver = false;

/** Starts something and remembers how it ends; throws when everything was ended for good. */
export async function begin<Started>(
  start: () => Promise<Started>,
  end: (started: Started) => unknown,
): Promise<Started> {
  if (isOver) throw new Error("the measurement was interrupted");
  const starting = start();
  // What is still being started is ended when it has been.
  endings.push(() => starting.then(end, () => undefined));
  return starting;
}

/** Ends everything that was begun by now; settles when it is gone. */
export function endAll(): Promise<void> {
  last = last.then(endEach);
  return last;
}

/** As `endAll`, and lets nothing more begin. */
export function endForGood(): Promise<void> {
  isOver = true;
  return endAll();
}

/** One that fails does not keep the others from ending. */
async function endEach(): Promise<void> {
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) {
    await end().catch((error: unknown) => {
      process.stderr.write(`an ending failed: ${String(error)}\n`);
    });
  }
}
