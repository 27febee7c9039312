/** What a test has opened is closed in the opposite order; `t.after` alone would close a database before its users. */
import type { TestContext } from "node:test";

type Step = () => unknown;

const stacks = new WeakMap<TestContext, Step[]>();

/** Runs the step when the test has ended, before the steps that were given earlier. */
export function atEnd(t: TestContext, step: Step): void {
  const known = stacks.get(t);
  if (known !== undefined) {
    known.push(step);
    return;
  }
  const steps = [step];
  stacks.set(t, steps);
  t.after(async () => {
    for (const one of steps.toReversed()) await one();
  });
}
