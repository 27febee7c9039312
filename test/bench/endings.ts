/** What a measurement has started is ended in the opposite order, also when the measurement fails or is interrupted. */

type Ending = () => unknown;

const endings: Ending[] = [];

/** Runs `end` before everything that was registered earlier; an ending that fails does not keep the others from running. */
export function atEnd(end: Ending): void {
  endings.push(end);
}

/** Ends everything that is registered by now; settles when it is gone. */
export async function endAll(): Promise<void> {
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) {
    try {
      await end();
    } catch (error) {
      process.stderr.write(`an ending failed: ${String(error)}\n`);
    }
  }
}
